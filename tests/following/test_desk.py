"""Letters to moderators about what waits, to a real mail server, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.comments.moderation import deeds
from app.comments.moderation.deeds import Order
from app.comments.moderation.models import Deed, Kind
from app.comments.moderation.queue import ids
from app.following import choosing, desk
from app.following.models import Choice
from app.jobs import queue
from app.jobs.models import Job
from app.members.models import Member, Standing
from app.site import settings
from tests.cast import NOW

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _all_wait(database, pond):
    with database.writing() as session:
        settings.change(session, "moderation", "all")


@pytest.fixture
def letters(deliver):
    """Who is told how much waits."""

    def letters(now) -> list[tuple[str, str]]:
        found = [(login, one["Subject"]) for login, one in deliver(now)]
        return sorted(one for one in found if one[1].endswith("for you"))

    return letters


def decide(database, pond, deed: Deed, at) -> None:
    with database.writing() as session:
        ada = session.get(Member, pond.ada)
        all_of_them = tuple(ids(session, ada, Kind.WAITING, 100))
        deeds.carry_out(session, ada, Order(deed, all_of_them, f"{at}"), at)


def test_moderators_get_one_letter_an_hour_about_all_that_waits(
    database, pond, say, deliver, letters
):
    for text in ("One.", "Two.", "Three."):
        say("cyd", text)
    found = dict(deliver(NOW))
    assert sorted(found) == ["ada", "bow"]
    letter = found["bow"]
    assert letter["Subject"] == "3 comments wait for you"
    for kind in ("plain", "html"):
        text = letter.get_body((kind,)).get_content()
        assert "3 comments wait" in text
        assert "https://pond.example/desk/comments" in text
        assert "One." not in text
    assert letter["List-Unsubscribe-Post"]
    say("cleo", "Four.", at=NOW + HOUR / 2)
    assert letters(NOW + HOUR / 2) == letters(NOW + HOUR * 0.99) == []
    four = "4 comments wait for you"
    assert letters(NOW + HOUR) == [("ada", four), ("bow", four)]
    assert letters(NOW + 3 * HOUR) == []
    decide(database, pond, Deed.APPROVE, NOW + 3 * HOUR)
    say("cleo", "Five.", at=NOW + 3 * HOUR)
    one = "A comment waits for you"
    assert letters(NOW + 3 * HOUR) == [("ada", one), ("bow", one)]


def test_what_was_decided_before_the_letter_left_is_not_told(database, pond, say, letters):
    say("cyd")
    letters(NOW)
    decide(database, pond, Deed.REFUSE, NOW)
    say("cyd")
    assert letters(NOW + HOUR / 2) == []
    decide(database, pond, Deed.REFUSE, NOW + HOUR / 2)
    assert letters(NOW + HOUR) == []


def test_who_chose_nothing_or_decides_no_more_is_not_told(database, pond, say, letters):
    say("cyd")
    with database.writing() as session:
        bow, ada = session.get(Member, pond.bow), session.get(Member, pond.ada)
        choosing.choose_for_all(session, bow, Choice.EVERY, Choice.NOTHING, by_mail=True)
        choosing.choose_for_all(session, ada, Choice.EVERY, Choice.EVERY, by_mail=False)
    assert letters(NOW) == []
    with database.writing() as session:
        bow = session.get(Member, pond.bow)
        choosing.choose_for_all(session, bow, Choice.EVERY, Choice.EVERY, by_mail=True)
    say("cyd")
    with database.writing() as session:
        session.get(Member, pond.bow).standing = Standing.SUSPENDED
    assert letters(NOW) == []


def test_a_letter_that_could_not_leave_is_owed_again_when_more_waits(
    database, worker, pond, say, letters
):
    say("cyd")
    while worker.run_handler(NOW):
        pass
    with database.writing() as session:
        for job in session.scalars(select(Job).where(Job.kind == desk.SEND)):
            queue.fail(session, job, "550 no such mailbox", NOW, attempts=0)
    assert letters(NOW) == []
    with database.reading() as session:
        assert queue.failed(session, 10)[0] == 2
    for _ in range(2):
        say("cleo", at=NOW + HOUR)
        assert letters(NOW + HOUR) == []
    three = "3 comments wait for you"
    assert letters(NOW + 2 * HOUR) == [("ada", three), ("bow", three)]


def test_what_comes_while_a_letter_is_on_its_way_is_told_in_the_next(
    database, worker, pond, say, letters
):
    first = say("cyd")
    say("cyd")
    while worker.run_handler(NOW):
        pass
    # The job of the letter that brings the first is there still, so the second has none.
    with database.writing() as session:
        desk.note(session, session.get(Member, pond.bow), [first.id], NOW)
    two = "2 comments wait for you"
    assert letters(NOW) == [("ada", two)]
    assert letters(NOW + HOUR) == [("bow", two)]
    assert letters(NOW + 3 * HOUR) == []
