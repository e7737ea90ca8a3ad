"""When a resource counts as broken: found out with patience, and without asking too much."""

import random
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from app.lib import clock
from app.resources import actions
from app.resources.health.checking import Checker
from app.resources.health.rules import Finding, Health, Kind, after, finding, next_check
from app.resources.models import Collection, Item
from app.resources.rules import Reference
from tests import cast
from tests.abroad import Said, abroad
from tests.cast import NOW

DAY = timedelta(days=1)
WELL, BAD = Finding(Kind.WELL), Finding(Kind.BAD, "it answers 404 (Not Found)")
POND = "http://pond.example/"


def month(is_up, days: int = 30, item_id: int = 7) -> list[bool]:
    """Whether a resource counts as broken after each look in so many days, with a server that is
    up when `is_up` says so, by hours from the first look."""
    health, at, seen = Health(), NOW, []
    while at < NOW + days * DAY:
        found = WELL if is_up((at - NOW) / timedelta(hours=1)) else BAD
        health = after(health, found, at)
        seen.append(health.broken_since is not None)
        at = next_check(health, found, item_id, at)
    return seen


def changes(seen: list[bool]) -> int:
    return sum(one != other for one, other in zip([False, *seen], seen, strict=False))


@pytest.mark.parametrize(
    ("is_up", "expected"),
    [
        (lambda hour: True, 0),
        (lambda hour: False, 1),
        (lambda hour: hour < 24 * 5, 1),
        (lambda hour: not 24 * 5 < hour < 24 * 15, 2),
        (lambda hour: not 24 * 6 < hour < 24 * 8, 0),
        (lambda hour: hour // 24 % 2 == 0, 0),
        (lambda hour: hour // 24 % 3 == 0, 0),
        (lambda hour: 2 < hour % 24 < 22, 0),
    ],
)
def test_safety_51_a_month_with_a_server_that_comes_and_goes_does_not_flap(is_up, expected):
    for item_id in range(1, 40, 3):
        assert changes(month(is_up, item_id=item_id)) == expected


def test_safety_51_a_server_that_is_up_by_chance_does_not_flap_either():
    """Half of all looks fail. Nearly never do they fail for three days on end."""
    for seed in range(50):
        chance = random.Random(seed)
        assert changes(month(lambda _, chance=chance: chance.random() < 0.5)) <= 2


def test_safety_51_broken_takes_three_failures_over_three_days():
    health = Health()
    for hours in (0, 1, 2, 71.9):
        health = after(health, BAD, NOW + timedelta(hours=hours))
        assert health.broken_since is None
    assert after(health, BAD, NOW + 3 * DAY).broken_since == NOW
    assert after(after(Health(), BAD, NOW), BAD, NOW + 9 * DAY).broken_since is None


def test_what_was_broken_is_well_after_two_good_answers():
    broken = Health(4, NOW, 0, NOW, "it answers 404 (Not Found)")
    once = after(broken, WELL, NOW)
    assert once.broken_since == NOW
    assert after(once, BAD, NOW).recoveries == 0
    assert after(once, WELL, NOW) == Health()


@pytest.mark.parametrize(
    ("status", "wait", "kind"),
    [
        (200, None, Kind.WELL),
        (204, None, Kind.WELL),
        (403, None, Kind.WELL),
        (999, None, Kind.WELL),
        (404, None, Kind.BAD),
        (410, None, Kind.BAD),
        (500, None, Kind.BAD),
        (503, None, Kind.BAD),
        (503, DAY, Kind.LATER),
        (429, None, Kind.LATER),
        (429, 365 * DAY, Kind.LATER),
        (302, None, Kind.BAD),
    ],
)
def test_what_an_answer_says(status, wait, kind):
    found = finding(status, wait)
    assert found.kind == kind
    assert found.wait <= 30 * DAY
    assert (kind == Kind.LATER) == bool(found.wait)


@pytest.fixture
def out():
    with abroad() as made:
        yield made


@pytest.fixture
def gather(database):
    """Adds resources with these addresses, due at once."""

    def add(*urls: str) -> list[int]:
        with database.writing() as session:
            bow = cast.member(session, "bow", role="author")
            made = actions.add_collection(session, bow, "Ponds", "", "", NOW)
            return [
                actions.add_item(session, bow, made, Reference(url, url), NOW).id for url in urls
            ]

    return add


@pytest.fixture
def time():
    with clock.frozen(NOW) as time:
        yield time


@pytest.fixture
def check(database, out, time):
    """Looks at all that is due; pauses move the clock."""
    checker = Checker(out.fetcher(), lambda seconds: time.travel(timedelta(seconds=seconds)))

    def check() -> int:
        count = 0
        while checker.check_next(database, clock.now()):
            count += 1
        return count

    return check


def kept(database, id: int) -> Item:
    with database.reading() as session:
        return session.get(Item, id)


def test_safety_51_no_host_is_asked_twice_in_a_second(out, gather, check, time):
    asked = defaultdict(list)
    urls = [f"http://{host}.example/{page}" for page in range(4) for host in ("pond", "lake")]

    def answer(request):
        asked[request.host].append(clock.now())
        # The head is refused, and each page leads on to another of the host.
        if request.method == "HEAD":
            return Said(status=405)
        if "?" in request.path:
            return Said("There.")
        return Said(status=302, headers={"Location": f"{request.path}?there"})

    for url in urls:
        out.sites[url] = out.sites[f"{url}?there"] = answer
    gather(*urls)
    assert check() == 8
    for moments in asked.values():
        assert len(moments) == 4 * 4 - 4
        gaps = [after - before for before, after in pairwise(moments)]
        assert min(gaps) >= timedelta(seconds=1)
    assert {one.headers["User-Agent"] for one in out.asked} == {out.fetcher().agent}


def test_safety_51_who_says_too_often_is_left_alone_for_as_long_as_they_say(
    database, out, gather, check, time
):
    out.sites[POND] = Said(status=429, headers={"Retry-After": str(20 * 86400)})
    out.sites[f"{POND}other"] = Said("There.")
    [pond, other] = gather(POND, f"{POND}other")
    check()
    assert len(out.asked) == 1
    for _ in range(19):
        time.travel(DAY)
        check()
    assert len(out.asked) == 1
    assert kept(database, pond).trouble == ""
    out.sites[POND] = Said("There.")
    time.travel(DAY)
    check()
    assert {one.path for one in out.asked} == {"/", "/other"}
    assert kept(database, other).checked_at is not None


def test_safety_51_a_month_of_checks_breaks_what_is_gone_and_nothing_else(
    database, out, gather, check, time
):
    out.sites[POND] = Said("There.")
    out.sites[f"{POND}gone"] = Said(status=404)
    out.sites[f"{POND}weak"] = lambda _: Said(status=500 if (clock.now() - NOW) // DAY % 3 else 200)
    out.sites[f"{POND}shy"] = lambda asked: Said(status=200 if asked.method == "GET" else 404)
    urls = [POND, f"{POND}gone", f"{POND}weak", f"{POND}shy", "http://nowhere.example/"]
    urls.append("http://localhost/")
    out.names["localhost"] = ["127.0.0.1"]
    ids = dict(zip(urls, gather(*urls), strict=True))
    broken = defaultdict(list)
    for _ in range(30 * 4):
        check()
        for url, id in ids.items():
            broken[url].append(kept(database, id).broken_since is not None)
        time.travel(DAY / 4)
    assert {url: changes(seen) for url, seen in broken.items()} == {
        POND: 0,
        f"{POND}gone": 1,
        f"{POND}weak": 0,
        f"{POND}shy": 0,
        "http://nowhere.example/": 1,
        "http://localhost/": 0,
    }
    gone = kept(database, ids[f"{POND}gone"])
    assert gone.broken_since.date() == NOW.date()
    assert gone.trouble == "it answers 404 (Not Found)"
    assert "no site of the name" in kept(database, ids["http://nowhere.example/"]).trouble


def test_where_an_address_has_moved_for_good_is_kept_and_another_clears_it(
    database, out, gather, check, time
):
    lake = "http://lake.example/"
    out.sites[POND] = Said(status=301, headers={"Location": lake})
    out.sites[lake] = Said("There.")
    out.sites["http://brook.example/"] = Said(
        status=301, headers={"Location": "http://www.brook.example"}
    )
    out.sites["http://www.brook.example/"] = Said("The same.")
    pond, brook = gather(POND, "http://brook.example/")
    check()
    assert (kept(database, pond).moved_to, kept(database, pond).moved_at) == (lake, NOW)
    assert kept(database, brook).moved_to == ""
    out.sites[POND] = Said("Back again.")
    time.travel(9 * DAY)
    check()
    assert (kept(database, pond).moved_to, kept(database, pond).moved_at) == ("", None)


def test_what_was_changed_meanwhile_keeps_its_clean_slate(database, out, gather, check, time):
    [pond] = gather(POND)

    def change(_asked):
        with database.writing() as session:
            item = session.get(Item, pond)
            item.url, item.next_check_at = "http://lake.example/", clock.now() + DAY
        return Said(status=404)

    out.sites[POND] = change
    check()
    assert kept(database, pond).failures == 0


def test_a_collection_is_all_that_the_worker_looks_at_in_a_while(database, out, gather, check):
    out.sites[POND] = Said("There.")
    gather(POND)
    Checker(out.fetcher()).run(database, {}, clock.now())
    with database.reading() as session:
        assert session.query(Collection).count() == 1
    assert len(out.asked) == 1
