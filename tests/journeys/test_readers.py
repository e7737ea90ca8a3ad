"""A real feed reader subscribes."""

import sqlite3
import subprocess

import pytest

POST = "/2010/01/informal-learning-2010"


@pytest.mark.parametrize("dress", ["rss", "atom"])
def test_newsboat_reads_the_blog_and_the_comments(shown, tool, tmp_path, dress):
    blog, comments = f"{shown.url}/feed.{dress}", f"{shown.url}{POST}.{dress}"
    read = _read(tool("newsboat"), tmp_path, [blog, comments])
    titles = [title for title, _ in read[blog]]
    assert "Informal Learning - 2010" in titles
    assert len(titles) == 7
    assert sorted(title for title, _ in read[comments]) == [
        "#1 Connie",
        "#2 Jeffrey to #1 Connie",
        "#3 Jay",
        "#4 Jeffrey to #3 Jay",
    ]
    assert all("<p>" in text for _, text in read[comments])


def _read(newsboat: str, folder, urls: list[str]) -> dict[str, list[tuple[str, str]]]:
    """For each feed the titles and texts that newsboat keeps of it."""
    (folder / "urls").write_text("\n".join(urls))
    (folder / "config").write_text("max-items 0\n")
    files = ["-u", folder / "urls", "-c", folder / "cache.db", "-C", folder / "config"]
    subprocess.run([newsboat, *files, "-x", "reload"], check=True, timeout=60)
    cache = sqlite3.connect(folder / "cache.db")
    rows = cache.execute("SELECT feedurl, title, content FROM rss_item").fetchall()
    cache.close()
    return {url: [(title, text) for feed, title, text in rows if feed == url] for url in urls}
