"""A listing in its dresses, whatever stands in it."""

import json
from datetime import UTC, datetime

import feedparser
import pytest
from lxml import etree

from app.feeds.dress import DRESSES
from app.feeds.listing import Entry, Listing, Person, Reply

NASTY = "Fish & <chips> ]]> “\x0b\ufffe\ud800\0” 🐟 &amp; é"
SHOWN = "Fish & <chips> ]]>"
AT = datetime(2010, 1, 9, 15, 0, tzinfo=UTC)
SITE = "https://blog.example"
FEEDS = ("rss", "atom", "json")


def entry(number: int = 1, **more) -> Entry:
    given = {
        "guid": f"tag:blog.example,2010:post/{number}",
        "url": f"{SITE}/{number}",
        "title": NASTY,
        "html": f"<p>{number} &lt; &amp;amp; ]]&gt; \x0b</p>",
        "summary": NASTY,
        "published": AT,
        "updated": AT,
        "authors": (Person(NASTY, f"{SITE}/authors/bow"),),
        "tags": (NASTY,),
    }
    return Entry(**{**given, **more})


def listing(*entries: Entry, **more) -> Listing:
    given = {
        "title": NASTY,
        "description": NASTY,
        "url": f"{SITE}/",
        "address": "/feed",
        "site_url": SITE,
        "language": "en",
        "updated": AT,
    }
    return Listing(entries=entries, **{**given, **more})


def parsed(dress: str, made: Listing):
    data = DRESSES[dress].render(made)
    found = feedparser.parse(data, response_headers={"content-type": DRESSES[dress].mime})
    assert found.bozo == 0, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("dress", ["rss", "atom"])
def test_safety_35_signs_that_no_feed_may_hold_are_left_out(dress):
    found = parsed(dress, listing(entry()))
    title = found.entries[0].title
    assert title.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").startswith(SHOWN)
    assert "🐟" in title
    assert not set(title) & set("\x0b\ufffe\ud800\0")


def test_safety_35_json_feeds_hold_nothing_that_cannot_be_sent():
    made = json.loads(DRESSES["json"].render(listing(entry())))
    assert made["items"][0]["title"].startswith(SHOWN)
    assert not set(made["items"][0]["title"]) & set("\x0b\ufffe\ud800\0")


@pytest.mark.parametrize("dress", ["rss", "atom"])
def test_safety_35_html_is_escaped_once(dress):
    found = parsed(dress, listing(entry(title="A", html="<p>a &lt; b &amp;amp; c</p>")))
    assert found.entries[0].content[0].value == "<p>a &lt; b &amp;amp; c</p>"


@pytest.mark.parametrize("dress", [*FEEDS, "opml"])
def test_the_same_listing_gives_the_same_bytes(dress):
    made = listing(entry(1), entry(2))
    assert DRESSES[dress].render(made) == DRESSES[dress].render(made)


@pytest.mark.parametrize("dress", [*FEEDS, "opml"])
def test_a_listing_of_nothing_is_a_listing(dress):
    assert DRESSES[dress].render(listing())


@pytest.mark.parametrize("dress", ["rss", "atom"])
def test_what_answers_says_what_it_answers(dress):
    reply = Reply("tag:blog.example,2010:comment/1", f"{SITE}/1#comment-1")
    data = DRESSES[dress].render(listing(entry(in_reply_to=reply)))
    root = etree.fromstring(data)
    found = root.find(".//{http://purl.org/syndication/thread/1.0}in-reply-to")
    assert (found.get("ref"), found.get("href")) == (reply.guid, reply.url)


@pytest.mark.parametrize("dress", ["rss", "atom"])
def test_older_entries_are_behind_a_next_link(dress):
    found = parsed(
        dress, listing(entry(external_url="https://a.example/"), next_key="20100109T150000000000-1")
    )
    links = {link.rel: link.href for link in found.feed.links}
    assert links["next"] == f"{SITE}/feed.{dress}?before=20100109T150000000000-1"
    assert links["self"] == f"{SITE}/feed.{dress}"
    assert found.feed.link == f"{SITE}/"
    assert found.entries[0].link == f"{SITE}/1"


def test_an_atom_entry_has_one_alternate_and_what_it_points_to_is_related():
    root = etree.fromstring(
        DRESSES["atom"].render(listing(entry(external_url="https://a.example/")))
    )
    links = root.findall("{*}entry/{*}link")
    assert [(link.get("rel", "alternate"), link.get("href")) for link in links] == [
        ("alternate", f"{SITE}/1"),
        ("related", "https://a.example/"),
    ]


def test_an_outline_has_the_addresses_of_its_resources():
    made = listing(entry(external_url="https://a.example/?b=1&c=2", title='"A" & <b>\x0b'))
    root = etree.fromstring(DRESSES["opml"].render(made))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    outline = root.find("body/outline")
    assert outline.get("type") == "link"
    assert outline.get("url") == "https://a.example/?b=1&c=2"
    assert outline.get("text") == '"A" & <b>\ufffd'
    assert root.findtext("head/dateModified") == "Sat, 09 Jan 2010 15:00:00 GMT"
