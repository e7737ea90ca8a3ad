"""Becoming a member."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Conflict, refuse_if
from app.lib.passwords import Hasher
from app.members import invitations, rules, verification
from app.members.events import MemberJoined, RoleGiven
from app.members.models import Member, Role, Standing
from app.members.queries import by_login, named, staff_names
from app.site import settings

TAKEN = "Somebody has this sign-in name already. Choose another."


@dataclass(frozen=True)
class Applicant:
    """Who wants to join, as typed."""

    login: str
    name: str
    email: str
    password: str


def check(session: Session, applicant: Applicant, invitation: str, now: datetime) -> None:
    """Raise the first reason why this applicant cannot join. Asked before the password is
    hashed, which takes long, and again with it."""
    refuse_if(why_not(session, invitation, now))
    _check_person(session, applicant)


def why_not(session: Session, invitation: str, now: datetime) -> str | None:
    """Why nobody can join with this invitation (or, for "", without one), if so."""
    policy = settings.site(session).membership
    return rules.why_not_join(policy, invitations.is_good(session, invitation, now))


def join(
    session: Session, applicant: Applicant, password_hash: str, invitation: str, now: datetime
) -> Member:
    """Make the applicant a member as the site's policy has it, using the invitation up. Whether
    the address is theirs is not known yet."""
    check(session, applicant, invitation, now)
    standing = rules.standing_at_joining(settings.site(session).membership)
    if invitation and invitations.use(session, invitation, now):
        standing = Standing.ADMITTED
    member = _add(session, applicant, password_hash, Role.MEMBER, standing, now)
    events.record(session, MemberJoined(member))
    return member


def create(
    session: Session, applicant: Applicant, role: Role, hasher: Hasher, now: datetime
) -> Member:
    """A member made by who runs the machine, whatever the policy, and known to them."""
    _check_person(session, applicant)
    password_hash = hasher.hash(applicant.password)
    member = _add(session, applicant, password_hash, role, Standing.ADMITTED, now)
    verification.take(session, member, member.email, now)
    events.record(session, RoleGiven(member))
    return member


def change_role(session: Session, login: str, role: Role) -> Member:
    member = named(session, login)
    member.role = role
    events.record(session, RoleGiven(member))
    return member


def _check_person(session: Session, applicant: Applicant) -> None:
    rules.check_name(applicant.name, staff_names(session))
    rules.check_login(applicant.login)
    if by_login(session, applicant.login) is not None:
        raise Conflict(TAKEN, "login")
    rules.check_email(applicant.email)
    rules.check_password(applicant.password, applicant.login, applicant.name, applicant.email)


def _add(
    session: Session,
    applicant: Applicant,
    password_hash: str,
    role: Role,
    standing: Standing,
    now: datetime,
) -> Member:
    member = Member(
        login=applicant.login,
        name=applicant.name,
        email=applicant.email.lower(),
        password_hash=password_hash,
        role=role,
        standing=standing,
        joined_at=now,
    )
    session.add(member)
    try:
        session.flush()
    except IntegrityError as error:  # Another took the name since it was looked for.
        raise Conflict(TAKEN, "login") from error
    return member
