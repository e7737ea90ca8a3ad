"""Pages and feeds as strangers and their feed readers get them."""

import json
from datetime import timedelta

import feedparser
import jsonschema
import pytest

from app.demo import build
from app.http.pages import read_templates
from app.lib import clock
from app.posts import actions
from tests import cast
from tests.cast import NOW, PASSWORD
from tests.web.jsonfeed import SCHEMA

POST = "/2010/01/informal-learning-2010"
SHOWN = (
    POST,
    "/2010",
    "/2010/01",
    "/tags/informal-learning",
    "/authors/jeffrey",
    "/comments",
    "/resources",
    "/resources/informal-learning",
)
PAGES = ("/", "/about", *SHOWN)
LISTED = ("/feed", *SHOWN)
FEEDS = tuple(f"{address}.{dress}" for address in LISTED for dress in ("rss", "atom", "json"))
OPML = ("/resources.opml", "/resources/informal-learning.opml")


@pytest.fixture
def demo(house):
    build.make(house.database, house.hasher, PASSWORD, clock.now())


def test_every_public_address_is_the_same_twice_and_sets_no_cookie(demo, browser):
    for address in (*PAGES, *FEEDS, *OPML, "/nothing-here"):
        answers = []
        for _ in range(2):
            response = browser.another().client.get(address)
            assert "Set-Cookie" not in response.headers, address
            assert "public" in response.headers["Cache-Control"], address
            answers.append(response.data)
        assert answers[0] == answers[1], address


@pytest.mark.on("sqlite")
def test_templates_are_read_before_anybody_waits_for_them(app, demo, browser, monkeypatch):
    names = app.jinja_env.list_templates()
    left_there = ["posts/.show.html.swp", "posts/.#show.html", ".DS_Store", "posts/show.html~"]
    with monkeypatch.context() as patch:
        patch.setattr(app.jinja_env.loader, "list_templates", lambda: [*names, *left_there])
        read_templates(app)
    monkeypatch.delattr(type(app.jinja_env.loader), "get_source")
    assert "Informal Learning" in browser.get("/").text


def test_every_page_is_a_page(demo, browser):
    for address in PAGES:
        page = browser.get(address)
        rels = [link.get("type") for link in page.all("link") if link.get("rel") == "alternate"]
        assert {"application/rss+xml", "application/atom+xml", "application/feed+json"} <= set(rels)


def test_safety_28_a_page_with_a_session_is_for_nobody_else(demo, browser):
    browser.sign_in("connie", PASSWORD)
    for address in (*PAGES, *FEEDS):
        response = browser.client.get(address)
        assert response.headers["Cache-Control"] == "private, no-store", address
        assert "ETag" not in response.headers


def test_safety_35_every_feed_parses(demo, browser):
    for address in FEEDS:
        response = browser.client.get(address)
        assert response.status_code == 200, address
        if address.endswith(".json"):
            jsonschema.validate(json.loads(response.data), SCHEMA)
        else:
            parsed = feedparser.parse(response.data)
            assert parsed.bozo == 0, (address, parsed.get("bozo_exception"))
            assert parsed.entries, address
            assert all(entry.title and entry.id.startswith("tag:") for entry in parsed.entries)


def test_safety_35_a_feed_asked_for_again_is_304_without_a_body(demo, browser):
    for address in FEEDS:
        first = browser.client.get(address)
        again = browser.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), address


def test_a_comment_feed_reads_well_from_titles_and_bodies_alone(demo, browser):
    parsed = feedparser.parse(browser.client.get(f"{POST}.rss").data)
    titles = [entry.title for entry in parsed.entries]
    assert titles == ["#4 Jeffrey to #3 Jay", "#3 Jay", "#2 Jeffrey to #1 Connie", "#1 Connie"]
    body = parsed.entries[2].content[0].value
    assert body.startswith("<blockquote><p>Connie: Nice summary, Jeffrey.")
    assert "Thanks for the comment." in body
    atom = browser.client.get(f"{POST}.atom").get_data(as_text=True)
    assert "thr:in-reply-to" in atom


def test_the_posts_feed_tells_of_the_discussion(demo, browser):
    text = browser.client.get("/feed.rss").get_data(as_text=True)
    assert "<slash:comments>4</slash:comments>" in text
    assert f"<wfw:commentRss>http://127.0.0.1:8000{POST}.rss</wfw:commentRss>" in text
    parsed = feedparser.parse(text)
    entry = next(entry for entry in parsed.entries if entry.title == "Informal Learning - 2010")
    assert entry.link == f"http://127.0.0.1:8000{POST}"
    assert entry.published_parsed[:5] == (2010, 1, 9, 13, 30)
    assert {tag.term for tag in entry.tags} == {"informal learning", "social media", "training"}


