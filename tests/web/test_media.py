"""The library at the desk, and what readers get of it."""

import io
import os
from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryFile

import pytest
from sqlalchemy import select, update

from app.lib import clock, storage
from app.media import intake
from app.media.models import Media, Use
from app.posts.models import Post
from app.site import links
from tests import cast
from tests.cast import NOW
from tests.lib import pictures
from tests.server import free_port

HERON = {"alt": "A heron, grey [and] patient"}
SOUND = b"ID3\x04\0\0\0\0\0\0" + bytes(range(256)) * 8


@pytest.fixture
def bow(world, signed_in):
    """Bow, with the library open."""
    browser = signed_in("bow")
    browser.get("/desk/media")
    return browser


def upload(browser, content: bytes, file_name: str, status: int = 303, **typed):
    sent = {"file": (io.BytesIO(content), file_name)}
    browser.get("/desk/media")
    page = browser.send("/desk/media", status, **sent, **typed)
    page.response.request.environ["wsgi.input"].close()  # The client leaves it open.
    return page


def newest(database) -> Media:
    with database.reading() as session:
        return session.scalars(select(Media).order_by(Media.id.desc())).first()


def write(browser, title: str, text: str) -> str:
    """The address of a new post."""
    browser.get("/desk/posts/new")
    browser.send("/desk/posts/new", do="publish", title=title, text=text)
    return browser.get(browser.page.headers["Location"]).text.split('">See it as')[0].split('"')[-1]


def files(house) -> list[str]:
    return sorted(kept.name for kept in house.storage.listed())


def test_a_picture_is_shown_in_a_post_in_several_widths_and_never_leaps(bow, world, browser):
    upload(bow, pictures.made("JPEG", (1200, 800)), "heron.jpg", **HERON)
    row = newest(world.database)
    assert row.alt in bow.follow().text
    markdown = f"![A heron, grey \\[and\\] patient](/media/{row.name})"
    assert bow.page.by_id("markdown").get("value") == markdown
    address = write(bow, "Heron day", f"Look:\n\n{markdown}\n\n![](/media/{row.name})")
    page = browser.get(address)
    for picture, image in zip(page.all("picture"), page.all("img"), strict=True):
        assert (image.get("width"), image.get("height")) == ("1200", "800")
        assert image.get("alt") == "A heron, grey [and] patient"
        assert image.get("loading") == "lazy"
        assert image.get("src") == links.media_file(row)
        (source,) = (child for child in picture if child.tag == "source")
        assert source.get("type") == "image/webp"
        widths = [part.split() for part in source.get("srcset").split(", ")]
        assert [width for _, width in widths] == ["480w", "960w", "1200w"]
        for file, _ in widths:
            assert browser.client.get(file, buffered=True).mimetype == "image/webp"
    assert "Heron day" in bow.get(links.desk_media(row)).text
    for dress in ("rss", "atom", "json"):
        feed = browser.client.get(f"/feed.{dress}").get_data(as_text=True)
        assert f"http://127.0.0.1:8000{links.media_file(row)}" in feed
        assert "srcset" not in feed
        assert "picture>" not in feed


def test_a_post_that_is_saved_unchanged_keeps_its_pictures_as_they_are(bow, world, browser):
    upload(bow, pictures.made("JPEG", (1200, 800)), "heron.jpg", **HERON)
    name = newest(world.database).name
    address = write(bow, "Heron", f"![](/media/{name})\n\n<!--more-->\n\n![](/media/{name})")
    place, article = bow.page.response.request.path, browser.get(address).text
    assert article.count("<picture>") == 2
    for more in ({}, {}, {"tags": "Herons"}, {"description": "Of a heron."}):
        bow.get(place)
        bow.send(place, do="save", **more)
        with world.database.reading() as session:
            post = session.scalar(select(Post).where(Post.title == "Heron"))
            assert (post.html.count("<picture>"), post.lead_html.count("<picture>")) == (2, 1)
            assert post.html in article
    with world.database.writing() as session:
        session.execute(update(Post).values(html="old", lead_html="old", renderer=1))
    bow.get(place)
    bow.send(place, do="save")
    assert browser.get(address).text.count("<picture>") == 2


