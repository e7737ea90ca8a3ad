"""Whether an e-mail address is its member's: asked by letter, and answered by the link in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import queue
from app.lib import limits
from app.lib.errors import Conflict
from app.mail import letters, outbox
from app.members import tickets
from app.members.models import Member, Purpose
from app.members.queries import holder_of
from app.site import links, settings

WRITE = "write to who joined"
PURPOSES = (Purpose.CONFIRM, Purpose.CHANGE)
TO_ONE_ADDRESS = limits.Limit("confirmation", 5, 60 * 60)


def ask(session: Session, member: Member, back_to: str, now: datetime) -> None:
    """Have a letter written to the member's address; raises TooMany.

    The worker finds out whether somebody has shown already that the address is theirs, so that
    joining takes as long and says the same whether or not.
    """
    if not member.is_verified:
        limits.take(session, TO_ONE_ADDRESS, member.email, now)
        queue.add(session, WRITE, {"member": member.id, "next": back_to}, now)


def write(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Owe the letter; what the worker calls."""
    member = session.get(Member, payload["member"])
    if member is not None and not member.is_verified:
        write_to(session, member, payload["next"], now)


def write_to(session: Session, member: Member, back_to: str, now: datetime) -> None:
    blog = settings.site(session).title
    if holder_of(session, member.email) is None:
        token = tickets.issue(session, member, Purpose.CONFIRM, member.email, now)
        link = links.confirmation(token, back_to)
        letter = letters.confirmation(blog, member.email, link)
    else:
        letter = letters.known_already(blog, member.email, links.SIGN_IN, links.SIGN_IN_LETTER)
    outbox.owe(session, letter, now, to=member.id)


def confirm(session: Session, token: str, now: datetime) -> Member:
    """Take the address that the link went to as the member's own; raises Spent or Conflict."""
    member, ticket = tickets.use(session, token, PURPOSES, now)
    # Of two members who confirm one address at once, the second waits here.
    session.execute(select(Member.id).where(Member.email == ticket.address).with_for_update())
    holder = holder_of(session, ticket.address)
    if holder is not None and holder.id != member.id:
        raise Conflict("Another member has this e-mail address.")
    if ticket.purpose == Purpose.CHANGE and member.is_verified:
        _tell_old_address(session, member, now)
    member.email, member.verified_at = ticket.address, now
    tickets.void(session, member)
    return member


def _tell_old_address(session: Session, member: Member, now: datetime) -> None:
    blog = settings.site(session).title
    letter = letters.address_changed(blog, member.name, member.email)
    outbox.owe(session, letter, now, to=member.id)
