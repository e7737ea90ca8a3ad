"""Curators who do the same at the same time."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.lib import clock
from app.lib.errors import Refusal
from app.members.models import Member
from app.resources import actions, queries, removing
from app.resources.models import Collection, Item
from app.resources.rules import Reference
from tests import cast
from tests.cast import NOW

AT_ONCE = 8


def test_safety_22_what_is_sent_many_times_at_once_is_there_once(database):
    with database.writing() as session:
        bow = cast.member(session, "bow", role="author")
        actions.add_collection(session, bow, "Ponds", "", "", NOW)

    def add(_number: int) -> int:
        with database.writing() as session:
            bow = session.scalar(select(Member))
            ponds = queries.collection(session, "ponds", for_change=True)
            clock.pause(0.05)  # Without waiting for each other all would have read by now.
            return actions.add_item(session, bow, ponds, Reference("http://a.example", "A"), NOW).id

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ids = set(pool.map(add, range(AT_ONCE)))
    assert len(ids) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 1


def test_two_collections_that_are_to_go_into_each_other_leave_one_with_all(database):
    names = ("lakes", "ponds")
    with database.writing() as session:
        bow = cast.member(session, "bow", role="author")
        for name in names:
            made = actions.add_collection(session, bow, name.title(), "", "", NOW)
            actions.add_item(session, bow, made, Reference(f"http://{name}.example", name), NOW)

    def take_away(name: str, to: str) -> bool:
        try:
            with database.writing() as session:
                bow = session.scalar(select(Member))
                removing.remove_collection(session, bow, name, to, False, NOW)
                clock.pause(0.05)
            return True
        except Refusal:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take_away, names, reversed(names))) == [False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Collection)) == 1
        assert session.scalar(select(func.count()).select_from(Item)) == 2