def test_what_is_replaced_is_another_wherever_it_was_shown(bow, world, house, browser):
    upload(bow, pictures.made("PNG"), "heron.png", **HERON)
    row = newest(world.database)
    address = write(bow, "Heron day", f"![](/media/{row.name})")
    assert links.media_file(row) in browser.get(address).text
    bow.get(links.desk_media(row))
    action = f"{links.desk_media(row)}/replacement"
    sent = {"file": (io.BytesIO(pictures.made("JPEG", (90, 30))), "Egret.JPG")}
    bow.send(action, **sent)
    other = newest(world.database)
    assert (other.name, other.file_name, other.width) == (row.name, "Egret.JPG", 90)
    (image,) = browser.get(address).all("img")
    assert (image.get("src"), image.get("width")) == (links.media_file(other), "90")
    assert browser.client.get(links.media_file(row)).headers["Location"] == links.media_file(other)
    assert browser.client.get(links.media(row)).headers["Location"] == links.media_file(other)
    bow.get(links.desk_media(row))
    page = bow.send(action, 409, file=(io.BytesIO(SOUND), "heron.mp3"))
    assert "has to be a picture" in page.text
    with clock.frozen(clock.now() + timedelta(hours=2)):
        intake.sweep(house.database, house.storage, clock.now())
    assert files(house) == sorted(f"{other.name}-{other.edition}{end}" for end in ENDS)


ENDS = (".jpg", "-90.webp")


def test_what_is_in_use_goes_only_after_that_was_said(bow, world, house, browser):
    upload(bow, pictures.made("PNG"), "heron.png", **HERON)
    row = newest(world.database)
    address = write(bow, "Heron day", f"Before ![](/media/{row.name}) behind.")
    action = f"{links.desk_media(row)}/removal"
    bow.get(links.desk_media(row))
    page = bow.send(action, 409)
    assert "still in use" in page.text
    assert "Heron day" in page.text
    bow.send(action, is_sure="y")
    assert browser.get(address).all("picture") == []
    assert "Before" in browser.page.text
    browser.get(links.media_file(row), 404)
    browser.get(links.media(row), 404)
    bow.get(links.desk_media(row), 404)
    with house.database.reading() as session:
        assert session.scalars(select(Use)).all() == []


def test_sound_and_files_are_enclosed_in_feeds(bow, world, browser):
    upload(bow, SOUND, "Dawn chorus.wav")
    chorus = newest(world.database)
    upload(bow, b"%PDF-1.7 water", "Été.pdf")
    paper = newest(world.database)
    assert (chorus.mime, paper.mime) == ("audio/mpeg", "application/pdf")
    text = f"[Chorus](/media/{chorus.name})\n\nThe [paper](/media/{paper.name})."
    address = write(bow, "Dawn", text)
    (player,) = browser.get(address).all("audio")
    assert player.get("src") == links.media_file(chorus)
    feed = browser.client.get("/feed.rss").get_data(as_text=True)
    url, length = f"http://127.0.0.1:8000{links.media_file(chorus)}", len(SOUND)
    assert f'<enclosure url="{url}" length="{length}" type="audio/mpeg"/>' in feed
    assert feed.count("<enclosure") == 1
    atom = browser.client.get("/feed.atom").get_data(as_text=True)
    assert atom.count('rel="enclosure"') == 2
    item = browser.client.get("/feed.json").get_json(force=True)["items"][0]
    assert [
        (one["url"], one["mime_type"], one["size_in_bytes"], one["title"])
        for one in item["attachments"]
    ] == [
        (url, "audio/mpeg", length, "Dawn chorus.wav"),
        (
            f"http://127.0.0.1:8000{links.media_file(paper)}",
            "application/pdf",
            14,
            "Été.pdf",
        ),
    ]


