"""Letters to owners about who has joined and about letters that could not be sent."""

import json
from datetime import timedelta

import pytest

from app.following import owners
from app.jobs.models import Job
from app.mail import letters, outbox
from app.members import signup
from app.members.signup import Applicant
from app.site import settings
from tests import cast
from tests.cast import NOW

SOON, LATER = NOW + owners.TOGETHER, NOW + timedelta(hours=1)


@pytest.fixture
def join(database, pond):
    def join(name: str, at=NOW) -> None:
        person = Applicant(name.lower(), name, f"{name}@reeds.example", cast.PASSWORD)
        with database.writing() as session:
            signup.join(session, person, cast.HASH, "", at)

    return join


def set_to(database, **values: str) -> None:
    with database.writing() as session:
        for name, value in values.items():
            settings.change(session, name, value)


def owed(deliver, now) -> list[tuple[str, str]]:
    return [(login, one["Subject"]) for login, one in deliver(now) if "@reeds" not in one["To"]]


def test_owners_are_told_once_of_all_who_wait_to_be_admitted(database, join, deliver):
    join("Fay")
    assert owed(deliver, SOON) == []
    set_to(database, membership="approval")
    for name in ("Gil", "Hal"):
        join(name, SOON)
    assert owed(deliver, SOON) == []
    ((login, letter),) = deliver(LATER)
    assert (login, letter["Subject"]) == ("ada", "2 new members")
    for kind in ("plain", "html"):
        text = letter.get_body((kind,)).get_content()
        assert "2 of them wait" in text
        assert "https://pond.example/desk/members" in text
        assert "Gil" not in text
    assert owed(deliver, LATER + timedelta(days=1)) == []


def test_they_are_told_of_all_or_of_nobody_as_they_set_it(database, join, deliver):
    set_to(database, told_members="all")
    join("Fay", SOON)
    assert owed(deliver, LATER) == [("ada", "A new member")]
    set_to(database, told_members="nobody", membership="approval")
    join("Gil", LATER)
    assert owed(deliver, LATER + owners.TOGETHER) == []


def test_they_are_told_once_a_day_of_letters_that_were_given_up(database, pond, deliver):
    def give_up(letter, at) -> None:
        with database.writing() as session:
            id = outbox.owe(session, letter, at)
            session.flush()
            job = session.query(Job).filter_by(key=f"letter {id}").one()
            assert json.loads(job.payload) == {"letter": id}
            job.failed_at = at

    day = NOW + timedelta(days=1)
    give_up(letters.trial("Pond", "Cyd", "cyd@example.org"), day - timedelta(hours=1))
    give_up(letters.failed("Pond", "Ada", "ada@example.org", 1, "/desk"), day - timedelta(hours=1))
    assert owed(deliver, day) == [("ada", "A letter could not be sent")]
    assert owed(deliver, day + timedelta(days=1, hours=1)) == []
    set_to(database, told_failed="nobody")
    give_up(letters.trial("Pond", "Cyd", "cyd@example.org"), day + timedelta(days=2))
    assert owed(deliver, day + timedelta(days=2, hours=2)) == []


@pytest.mark.parametrize(
    ("wish", "expected"),
    [("both", ["ada", "bow"]), ("owners", ["ada"]), ("author", ["bow"]), ("nobody", [])],
)
def test_who_is_told_what_waits_is_a_setting(database, pond, say, deliver, wish, expected):
    set_to(database, moderation="all", told_waiting=wish)
    say("cyd", "One.")
    assert sorted(login for login, _ in deliver(NOW)) == expected
