"""`flask bench fill`: what it makes is a blog like any other."""

import json
from collections import Counter

import feedparser
import pytest
from sqlalchemy import func, select

from app.cli import progress
from app.cli.progress import Progress
from app.comments.models import Answer, Comment
from app.demo import bulk
from app.lib import clock, markup
from app.lib.errors import Conflict
from app.members.models import Member
from app.pagecache.models import Content
from app.posts.models import Post, Tagging
from app.resources.models import Link
from tests import cast
from tests.browser import Browser

POSTS, COMMENTS = 45, 4
ALL_COMMENTS = (POSTS - 1) * COMMENTS + bulk.COMMENTS_ON_THE_NEWEST


@pytest.fixture
def run(app):
    def run(*words: str, status: int = 0) -> str:
        result = app.test_cli_runner().invoke(args=["bench", "fill", *words])
        assert result.exit_code == status, result.output
        return result.output

    return run


@pytest.fixture
def output(run):
    return run("--posts", str(POSTS), "--comments", str(COMMENTS))


@pytest.fixture
def newest(house, output):
    with house.database.reading() as session:
        return session.scalars(select(Post).order_by(Post.published_at.desc())).first()


def test_a_reader_finds_the_whole_of_it(browser, newest):
    assert len(browser.get("/").by_class("entry")) == 10
    browser.get(next(a.get("href") for a in browser.page.all("a") if a.get("rel") == "next"))
    page = browser.get(f"/{newest.path}")
    assert page.by_id("comment-20") is not None
    assert page.by_id("comment-21") is None
    assert f'href="/{newest.path}#comment-1"' in page.text
    for place in ("/tags/paper", "/resources", "/comments", f"/{newest.published_at:%Y/%m}"):
        browser.get(place)


def test_its_feeds_are_whole(browser, newest):
    for dress in ("rss", "atom"):
        for place in ("/feed", f"/{newest.path}"):
            feed = feedparser.parse(browser.get(f"{place}.{dress}").text)
            assert not feed.bozo
            assert feed.entries
    assert len(json.loads(browser.get("/feed.json").text)["items"]) == 10


def test_its_owner_writes_on(app, house, output, newest):
    password = output.split()[-1]
    browser = Browser(app).sign_in("jeffrey", password)
    assert newest.title in browser.get("/desk/posts").text
    browser.get(f"/{newest.path}")
    browser.send(f"/{newest.path}/comments#comment-form", text="And one by hand.", do="post")
    assert browser.page.headers["Location"].endswith("#comment-21")
    browser.get("/desk/posts/new")
    browser.send("/desk/posts/new", title="By hand", text="Written.", do="publish")
    assert "By hand" in Browser(app).get("/").text


def test_its_counts_are_those_of_its_rows(house, output):
    with house.database.reading() as session:
        posts = list(session.scalars(select(Post).order_by(Post.id)))
        numbers = session.execute(
            select(Comment.post_id, func.count(), func.max(Comment.number)).group_by(
                Comment.post_id
            )
        )
        assert [(p.id, p.comment_count, p.last_comment_number) for p in posts] == sorted(
            map(tuple, numbers)
        )
        assert len(posts) == POSTS
        assert sum(post.comment_count for post in posts) == ALL_COMMENTS
        published = {post.id: post.published_at for post in posts}
        for tagging in session.scalars(select(Tagging)):
            assert tagging.published_at == published[tagging.post_id]


def test_what_answers_what_is_what_its_comments_say(house, output):
    with house.database.reading() as session:
        comments = {comment.id: comment for comment in session.scalars(select(Comment))}
        by_number = {(c.post_id, c.number): c.id for c in comments.values()}
        said = {(c.id, c.parent_id) for c in comments.values() if c.parent_id}
        said |= {
            (c.id, by_number[c.post_id, number])
            for c in comments.values()
            for words, _ in markup.anchors(c.html)
            if (number := int(words.removeprefix("#")))
        }
        told = set(map(tuple, session.execute(select(Answer.comment_id, Answer.to_id))))
        assert told == said
        assert all(comments[to].number < comments[by].number for by, to in told)
        assert all(comments[to].post_id == comments[by].post_id for by, to in told)


def test_it_says_how_many_rows_it_laid(house, output):
    laid = (Post, Tagging, Link, Comment, Answer)
    with house.database.reading() as session:
        rows = sum(session.scalar(select(func.count()).select_from(model)) for model in laid)
        version = session.scalar(select(Content.version))
    assert output.startswith(f"{rows:,} rows in ")
    assert version > 1


def test_a_blog_that_is_not_empty_is_left_alone(house, run):
    with house.database.writing() as session:
        cast.post(session, cast.people(session)["bow"])
    said = run("--posts", "3", status=1)
    assert said == "Error: The blog has posts already. Only an empty one is filled.\n"


def test_a_name_that_is_taken_is_told_in_one_line(house, run):
    with house.database.writing() as session:
        cast.member(session, "agnes-abbott")
    said = run("--posts", "3", status=1)
    assert said == "Error: There are members whose sign-in names are needed.\n"
    with house.database.reading() as session:
        assert list(session.scalars(select(Member.login))) == ["agnes-abbott"]


def test_whoever_interrupts_it_has_a_smaller_blog(house, browser, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_IN_A_UNIT", 80)
    filling = bulk.fill(house.database, cast.HASH, POSTS, COMMENTS, clock.now())
    assert next(filling).done == 10
    filling.close()
    assert len(browser.get("/").by_class("entry")) == 10
    with pytest.raises(Conflict):
        next(bulk.fill(house.database, cast.HASH, POSTS, COMMENTS, clock.now()))


def test_no_two_posts_have_one_address(house):
    for _ in bulk.fill(house.database, cast.HASH, 700, 0, clock.now()):
        pass
    with house.database.reading() as session:
        paths = list(session.scalars(select(Post.path)))
    assert len(set(paths)) == 700
    assert Counter(path.count("/") for path in paths) == {2: 700}


def test_progress_is_one_line_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    steps = Progress("posts", 20)
    steps.at(10)
    steps.at(20)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert said.count("\r") == 2
    assert "10 of 20 posts, " in said
    assert " a second, 0 seconds left\n" in said


def test_progress_is_plain_lines_elsewhere(capsys, monkeypatch):
    steps = Progress("posts", 20)
    steps.at(5)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(progress, "LINE_EVERY_SECONDS", 0)
    steps.at(10)
    assert capsys.readouterr().out.startswith("10 of 20 posts, ")