def test_a_file_is_given_whole_or_in_part_and_kept_for_ever(bow, world, browser):
    upload(bow, SOUND, "chorus.mp3")
    address = links.media_file(newest(world.database))

    def ask(method: str = "GET", **headers: str):
        return browser.client.open(address, method=method, headers=headers, buffered=True)

    whole = ask()
    assert whole.get_data() == SOUND
    assert whole.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in whole.headers
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = ask(range="bytes=10-13")
    assert (part.status_code, part.get_data()) == (206, b"\0\1\2\3")
    assert part.headers["Content-Range"] == f"bytes 10-13/{len(SOUND)}"
    last = ask(range="bytes=-2")
    assert (last.status_code, last.get_data()) == (206, b"\xfe\xff")
    assert ask(range="bytes=9999-").status_code == 416
    assert ask(**{"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert ask("HEAD").content_length == len(SOUND)


HOSTILE = {
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "paper.pdf": b"%PDF-1.7 /JavaScript",
    "pond.png.exe": b"MZ",
    "fish.txt": b"<script>alert(1)</script>",
}


def test_safety_15_nothing_but_pictures_and_sound_is_shown(bow, world, browser):
    for name, content in HOSTILE.items():
        upload(bow, content, name)
        address = links.media_file(newest(world.database))
        response = browser.client.get(address, buffered=True)
        assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.mimetype not in ("text/html", "image/svg+xml", "application/xhtml+xml")


def test_safety_15_a_picture_with_a_page_in_it_is_a_picture(bow, world, browser):
    script = b"<script>alert(1)</script>"
    for number, kind in enumerate(("PNG", "GIF", "JPEG", "WEBP")):
        upload(bow, pictures.made(kind) + script, f"a.{number}.html\0.PNG")
        row = newest(world.database)
        response = browser.client.get(links.media_file(row), buffered=True)
        assert response.mimetype == f"image/{kind.lower()}"
        assert script not in response.get_data()
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert row.file_name == f"a.{number}.html.PNG"


REFUSED = (
    (b"water", "pond.png", "is none that can be taken"),
    (pictures.bomb(9000, 9000), "bomb.png", "up to 40 megapixels"),
    (pictures.many_frames(10_000), "a.gif", "up to 300 frames"),
    (pictures.made() + b"\0" * 30_000_000, "a.png", "up to 20 MB"),
    (b"", "pond.png", "There is nothing in this file."),
    (b"", "", "Choose a file first."),
    (b"\1" * (100 * 1024 * 1024 + 1), "a.bin", "up to 100 MB"),
)


def test_safety_16_what_cannot_be_taken_is_told_in_a_sentence(bow, house):
    for content, name, sentence in REFUSED:
        page = upload(bow, content, name, 422, **HERON)
        assert sentence in page.words(page.by_id("file-errors"))
        assert page.by_id("alt").get("value") == HERON["alt"]
    assert files(house) == []


def test_safety_14_only_uploads_by_authors_may_be_large(bow, signed_in):
    token = bow.page.fields("/desk/media")["csrf_token"]
    much = {"csrf_token": token, "text": "x" * 2_000_000}
    bow.post("/desk/posts/new", 413, {**much})
    bow.post("/desk/media", 413, {**much})
    cyd = signed_in("cyd")
    sent = {"csrf_token": cyd.get("/").fields("/sign-out")["csrf_token"]}
    cyd.post("/desk/media", 403, {**sent, "file": (io.BytesIO(b"x" * 2_000_000), "a.bin")})
    cyd.page.response.request.environ["wsgi.input"].close()


def test_a_program_gets_the_words_to_put_into_a_text(bow, world):
    def send(content: bytes, name: str, status: int) -> dict[str, str]:
        token = bow.get("/desk/media").fields("/desk/media")["csrf_token"]
        data = {"file": (io.BytesIO(content), name), "csrf_token": token, **HERON}
        headers = {"Accept": "application/json"}
        answer = bow.post("/desk/media", status, data, headers=headers).response
        answer.request.environ["wsgi.input"].close()
        return answer.get_json()

    told = send(pictures.made(), "heron.png", 200)
    name = newest(world.database).name
    assert told["markdown"] == f"![A heron, grey \\[and\\] patient](/media/{name})"
    for content, sentence in (
        (b"water", "none that can be taken"),
        (pictures.bomb(9000, 9000), "up to 40 megapixels"),
        (pictures.made() + b"\0" * 30_000_000, "up to 20 MB"),
    ):
        assert sentence in send(content, "heron.png", 422)["error"]
    assert send(SOUND, "[x].mp3", 200)["markdown"].startswith("[\\[x\\].mp3](/media/")


def test_the_library_is_searched_and_paged(bow, world, house):
    with house.database.writing() as session:
        bow_there = session.merge(world.people["bow"])
        for number in range(26):
            at = NOW + timedelta(minutes=number)
            words = f"100% heron {number}" if number % 2 else ""
            cast.media(session, house.storage, bow_there, alt=words, at=at)
    assert len(bow.get("/desk/media").by_class("shelf-place")) == 24
    (older,) = bow.page.by_class("pager-older")
    assert len(bow.get(older.get("href")).by_class("shelf-place")) == 2
    assert len(bow.get("/desk/media?q=HERON+100%25").by_class("shelf-place")) == 13
    assert bow.get("/desk/media?q=1_0").by_class("shelf-place") == []
    assert len(bow.get("/desk/media?q=fish.txt").by_class("shelf-place")) == 24
    bow.get("/desk/media?q=%00")


def test_only_who_uploaded_it_and_the_owner_change_it(bow, world, signed_in):
    upload(bow, pictures.made(), "heron.png", **HERON)
    row = newest(world.database)
    address = write(bow, "Heron day", f"![](/media/{row.name})")
    assert "Only who uploaded this" in signed_in("bea").get(links.desk_media(row)).text
    ada = signed_in("ada")
    ada.get(links.desk_media(row))
    page = ada.send(links.desk_media(row), 422, alt="x" * 501)
    assert "up to 500" in page.words(page.by_id("alt-errors"))
    ada.send(links.desk_media(row), alt="An egret")
    assert 'alt="An egret"' in ada.get(address).text


def test_safety_10_no_file_without_a_row_stays_and_no_row_without_its_files(bow, world, house):
    """An upload is killed at each of its steps; then it is swept."""
    upload(bow, pictures.made("PNG", (700, 20)), "heron.png", **HERON)
    row = newest(world.database)
    kept = files(house)
    assert len(kept) == 3
    with TemporaryFile() as file:
        file.write(pictures.made())
        intake.take_in(house.storage, file, "unseen.png")
    folder = house.config.instance_path / "media"
    (folder / ".draft-0123456789abcdef").write_bytes(b"half")
    assert len(files(house)) == 6
    intake.sweep(house.database, house.storage, clock.now())
    assert len(files(house)) == 6  # They could still get their row.
    with clock.frozen(clock.now() + timedelta(hours=1, minutes=1)):
        intake.sweep(house.database, house.storage, clock.now())
    assert files(house) == kept
    assert newest(world.database).name == row.name
    assert sum(os.path.getsize(folder / name) for name in kept) > 0


def test_safety_55_uploads_say_so_when_the_store_is_down_and_readers_read_on(
    app, bow, world, house, monkeypatch, browser
):
    upload(bow, pictures.made("PNG"), "heron.png", **HERON)
    row = newest(world.database)
    write(bow, "Heron day", f"![](/media/{row.name})")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "pond")
    down = storage.opened(f"s3://pond?endpoint=http://127.0.0.1:{free_port()}", None)
    app.extensions["commonplace"] = replace(house, storage=down)
    page = upload(bow, pictures.made("PNG"), "heron.png", 503, **HERON)
    assert "does not answer. Please try again later." in page.words()
    assert page.by_id("alt").get("value") == HERON["alt"]
    token = page.fields("/desk/media")["csrf_token"]
    sent = {"file": (io.BytesIO(SOUND), "dawn.mp3"), "csrf_token": token}
    told = bow.post("/desk/media", 503, sent, headers={"Accept": "application/json"})
    assert "does not answer" in told.response.get_json()["error"]
    for address in ("/", world.address, "/feed.rss"):
        browser.get(address)
    bow.get("/desk/media")
    assert "does not answer" in browser.get(links.media_file(row), 503).words()


def test_a_form_that_is_sent_twice_uploads_once(bow, world):
    fields = {**bow.page.fields("/desk/media"), "key": "x" * 100}
    places = {
        bow.post("/desk/media", 303, {**fields, "file": (io.BytesIO(SOUND), "chorus.mp3")}).headers[
            "Location"
        ]
        for _ in range(2)
    }
    assert len(places) == 1


def test_a_draft_and_its_lead_are_ready_as_well(bow, world):
    upload(bow, pictures.made(), "heron.png")
    row = newest(world.database)
    write(bow, "Heron", f"![](/media/{row.name})\n\n<!--more-->\n\nMore.")
    with world.database.reading() as session:
        post = session.scalar(select(Post).where(Post.title == "Heron"))
        assert post.html.count("<picture>") == post.lead_html.count("<picture>") == 1