def test_a_feed_has_full_addresses_only(demo, browser):
    for address in FEEDS:
        text = browser.client.get(address).get_data(as_text=True)
        for start in ('href="/', 'src="/', 'href="#', 'href=\\"/', 'src=\\"/'):
            assert start not in text, (address, start)


def test_long_lists_go_on_behind_a_next_link(house, browser):
    with house.database.writing() as session:
        ada = cast.people(session)["ada"]
        for number in range(23):
            cast.post(session, ada, f"Post {number}", at=NOW + timedelta(minutes=number))
    address, titles = "/feed.atom", []
    while address:
        parsed = feedparser.parse(browser.client.get(address).data)
        titles += [entry.title for entry in parsed.entries]
        following = [link.href for link in parsed.feed.links if link.rel == "next"]
        address = following[0].removeprefix("http://127.0.0.1:8000") if following else None
    assert titles == [f"Post {number}" for number in reversed(range(23))]
    page = browser.get("/")
    older = [link.get("href") for link in page.all("a") if "before=" in link.get("href", "")]
    assert "Post 12" in browser.get(older[0]).words()


def test_a_scheduled_post_appears_at_its_second(house, browser):
    with house.database.writing() as session:
        bow = cast.people(session)["bow"]
        post = actions.begin(session, bow, cast.draft("Tomorrow"), "one", NOW)
        actions.publish(session, bow, post, NOW, at=NOW + timedelta(days=1))
    with clock.frozen(NOW + timedelta(hours=23)) as now:
        browser.get(f"/{post.path}", 404)
        assert "Tomorrow" not in browser.get("/").text
        assert b"Tomorrow" not in browser.client.get("/feed.rss").data
        now.travel(timedelta(hours=1))
        browser.get(f"/{post.path}")
        assert "Tomorrow" in browser.get("/").text
        assert b"Tomorrow" in browser.client.get("/feed.rss").data


def test_safety_43_a_withdrawn_post_is_gone_at_once(house, browser):
    with house.database.writing() as session:
        bow = cast.people(session)["bow"]
        post = cast.post(session, bow, "Regretted")
    assert "Regretted" in browser.get("/").text
    with house.database.writing() as session:
        actions.withdraw(session, bow, session.merge(post), NOW + timedelta(minutes=1))
    assert "Regretted" not in browser.get("/").text
    assert "withdrawn" in browser.get(f"/{post.path}", 410).words()
    assert browser.client.get(f"/{post.path}.rss").status_code == 410


BAD = (
    ("/2010/13", 404),
    ("/2010/00", 404),
    ("/0000", 404),
    ("/9999", 404),
    ("/9999/12", 404),
    ("/2010/02/30", 404),
    ("/tags/", 404),
    ("/tags/nothing", 404),
    ("/tags/UPPER", 404),
    ("/authors/nobody", 404),
    ("/authors/connie", 404),
    ("/resources/nothing", 404),
    ("/feed.xml", 404),
    ("/?before=garbage", 400),
    ("/?before=99999999T999999999999-1", 400),
    (f"/?before=20100109T133000000000-{'9' * 30}", 400),
    ("/comments?before=%00", 400),
    ("/a%00b", 400),
    ("/a%ffb", 404),
    ("/?before=%ff", 400),
    ("/%ed%a0%80", 404),
    (f"/{'x' * 5000}", 404),
    (f"/desk/posts/{2**70}", 404),
)


@pytest.mark.parametrize(("address", "status"), BAD)
def test_safety_33_an_address_that_is_none_has_a_clear_page(browser, address, status):
    browser.get(address, status)


def test_safety_14_ten_megabytes_are_too_many(browser):
    fields = browser.get("/sign-in").fields("/sign-in")
    browser.post("/sign-in", 413, {**fields, "login": "x" * 10_000_000})


def test_safety_17_a_foreign_host_is_refused_and_leaves_no_trace(demo, browser):
    assert browser.client.get("/", headers={"Host": "evil.test"}).status_code == 400
    for address in ("/", POST, "/feed.rss"):
        response = browser.client.get(address, headers={"X-Forwarded-Host": "evil.test"})
        assert b"evil.test" not in response.data
