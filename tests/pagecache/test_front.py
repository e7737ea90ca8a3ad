"""The layer of finished answers in front of an application that counts how often it is asked."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import brotli
import pytest
from flask import request_started
from sqlalchemy import bindparam, event, select
from werkzeug.test import Client, create_environ

from app.lib import clock
from app.lib.db import Database
from app.lib.prepared import Prepared
from app.lib.turns import Turn
from app.pagecache.front import BASIS, UNTIL, PageCache
from app.pagecache.models import Content
from app.pagecache.version import Reach, Version, raise_version
from app.posts.models import Post
from tests import cast
from tests.cast import NOW
from tests.threads import restless_threads

PUBLIC = [("Content-Type", "text/html"), ("Cache-Control", "public, max-age=0")]
SESSION = {"Cookie": "a=1; session=abc"}


class Application:
    """Answers each address with its name, unless told otherwise, and remembers being asked."""

    def __init__(self):
        self.asked = []
        self.status, self.headers, self.until, self.basis = "200 OK", PUBLIC, None, None

    def __call__(self, environ, start_response):
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        self.environ = environ
        environ.update({UNTIL: self.until, BASIS: self.basis})
        body = f"This is {environ['PATH_INFO']}. ".encode() * 50
        start_response(self.status, [*self.headers, ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def inner():
    return Application()


@pytest.fixture
def cache(inner, database):
    return PageCache(inner, inner, Version(database), "session", "localhost", most=200_000)


@pytest.fixture
def client(cache):
    return Client(cache, use_cookies=False)


@pytest.fixture
def change(database):
    """Something public changes."""

    def change() -> None:
        with database.writing() as session:
            raise_version(session)

    return change


def test_the_application_is_asked_once(inner, client):
    answers = [client.get("/a") for _ in range(3)]
    assert inner.asked == ["GET /a"]
    assert len({(one.status, one.text, tuple(one.headers)) for one in answers}) == 1
    assert answers[0].text.startswith("This is /a.")
    assert client.get("/b").text.startswith("This is /b.")
    assert inner.asked == ["GET /a", "GET /b"]


def test_each_coding_is_a_form_of_the_one_answer(inner, client):
    plain = client.get("/a").data
    for coding, decoded in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        for _ in range(2):
            answer = client.get("/a", headers={"Accept-Encoding": coding})
            assert answer.headers["Content-Encoding"] == coding
            assert answer.content_length == len(answer.data) < len(plain)
            assert decoded(answer.data) == plain
    assert "Content-Encoding" not in client.get("/a").headers
    assert inner.asked == ["GET /a"]


def test_head_is_get_without_its_body(inner, client):
    head = client.head("/a", headers={"Accept-Encoding": "br"})
    get = client.get("/a", headers={"Accept-Encoding": "br"})
    assert inner.asked == ["GET /a"]
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)
    assert client.head("/a", headers={"Accept-Encoding": "br"}).data == b""
    assert inner.asked == ["GET /a"]


def test_head_of_what_is_not_kept_has_no_body_either(inner, client):
    inner.status = "500 INTERNAL SERVER ERROR"
    head = client.head("/a")
    assert (head.status_code, head.data) == (500, b"")


def test_a_client_that_has_the_answer_is_told_so_without_asking(inner, client):
    etag = client.get("/a").headers["ETag"]
    for method in (client.get, client.head):
        answer = method("/a", headers={"If-None-Match": etag, "Accept-Encoding": "gzip"})
        assert answer.status_code == 304
        assert answer.data == b""
        assert answer.headers["ETag"] == etag
        assert answer.headers["Cache-Control"] == "public, max-age=0"
        assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(
            answer.headers.keys()
        )
    assert client.get("/a", headers={"If-None-Match": '"other"'}).status_code == 200
    assert inner.asked == ["GET /a"]


def test_a_date_is_never_enough_and_never_in_the_way_of_a_tag(inner, client):
    """What is hidden or withdrawn makes other content under the same date."""
    date = "Sat, 09 Jan 2010 15:00:00 GMT"
    inner.headers = [*PUBLIC, ("Last-Modified", date)]
    for _ in range(2):
        answer = client.get("/a", headers={"If-Modified-Since": date})
        assert answer.status_code == 200
    other = {"If-Modified-Since": date, "If-None-Match": '"x"'}
    assert client.get("/a", headers=other).status_code == 200
    before = "Sat, 09 Jan 2010 14:59:59 GMT"
    same = {"If-Modified-Since": before, "If-None-Match": answer.headers["ETag"]}
    assert client.get("/a", headers=same).status_code == 304
    assert inner.asked == ["GET /a"]


def test_the_application_is_asked_for_the_whole_whatever_the_client_has(inner, client, change):
    etag = client.get("/a").headers["ETag"]
    change()
    conditions = {"If-None-Match": etag, "If-Modified-Since": "x", "Range": "bytes=0-1"}
    assert client.get("/a", headers=conditions).status_code == 304
    assert not {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"} & set(inner.environ)
    assert len(client.get("/a", headers={"Range": "bytes=0-1"}).data) > 2
    assert inner.asked == ["GET /a", "GET /a"]


def test_a_public_change_has_everything_asked_for_anew(inner, client, change):
    for address in ("/a", "/b"):
        client.get(address)
    change()
    for address in ("/a", "/b", "/a", "/b"):
        client.get(address)
    assert inner.asked == ["GET /a", "GET /b"] * 2


@pytest.fixture
def discuss(database, inner):
    """Changes a discussion, or with `other` another one than answers are made of."""
    with database.writing() as session:
        member = cast.people(session)["bow"]
        posts = [cast.post(session, member, title) for title in ("One", "Another")]
        session.flush()
    query = Prepared(select(Post.talk_state).where(Post.id == bindparam("id")))

    def read() -> None:
        values = {"id": posts[0].id}
        inner.basis = (query, values, query.peek(database, **values))

    def change(reach: Reach = Reach.DISCUSSION, other: bool = False) -> None:
        with database.writing() as session:
            session.get_one(Post, posts[other].id).talk_state += 1
            raise_version(session, reach)

    read()
    change.read = read
    return change


def test_a_discussion_makes_no_answer_old_that_does_not_show_it(inner, client, discuss):
    client.get("/a")
    for _ in range(3):
        discuss(other=True)
        client.get("/a")
    assert inner.asked == ["GET /a"]
    discuss()
    discuss.read()
    client.get("/a")
    discuss(other=True)
    client.get("/a")
    assert inner.asked == ["GET /a"] * 2


def test_any_other_change_makes_an_answer_old_whatever_it_shows(inner, client, discuss):
    client.get("/a")
    discuss(Reach.TEXTS, other=True)
    client.get("/a")
    discuss(Reach.SETTINGS, other=True)
    client.get("/a")
    assert inner.asked == ["GET /a"] * 3


def test_an_answer_that_names_no_discussion_is_made_of_all(inner, client, discuss):
    inner.basis = None
    client.get("/a")
    discuss(other=True)
    client.get("/a")
    assert inner.asked == ["GET /a"] * 2


def test_what_strangers_do_not_see_leaves_the_answers_as_they_are(inner, client, database):
    client.get("/a")
    with database.writing() as session:
        cast.member(session, "cyd")
    client.get("/a")
    assert inner.asked == ["GET /a"]


def test_a_change_that_is_rolled_back_is_none(inner, client, database):
    client.get("/a")
    with suppress(ZeroDivisionError), database.writing() as session:
        raise_version(session)
        raise ZeroDivisionError
    client.get("/a")
    assert inner.asked == ["GET /a"]


NOT_PUBLIC = {
    "a cookie": [*PUBLIC, ("Set-Cookie", "session=x")],
    "a cookie, in small letters": [*PUBLIC, ("set-cookie", "session=x")],
    "private": [("Cache-Control", "private, no-store")],
    "no-store": [("Cache-Control", "no-store")],
    "nothing said": [],
}


@pytest.mark.parametrize("headers", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_only_what_is_public_is_kept(inner, client, headers):
    inner.headers = headers
    for _ in range(2):
        answer = client.get("/a")
        assert "ETag" not in answer.headers
        assert {name.lower() for name, _ in headers} < {name.lower() for name, _ in answer.headers}
    assert inner.asked == ["GET /a"] * 2


@pytest.mark.parametrize("status", ["200 OK", "404 NOT FOUND", "410 GONE"])
def test_pages_and_what_is_not_there_are_kept(inner, client, status):
    inner.status = status
    assert {client.get("/a").status for _ in range(2)} == {status}
    assert inner.asked == ["GET /a"]


@pytest.mark.parametrize(
    "status", ["301 X", "302 X", "400 X", "401 X", "403 X", "405 X", "422 X", "429 X", "500 X"]
)
def test_other_answers_are_not_kept_whatever_they_say(inner, client, status):
    inner.status = status
    assert {client.get("/a").status for _ in range(2)} == {status}
    assert inner.asked == ["GET /a"] * 2


def test_who_has_a_session_passes_the_store_by(inner, client):
    client.get("/a", headers=SESSION)
    client.get("/a", headers=SESSION)
    assert inner.asked == ["GET /a"] * 2  # Not kept, although it said that it is public.
    client.get("/a")
    client.head("/a", headers=SESSION)
    assert inner.asked == ["GET /a"] * 3 + ["HEAD /a"]


def test_other_cookies_make_nobody_a_member(inner, client):
    for cookie in ("a=session", "sessio=1", "theme=dark"):
        client.get("/a", headers={"Cookie": cookie})
    assert inner.asked == ["GET /a"]


def test_what_is_no_question_is_passed_on(inner, client):
    client.get("/a")
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        client.open("/a", method=method)
    assert inner.asked == ["GET /a", "POST /a", "PUT /a", "DELETE /a", "OPTIONS /a"]


def test_a_question_with_a_query_is_another_one(inner, client):
    for address in ("/a", "/a?before=1", "/a?before=2", "/a?before=1", "/a"):
        client.get(address)
    assert inner.asked == ["GET /a"] * 3


@pytest.mark.parametrize("before", ["200 OK", "404 NOT FOUND"])
@pytest.mark.parametrize("after", ["410 GONE", "200 OK"])
def test_what_becomes_another_kind_of_answer_is_kept_as_that(inner, client, change, before, after):
    inner.status = before
    client.get("/a")
    change()
    inner.status = after
    assert {client.get("/a").status for _ in range(3)} == {after}
    assert inner.asked == ["GET /a"] * 2


SCANS = {
    "what is not there": ("404 NOT FOUND", "/{}", "", "localhost"),
    "what is gone": ("410 GONE", "/{}", "", "localhost"),
    "a query": ("200 OK", "/", "{}", "localhost"),
    "a port of its own": ("200 OK", "/", "", "localhost:{}"),
}


@pytest.mark.parametrize(("status", "path", "query", "host"), SCANS.values(), ids=SCANS)
def test_a_scanner_cannot_push_out_a_page(inner, cache, client, status, path, query, host):
    pages = [f"/page-{number}" for number in range(20)]
    for page in pages:
        client.get(page)
    inner.status, environ = status, create_environ()
    for number in range(1, 10_001):
        asked = (("PATH_INFO", path), ("QUERY_STRING", query), ("HTTP_HOST", host))
        given = {name: value.format(number) for name, value in asked}
        cache({**environ, **given}, lambda _status, _headers: None)
    count = len(inner.asked)
    assert count == len(pages) + 10_000
    for page in pages:
        assert client.get(page).status_code == 200
    assert len(inner.asked) == count


def test_a_long_address_takes_room_too(inner, client):
    for _ in range(2):
        client.get("/a", query_string="q" * 25_000)
    assert inner.asked == ["GET /a"] * 2
    client.get("/a", query_string="q" * 15_000)
    client.get("/a", query_string="q" * 15_000)
    assert inner.asked == ["GET /a"] * 3


def test_an_answer_holds_until_its_moment(inner, client):
    with clock.frozen(NOW) as time:
        inner.until = NOW + timedelta(seconds=10)
        client.get("/a")
        time.travel(timedelta(seconds=9.999))
        client.get("/a")
        assert inner.asked == ["GET /a"]
        time.travel(timedelta(seconds=0.001))
        inner.until = None
        client.get("/a")
        time.travel(timedelta(days=1))
        client.get("/a")
        assert inner.asked == ["GET /a"] * 2


def test_without_its_database_the_application_is_asked(inner, tmp_path):
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    version, looks = Version(database), []
    assert version.newest() is None
    client = Client(PageCache(inner, inner, version, "session", "localhost"))
    event.listen(database.engine, "connect", lambda *_: looks.append("once"))
    for _ in range(2):
        assert client.get("/a").status_code == 200
    assert inner.asked == ["GET /a"] * 2
    assert len(looks) == 2  # One that is far away is not waited for more than once.
    database.close()


def test_without_a_version_nothing_is_kept(inner, client, database):
    with database.writing() as session:
        session.delete(session.get_one(Content, 1))
    for _ in range(2):
        assert client.get("/a").status_code == 200
    assert inner.asked == ["GET /a"] * 2


def test_what_many_ask_for_at_once_is_made_once(inner, database):
    """Those who come while a page is made find it there when it is their turn."""
    waiting = Barrier(8)

    class Watched(Turn):
        def __enter__(self) -> None:
            waiting.wait(10)
            super().__enter__()

    cache = PageCache(
        inner, inner, Version(database), "session", "localhost", turn=Watched(patience=60)
    )
    client = Client(cache, use_cookies=False)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: client.get("/a").text, range(8)))) == 1
    assert inner.asked == ["GET /a"]


def test_what_is_not_ours_to_keep_is_left_to_others(inner, database):
    others = Application()
    cache = PageCache(
        inner, others, Version(database), "session", "localhost", apart=("/static/", "/media/")
    )
    client = Client(cache, use_cookies=False)
    for _ in range(2):
        for address in ("/static/a", "/media/b", "/medial"):
            client.get(address)
    client.post("/a")
    client.get("/a", headers=SESSION)
    assert inner.asked == ["GET /medial"]
    assert others.asked == ["GET /static/a", "GET /media/b"] * 2 + ["POST /a", "GET /a"]


def test_many_threads_get_what_they_ask_for(inner, database, change):
    """Through a store that is much too small, while everything keeps changing."""
    client = Client(
        PageCache(inner, inner, Version(database), "session", "localhost", most=12_000),
        use_cookies=False,
    )
    decoded = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}

    def ask(number: int) -> bool:
        address, coding = f"/{number % 13}", sorted(decoded)[number % 3]
        if number % 200 == 0:
            change()
        answer = client.get(address, headers={"Accept-Encoding": coding})
        body = decoded[answer.headers.get("Content-Encoding", "identity")](answer.data)
        return body == f"This is {address}. ".encode() * 50

    with restless_threads(8) as threads:
        assert all(threads.map(ask, range(2000)))
    assert len(inner.asked) < 2000


@pytest.fixture
def asked(app):
    """What the real application was asked for."""
    found = []
    with request_started.connected_to(lambda _, **__: found.append(_), sender=app):
        yield found


def test_the_blog_itself_answers_strangers_from_what_it_answered_before(app, browser, asked):
    for address in ("/", "/feed.atom", "/no-such-page", "/comments"):
        status = 404 if address == "/no-such-page" else 200
        first = browser.get(address, status)
        again = browser.another().get(address, status)
        assert again.text == first.text
        assert again.headers["ETag"] == first.headers["ETag"]
    assert len(asked) == 4


def test_what_is_personal_is_asked_for_each_time(app, house, browser, asked):
    with house.database.writing() as session:
        cast.people(session)
    for address in ("/join", "/sign-in", "/healthz"):
        for _ in range(2):
            assert "ETag" not in browser.another().get(address).headers
    assert len(asked) == 6
    browser.sign_in("cyd", cast.PASSWORD)
    del asked[:]
    for _ in range(2):
        page = browser.get("/")
        assert "Sign out" in page.text
        assert page.headers["Cache-Control"] == "private, no-store"
    assert len(asked) == 2
