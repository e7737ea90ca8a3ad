"""Leaving: taking along what one has here, and being forgotten. The row of a member who left
stays, without anything by which a person could be known, so that threads stay readable."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Conflict
from app.mail import outbox
from app.members import account, passkeys, rules, tickets
from app.members.events import MemberLeft
from app.members.models import Ceremony, Invitation, Member, Passkey, SignIn, Standing, Ticket
from app.members.queries import count_owners, lock, lock_owners

NAME = "A former member"


def own_data(session: Session, member: Member) -> dict[str, Any]:
    """The member's profile, sign-ins and passkeys, as plain values."""
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
        "passkeys": [
            {"name": row.name, "added_at": row.created_at, "used_at": row.used_at}
            for row in passkeys.of_member(session, member)
        ],
    }


def why_not_leave(session: Session, member: Member) -> str | None:
    return rules.why_not_leave(member, count_owners(session))


def leave(session: Session, member: Member, withdraws: bool, now: datetime) -> None:
    """Forget the member; `withdraws` says whether the texts of their comments go as well."""
    # Of two who go at once the second waits here, and sees that the first has gone.
    reason = rules.why_not_leave(member, lock_owners(session))
    if reason:
        raise Conflict(reason)
    lock(session, member)
    rules.check_is_here(member)
    asked = select(Ticket.address).where(Ticket.member_id == member.id)
    outbox.forget(session, member.id, {member.email, *session.scalars(asked)}, now)
    tickets.void(session, member)
    for mine in (SignIn, Passkey, Ceremony):
        session.execute(delete(mine).where(mine.member_id == member.id))
    session.execute(delete(Invitation).where(Invitation.made_by == member.id))
    # Before the login is changed, which on PostgreSQL has to wait for all who refer to the member:
    # they may hold a post for which this waits.
    events.record(session, MemberLeft(member, withdraws))
    member.login = rules.former_login(member.id)
    member.name, member.standing = NAME, Standing.LEFT
    member.email = member.password_hash = member.about = member.website = ""
    member.verified_at = member.seen_at = None
