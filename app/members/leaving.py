"""Leaving: taking along what one has here, and being forgotten. The row of a member who left
stays, without anything by which a person could be known, so that threads stay readable."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Conflict
from app.mail import outbox
from app.members import account, rules, tickets
from app.members.events import MemberLeft
from app.members.models import Invitation, Member, Role, SignIn, Standing, Ticket

NAME = "A former member"


def own_data(session: Session, member: Member) -> dict[str, Any]:
    """The member's profile and sign-ins, as plain values."""
    profile = ("login", "name", "email", "about", "website", "role", "standing")
    return {
        "profile": {
            **{name: getattr(member, name) for name in profile},
            "joined_at": member.joined_at,
            "verified_at": member.verified_at,
            "seen_at": member.seen_at,
        },
        "sign_ins": [
            {"began_at": row.created_at, "used_at": row.seen_at, "with": row.agent}
            for row in account.sign_ins(session, member)
        ],
    }


def why_not_leave(session: Session, member: Member) -> str | None:
    return rules.why_not_leave(member, _count_owners(session))


def leave(session: Session, member: Member, withdraws: bool, now: datetime) -> None:
    """Forget the member; `withdraws` says whether the texts of their comments go as well."""
    reason = why_not_leave(session, member)
    if reason:
        raise Conflict(reason)
    asked = select(Ticket.address).where(Ticket.member_id == member.id)
    outbox.forget(session, member.id, {member.email, *session.scalars(asked)}, now)
    tickets.void(session, member)
    session.execute(delete(SignIn).where(SignIn.member_id == member.id))
    session.execute(delete(Invitation).where(Invitation.made_by == member.id))
    member.login = rules.former_login(member.id)
    member.name, member.standing = NAME, Standing.LEFT
    member.email = member.password_hash = member.about = member.website = ""
    member.verified_at = member.seen_at = None
    events.record(session, MemberLeft(member, withdraws))


def _count_owners(session: Session) -> int:
    owners = (Member.role == Role.OWNER, Member.standing == Standing.ADMITTED)
    return session.scalar(select(func.count(Member.id)).where(*owners))
