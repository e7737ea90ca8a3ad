"""The links in letters: of many who press at once, one succeeds."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.lib.errors import Invalid, TooMany
from app.mail.models import Owed
from app.members import account, postage, recovery, signin, tickets, verification
from app.members.models import Member, Purpose, Standing
from app.members.queries import by_login
from app.members.tickets import Spent
from tests import cast
from tests.cast import NOW


def issued(database, login: str, purpose: Purpose, address: str = "") -> str:
    with database.writing() as session:
        member = cast.people(session)[login]
        return tickets.issue(session, member, purpose, address or member.email, NOW)


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.SIGN_IN, Purpose.RESET])
def test_safety_18_of_twenty_who_use_a_link_at_once_one_succeeds(database, purpose):
    token = issued(database, "una", purpose)
    uses = {
        Purpose.CONFIRM: lambda session: verification.confirm(session, token, NOW),
        Purpose.SIGN_IN: lambda session: recovery.sign_in(session, token, "", NOW),
        Purpose.RESET: lambda session: recovery.reset(session, token, cast.HASH, "", NOW),
    }

    def use(_: int) -> bool:
        try:
            with database.writing() as session:
                uses[purpose](session)
        except Spent:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(use, range(20))) == [False] * 19 + [True]


def test_old_tickets_are_forgotten(database):
    token = issued(database, "una", Purpose.CONFIRM)
    with database.writing() as session:
        tickets.forget_old(session, NOW + timedelta(hours=23))
        member = tickets.holder(session, token, (Purpose.CONFIRM,), NOW)
        assert isinstance(member, Member)
        tickets.forget_old(session, NOW + timedelta(hours=24))
        with pytest.raises(Spent):
            tickets.holder(session, token, (Purpose.CONFIRM,), NOW)


def test_another_password_makes_the_links_worthless_that_were_asked_for_before(database):
    token = issued(database, "cyd", Purpose.CHANGE, "thief@example.org")
    with database.writing() as session:
        member = by_login(session, "cyd")
        recovery.replace_password(session, member, cast.HASH, NOW)
        with pytest.raises(Spent):
            verification.confirm(session, token, NOW)


def letters_owed(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Owed.id)))


def test_nobody_hears_of_changes_at_an_address_that_is_not_confirmed(database):
    with database.writing() as session:
        people = cast.people(session)
        recovery.replace_password(session, people["una"], cast.HASH, NOW)
    assert letters_owed(database) == 0
    with database.writing() as session:
        recovery.replace_password(session, by_login(session, "cyd"), cast.HASH, NOW)
    assert letters_owed(database) == 1


def test_who_first_confirms_by_a_new_password_is_not_told_of_it(database):
    token = issued(database, "una", Purpose.RESET)
    with database.writing() as session:
        recovery.reset(session, token, cast.HASH, "", NOW)
        assert by_login(session, "una").is_verified
    assert letters_owed(database) == 0


def test_a_new_address_is_told_to_the_old_one_only_if_that_was_confirmed(database):
    for login, letters in (("una", 0), ("cyd", 1)):
        with database.writing() as session:
            member = by_login(session, login) or cast.people(session)[login]
            address = f"{login}@new.example"
            token = tickets.issue(session, member, Purpose.CHANGE, address, NOW)
            verification.confirm(session, token, NOW)
        assert letters_owed(database) == letters


def test_an_address_gets_so_many_letters_an_hour_whatever_is_asked_for(database):
    with database.writing() as session:
        people = cast.people(session)
        people["dee"].email, people["dee"].verified_at = people["una"].email, None
        session.flush()
        for purpose in (Purpose.SIGN_IN, Purpose.RESET):
            for known in ("una", "una@example.org"):
                payload = {"known": known, "purpose": purpose, "next": ""}
                recovery.write(session, payload, NOW)
        verification.write(session, {"member": people["dee"].id, "next": ""}, NOW)
        account.ask_for_address(session, people["cyd"], "una@example.org", NOW)
    assert letters_owed(database) == 6  # Four of them are ways back in.


def test_safety_18_no_stranger_keeps_who_is_not_confirmed_from_a_new_password(database):
    with database.writing() as session:
        una = cast.people(session)["una"]
        strangers = [cast.member(session, f"reed{number}") for number in range(9)]
        for member in strangers:
            member.email, member.verified_at = una.email, None
        session.flush()

        def write(member: Member, purpose: Purpose, now=NOW) -> int:
            """How many letters this member is owed after one more."""
            payload = {"known": member.login, "purpose": purpose, "next": ""}
            recovery.write(session, payload, now)
            whose = Owed.member_id == member.id
            return session.scalar(select(func.count()).where(whose))

        for member in strangers:
            verification.write(session, {"member": member.id, "next": ""}, NOW)
        for _ in range(postage.BACK_IN.most + 1):
            write(strangers[0], Purpose.RESET)
        assert [write(una, Purpose.RESET) for _ in range(7)] == [1, 2, 3, 4, 5, 5, 5]
        assert [write(una, Purpose.SIGN_IN) for _ in range(7)] == [6, 7, 8, 9, 10, 10, 10]
        for member in strangers * postage.BACK_IN.most:
            write(member, Purpose.RESET)
        most = postage.TO_ONE_ADDRESS.most + postage.BACK_IN_UNCONFIRMED.most
        most += len(strangers) + 2  # The first of each and of each kind.
        assert session.scalar(select(func.count(Owed.id))) == most
        assert write(una, Purpose.RESET, NOW + timedelta(hours=1)) == 11


def test_safety_18_who_has_had_no_letter_gets_one_however_many_false_members_ask(database):
    with database.writing() as session:
        una = cast.people(session)["una"]
        crowd = [cast.member(session, f"reed{number}") for number in range(30)]
        for member in crowd:
            member.email, member.verified_at = una.email, None
        session.flush()

        def write(member: Member, now=NOW) -> int:
            """How many letters all of them are owed after one more."""
            payload = {"known": member.login, "purpose": Purpose.RESET, "next": ""}
            recovery.write(session, payload, now)
            return session.scalar(select(func.count(Owed.id)))

        few = crowd[:8] * postage.BACK_IN.most
        assert max(map(write, few)) == 8 + postage.BACK_IN_UNCONFIRMED.most
        assert write(una) == 9 + postage.BACK_IN_UNCONFIRMED.most
        assert write(una) == 9 + postage.BACK_IN_UNCONFIRMED.most
        most = postage.FIRSTS.most + postage.BACK_IN_UNCONFIRMED.most
        assert max(map(write, crowd)) == most
        hour = timedelta(hours=1)
        for member in few:
            write(member, NOW + hour)
        assert write(una, NOW + 24 * hour) == most + postage.BACK_IN_UNCONFIRMED.most + 1


def test_safety_18_who_asks_while_all_is_full_gets_a_letter_an_hour_later(database):
    with database.writing() as session:
        una = cast.people(session)["una"]
        crowd = [cast.member(session, f"reed{number}") for number in range(postage.FIRSTS.most)]
        for member in crowd:
            member.email, member.verified_at = una.email, None
        session.flush()

        def fill(now) -> None:
            for member in crowd * 2:
                write(member, now)

        def write(member: Member, now) -> int:
            """How many letters this member is owed after one more."""
            payload = {"known": member.login, "purpose": Purpose.RESET, "next": ""}
            recovery.write(session, payload, now)
            whose = Owed.member_id == member.id
            return session.scalar(select(func.count()).where(whose))

        fill(NOW)
        assert [write(una, NOW) for _ in range(2)] == [0, 0]
        later = NOW + timedelta(hours=1)
        fill(later)  # They have had theirs for the day.
        assert write(una, later) == 1
        assert write(una, later) == 1
        most = postage.FIRSTS.most + 2 * postage.BACK_IN_UNCONFIRMED.most
        assert session.scalar(select(func.count(Owed.id))) == most + 1


def test_safety_18_asking_for_links_keeps_nobody_from_asking_for_a_new_password(database):
    with database.writing() as session:
        cast.people(session)
        for purpose in (Purpose.SIGN_IN, Purpose.RESET):
            for number in range(recovery.FOR_ONE_MEMBER.most):
                recovery.ask(session, "cyd", purpose, "", f"192.0.2.{number}", NOW)
            with pytest.raises(TooMany):
                recovery.ask(session, "cyd", purpose, "", "192.0.2.9", NOW)


def test_safety_18_no_stranger_keeps_the_holder_of_an_address_from_a_letter_back_in(database):
    with database.writing() as session:
        people = cast.people(session)
        people["una"].email = people["cyd"].email
        session.flush()
        for _ in range(postage.TO_ONE_ADDRESS.most):
            verification.write(session, {"member": people["una"].id, "next": ""}, NOW)
            payload = {"known": "una", "purpose": Purpose.RESET, "next": ""}
            recovery.write(session, payload, NOW)
        for purpose in (Purpose.SIGN_IN, Purpose.RESET) * 3:
            payload = {"known": "cyd@example.org", "purpose": purpose, "next": ""}
            recovery.write(session, payload, NOW)
        owed = Counter(session.scalars(select(Owed.member_id)))
    assert owed == {
        people["una"].id: postage.TO_ONE_ADDRESS.most,
        people["cyd"].id: 6,
    }


@pytest.mark.parametrize(("login", "is_named"), [("cyd", True), ("una", False)])
def test_a_name_is_written_only_to_an_address_that_is_confirmed(database, login, is_named):
    with database.writing() as session:
        cast.people(session)[login].name = "Buy now"
        session.flush()
        payload = {"known": login, "purpose": Purpose.RESET, "next": ""}
        recovery.write(session, payload, NOW)
        letter = session.scalars(select(Owed)).one().content
    assert ("Buy now" in letter) is is_named


def test_who_has_left_is_not_let_in_even_with_a_password_and_a_sign_in(database):
    with database.writing() as session:
        member = cast.people(session)["cyd"]
        token = signin.begin(session, member, "", NOW)
        session.flush()
        assert signin.find(session, token, NOW).member is member
        assert signin.recognise(session, "cyd", cast.PASSWORD, cast.HASHER) is member
        member.standing = Standing.LEFT
        session.flush()
        assert signin.find(session, token, NOW) is None
        with pytest.raises(Invalid):
            signin.recognise(session, "cyd", cast.PASSWORD, cast.HASHER)
