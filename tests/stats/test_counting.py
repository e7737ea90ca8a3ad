"""What is read is counted by day, and nobody who reads is known afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.lib import clock
from app.lib.db import Base
from app.stats import actions
from app.stats.ledger import LONGEST, MOST, MUCH
from app.stats.models import Day, Poller, PostViews, Referrals, Salt, Subscribers
from app.stats.rules import digest, referring_host
from tests import cast
from tests.cast import NOW
from tests.stats.test_agents import CRAWL, FIREFOX
from tests.threads import restless_threads

TODAY = date(2010, 1, 9)
ADDRESS = "192.0.2.7"
FRESHRSS = "FreshRSS/1.24.1 (Linux; https://freshrss.org)"
FEEDLY = "Feedly/1.0 (poller; {} subscribers;)"


@pytest.fixture
def time():
    with clock.frozen(NOW) as time:
        yield time


@pytest.fixture
def ask(app):
    """Ask without cookies: a page or feed, by an agent, from a network address."""
    client = app.test_client(use_cookies=False)

    def ask(path, agent=FIREFOX, address=ADDRESS, method="GET", **headers):
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(
            path,
            method=method,
            headers={"User-Agent": agent, **told},
            environ_base={"REMOTE_ADDR": address},
        )

    return ask


def rows(house, *columns) -> list[tuple]:
    with house.database.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


def subscribers(house) -> list[tuple]:
    return rows(house, Subscribers.feed, Subscribers.reader, Subscribers.count)


def test_pages_are_counted_by_day_and_post(house, world, ask, time):
    etag = ask(world.address, Referer="https://www.other.example/a/page").headers["ETag"]
    assert ask(world.address, If_None_Match=etag).status_code == 304
    ask("/", Referer="http://127.0.0.1:8000/about")
    ask("/", Referer="https://other.example:8443/")
    for agent in CRAWL:
        ask(world.address, agent)
    ask(world.address, method="HEAD")
    assert ask("/no-such-page").status_code == 404
    ask("/join")
    house.ledger.write()
    assert rows(house, Day.day, Day.views) == [(TODAY, 4)]
    assert rows(house, PostViews.post_id, PostViews.views) == [(world.post.id, 2)]
    assert rows(house, Referrals.host, Referrals.views) == [("other.example", 2)]
    ask(world.address)
    house.ledger.write()
    time.travel(timedelta(days=1))
    ask(world.address)
    house.ledger.write()
    assert rows(house, Day.views) == [(1,), (5,)]
    assert rows(house, PostViews.day, PostViews.views) == [(TODAY, 3), (date(2010, 1, 10), 1)]


def test_members_are_counted_and_those_who_work_here_are_not(house, world, signed_in, time):
    for login in ("ada", "bow", "cyd"):
        browser = signed_in(login)
        house.ledger.tally.clear()
        browser.get(world.address, headers={"User-Agent": FIREFOX})
        browser.get("/account", headers={"User-Agent": FIREFOX})
        house.ledger.write()
    assert rows(house, PostViews.views) == [(1,)]
    assert rows(house, Day.views) == [(1,)]


def test_subscribers_are_those_who_are_told_and_those_who_come_once_a_day(house, world, ask, time):
    etag = ask("/feed.rss", FRESHRSS).headers["ETag"]
    assert ask("/feed.rss", FRESHRSS, If_None_Match=etag).status_code == 304
    house.ledger.write()
    house.ledger.write()
    for address in (ADDRESS, "192.0.2.8", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
        ask("/feed.atom", FRESHRSS, address)
    for agent in (FEEDLY.format(40), FEEDLY.format(41), FEEDLY.format(39), FIREFOX, *CRAWL):
        ask("/feed.rss", agent)
        house.ledger.write()
    ask(f"{world.address}.atom", FRESHRSS)
    house.ledger.write()
    assert subscribers(house) == [
        ("/2010/01/a-small-pond", "", 1),
        ("/feed", "", 3),
        ("/feed", "Feedly", 41),
    ]
    assert rows(house, Day.views) == []


def test_no_address_is_kept_and_the_salt_goes_with_its_day(house, world, ask, time):
    ask("/feed.rss", FRESHRSS)
    house.ledger.write()
    first = rows(house, Salt.day, Salt.salt), rows(house, Poller.digest)
    assert len(first[0]) == len(first[1]) == 1
    assert ADDRESS not in everything(house)
    time.travel(timedelta(days=1))
    ask("/feed.rss", FRESHRSS)
    house.ledger.write()
    second = rows(house, Salt.day, Salt.salt), rows(house, Poller.digest)
    assert len(second[0]) == len(second[1]) == 1
    assert first != second
    with house.database.writing() as session:
        actions.drop_salts(session, NOW + timedelta(days=3))
    assert rows(house, Salt.day) == rows(house, Poller.digest) == []
    assert [count for *_, count in subscribers(house)] == [1, 1]


def test_one_salt_makes_of_one_place_another_digest_for_each_feed():
    made = {digest(salt, feed, ADDRESS) for salt in ("one", "other") for feed in ("/feed", "/2010")}
    assert len(made) == 4
    assert digest("s", "/feed", "2001:db8::1") == digest("s", "/feed", "2001:db8::2")
    assert digest("s", "/feed", "2001:db8::1") != digest("s", "/feed", "2001:db8:0:1::1")


NO_OTHER_SITE = (None, "", "about:blank", "android-app://com.example/", "https://[", "https://x")
NO_HOST = ("https://a b/", f"https://{'a' * 101}.example/", "https://ex<b>.example/")


@pytest.mark.parametrize("referer", [*NO_OTHER_SITE, *NO_HOST, "http://127.0.0.1:8000/"])
def test_what_is_no_other_site_refers_to_nothing(referer):
    assert referring_host(referer, "127.0.0.1:8000") is None


def test_days_that_are_over_are_counted_once_and_for_all(house, world, time):
    with house.database.writing() as session:
        session.add(Day(day=TODAY, views=7))
        row = {"feed": "/feed", "source": ""}
        session.add(Subscribers(day=TODAY, reader="Feedly", count=5, **row))
        session.add(Subscribers(day=TODAY, reader="", count=2, **row))
        session.add(Referrals(day=TODAY - timedelta(days=1000), host="old.example", views=1))
    later = NOW + timedelta(days=1)
    with house.database.writing() as session:
        actions.count_days(session, later)
    day = select(Day).where(Day.day == TODAY)
    with house.database.reading() as session:
        found = session.scalars(day).one()
        people = len(cast.CAST)
        counts = (found.views, found.comments, found.members, found.subscribers)
        assert counts == (7, 2, people, 7)
        assert len(session.scalars(select(Day)).all()) == 366
        assert session.scalars(select(Referrals)).all() == []
    with house.database.writing() as session:
        cyd, post = (
            session.get_one(type(one), one.id) for one in (world.people["cyd"], world.post)
        )
        cast.comment(session, cyd, post)
        actions.count_days(session, later)
    with house.database.reading() as session:
        assert session.scalars(day).one().comments == 2


def test_what_is_heard_is_bounded(house, world):
    for n in range(MOST + 10):
        house.ledger.tally.hear(("/", "text/html", f"{FIREFOX} {n}", None, None))
        house.ledger.tally.hear(("/", "text/html", f"{FIREFOX} 0", None, None))
        assert house.ledger.tally.is_large == (n + 1 >= MUCH)
    assert len(house.ledger.tally) == MOST
    house.ledger.write()
    assert rows(house, Day.views) == [(2 * MOST + 10,)]
    assert not house.ledger.tally


def test_what_is_longer_than_anything_a_browser_sends_is_not_kept(house):
    house.ledger.tally.hear(("/", "text/html", FIREFOX, f"https://a.example/{'a' * LONGEST}", None))
    assert not house.ledger.tally


def test_what_many_hear_at_once_is_counted_once_each(house):
    heard, times = [("/", "text/html", None, None, str(n)) for n in range(5)], 2000
    tally = house.ledger.tally

    def listen(_thread: int) -> None:
        for n in range(times):
            tally.hear(heard[n % len(heard)])

    with restless_threads(4) as threads:
        list(threads.map(listen, range(4)))
    assert tally.taken() == dict.fromkeys(heard, 4 * times // len(heard))
    assert not tally


def everything(house) -> str:
    with house.database.reading() as session:
        tables = Base.metadata.sorted_tables
        return "\n".join(str(row) for table in tables for row in session.execute(select(table)))
