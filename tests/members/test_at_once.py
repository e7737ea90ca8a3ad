"""What two people do to members at the same moment comes out as if one had come after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.lib.errors import Conflict, Invalid, NotAllowed, Refusal
from app.members import actions, leaving, recovery, signin, tickets, verification
from app.members.models import Member, Purpose, Role, SignIn, Standing
from app.members.queries import by_login
from app.members.signup import Applicant, change_role, create
from app.members.tickets import Spent
from tests import cast
from tests.cast import NOW

OTHER = cast.HASHER.hash("a brook of one's own")
SHARED = "shared@example.org"


@pytest.fixture
def people(database):
    with database.writing() as session:
        return cast.people(session)


@pytest.fixture
def meanwhile(database):
    """Do one thing and, before it is committed, another; what the other was refused with."""

    def do(first: Callable[[Session], object], second: Callable[[Session], object]):
        def alone() -> None:
            with database.writing() as session:
                second(session)

        with ThreadPoolExecutor(1) as pool:
            with database.writing() as session:
                first(session)
                session.flush()
                other = pool.submit(alone)
                wait([other], timeout=0.1)  # It either waits for us or is done by now.
            refusal = other.exception(timeout=20)
        assert refusal is None or isinstance(refusal, Refusal), refusal
        return refusal

    return do


def ticket(database, login: str, purpose: Purpose, address: str = "") -> str:
    with database.writing() as session:
        member = by_login(session, login)
        return tickets.issue(session, member, purpose, address or member.email, NOW)


def owners(database) -> int:
    with database.reading() as session:
        admitted = Member.role == Role.OWNER, Member.standing == Standing.ADMITTED
        return session.scalar(select(func.count(Member.id)).where(*admitted))


def sign_ins(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(SignIn.id)))


def test_of_the_last_two_owners_one_leaves(database, people, meanwhile):
    with database.writing() as session:
        change_role(session, "bow", Role.OWNER)
    refusal = meanwhile(
        lambda session: leaving.leave(session, by_login(session, "ada"), False, NOW),
        lambda session: leaving.leave(session, by_login(session, "bow"), False, NOW),
    )
    assert isinstance(refusal, Conflict)
    assert owners(database) == 1


def test_two_owners_do_not_suspend_each_other(database, people, meanwhile):
    def suspend(by: str, whom: str) -> Callable[[Session], object]:
        return lambda session: actions.set_standing(
            session, by_login(session, by), whom, Standing.SUSPENDED
        )

    with database.writing() as session:
        change_role(session, "bow", Role.OWNER)
    assert isinstance(meanwhile(suspend("ada", "bow"), suspend("bow", "ada")), NotAllowed)
    assert owners(database) == 1


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.CHANGE, Purpose.RESET])
def test_an_address_is_confirmed_by_one_of_two(database, people, meanwhile, purpose):
    with database.writing() as session:
        for login in ("una", "cleo"):
            member = by_login(session, login)
            member.verified_at = None
            member.email = member.email if purpose == Purpose.CHANGE else SHARED

    def confirm(login: str) -> Callable[[Session], object]:
        token = ticket(database, login, purpose, SHARED)
        if purpose == Purpose.RESET:
            return lambda session: recovery.reset(session, token, OTHER, "", NOW)
        return lambda session: verification.confirm(session, token, NOW)

    refusal = meanwhile(confirm("una"), confirm("cleo"))
    # A new password is set all the same where somebody is seen to hold the address already.
    assert isinstance(refusal, Conflict) or (purpose == Purpose.RESET and refusal is None)
    with database.reading() as session:
        holders = select(Member.login).where(Member.email == SHARED, Member.verified_at == NOW)
        assert session.scalars(holders).all() == ["una"]


def test_no_member_is_made_with_the_address_of_another(database, people):
    applicant = Applicant("fay", "Fay", "cyd@example.org", cast.PASSWORD)
    with pytest.raises(Conflict), database.writing() as session:
        create(session, applicant, Role.AUTHOR, cast.HASHER, NOW)


def sign_in(session: Session) -> None:
    member = by_login(session, "cyd")
    signin.check_still(session, member, cast.HASH)
    signin.begin(session, member, "", NOW)


def change_password(session: Session) -> None:
    signin.put_password(session, by_login(session, "cyd"), OTHER)


def test_safety_08_a_password_that_changes_meanwhile_lets_nobody_in(database, people, meanwhile):
    assert isinstance(meanwhile(change_password, sign_in), Invalid)
    assert sign_ins(database) == 0


def test_safety_08_who_gets_in_shortly_before_a_change_of_password_is_out(
    database, people, meanwhile
):
    assert meanwhile(sign_in, change_password) is None
    assert sign_ins(database) == 0


@pytest.mark.parametrize("link_is_first", [True, False])
def test_safety_08_neither_does_a_link_that_was_asked_for_before(
    database, people, meanwhile, link_is_first
):
    token = ticket(database, "cyd", Purpose.SIGN_IN)

    def follow(session: Session) -> None:
        recovery.sign_in(session, token, "", NOW)

    acts = (follow, change_password) if link_is_first else (change_password, follow)
    assert isinstance(meanwhile(*acts), Spent) is not link_is_first
    assert sign_ins(database) == 0
