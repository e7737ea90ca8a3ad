"""Tickets: what a link in a letter stands for. Good for one purpose, for the address that the
letter went to, for a time, and once. Only a digest of it is kept."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.lib import tokens
from app.lib.errors import Gone
from app.members.models import Member, Purpose, Ticket
from app.members.queries import lock

LIVES = {
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.CHANGE: timedelta(hours=24),
    Purpose.SIGN_IN: timedelta(minutes=30),
    Purpose.RESET: timedelta(minutes=30),
}


class Spent(Gone):
    heading = "This link is spent"

    def __init__(self):
        super().__init__("It has been used, or it is too old. You can always ask for another one.")


def issue(session: Session, member: Member, purpose: Purpose, address: str, now: datetime) -> str:
    """A token for a letter to `address`."""
    token = tokens.new()
    session.add(
        Ticket(
            digest=tokens.digest(token),
            purpose=purpose,
            member_id=member.id,
            address=address,
            expires_at=ends_at(purpose, now),
        )
    )
    return token


def ends_at(purpose: Purpose, now: datetime) -> datetime:
    """Until when a link holds that is made now."""
    return now + LIVES[purpose]


def holder(session: Session, token: str, purposes: tuple[Purpose, ...], now: datetime) -> Member:
    """Whose ticket this is, which stays good; raises Spent."""
    wanted = select(Ticket).where(*_good(token, purposes, now))
    return _member(session, session.scalar(wanted))


def use(
    session: Session, token: str, purposes: tuple[Purpose, ...], now: datetime
) -> tuple[Member, Ticket]:
    """Use a ticket up. Of several who try at once, one succeeds; the others get Spent."""
    good = _good(token, purposes, now)
    ticket = session.scalar(select(Ticket).where(*good))
    member = _member(session, ticket)
    lock(session, member)
    if session.execute(delete(Ticket).where(*good)).rowcount == 0:
        raise Spent
    return _member(session, ticket), ticket


def void(session: Session, member: Member) -> None:
    """Make all tickets of the member worthless."""
    session.execute(delete(Ticket).where(Ticket.member_id == member.id))


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Ticket).where(Ticket.expires_at <= now))


def _good(token: str, purposes: tuple[Purpose, ...], now: datetime) -> tuple:
    same = Ticket.digest == tokens.digest(token)
    return same, Ticket.purpose.in_(purposes), Ticket.expires_at > now


def _member(session: Session, ticket: Ticket | None) -> Member:
    member = session.get(Member, ticket.member_id) if ticket else None
    if member is None or (ticket.purpose != Purpose.CHANGE and ticket.address != member.email):
        raise Spent  # Whoever reads mail at an earlier address of the member has no say any more.
    return member
