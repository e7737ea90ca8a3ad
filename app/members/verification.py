"""Whether an e-mail address is its member's: asked by letter, and answered by the link in it."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.jobs import queue
from app.lib import limits
from app.lib.errors import Conflict
from app.mail import letters, outbox
from app.mail.letters import Letter
from app.members import postage, tickets
from app.members.models import Member, Purpose
from app.members.queries import holder_of
from app.site import links, settings

WRITE = "write to who joined"
PURPOSES = (Purpose.CONFIRM, Purpose.CHANGE)
FOR_ONE_MEMBER = limits.Limit("confirmation", 5, 60 * 60)
HELD = "Another member has this e-mail address."


def ask(session: Session, member: Member, back_to: str, now: datetime) -> None:
    """Have a letter written to the member's address; raises TooMany.

    The worker finds out whether somebody has shown already that the address is theirs, so that
    joining takes as long and says the same whether or not.
    """
    if not member.is_verified:
        limits.take(session, FOR_ONE_MEMBER, str(member.id), now)
        queue.add(session, WRITE, {"member": member.id, "next": back_to}, now)


def write(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Owe the letter; what the worker calls."""
    member = session.get(Member, payload["member"])
    if member is not None and not member.is_verified:
        letter = letter_to(session, member, payload["next"], now)
        postage.owe(session, letter, now, to=member.id)


def letter_to(session: Session, member: Member, back_to: str, now: datetime) -> Letter:
    """What is written to the member's address: whether it is theirs, or that it is another's."""
    blog = settings.site(session).title
    if holder_of(session, member.email) is None:
        token = tickets.issue(session, member, Purpose.CONFIRM, member.email, now)
        link = links.confirmation(token, back_to)
        until = tickets.ends_at(Purpose.CONFIRM, now)
        return letters.confirmation(blog, member.email, link, until)
    return letters.known_already(blog, member.email, links.SIGN_IN, links.SIGN_IN_LETTER)


def confirm(session: Session, token: str, now: datetime) -> Member:
    """Take the address that the link went to as the member's own; raises Spent or Conflict."""
    member, ticket = tickets.use(session, token, PURPOSES, now)
    if ticket.purpose == Purpose.CHANGE and member.is_verified:
        _tell_old_address(session, member, now)
    take(session, member, ticket.address, now)
    tickets.void(session, member)
    return member


def take(session: Session, member: Member, address: str, now: datetime) -> None:
    """Make an address the member's own, as has been shown; raises Conflict if it is another's."""
    holder = holder_of(session, address)
    if holder is not None and holder is not member:
        raise Conflict(HELD, "email")
    member.email, member.verified_at = address, now
    try:
        session.flush()
    except IntegrityError as error:  # Another has shown the same since it was looked for.
        raise Conflict(HELD, "email") from error


def _tell_old_address(session: Session, member: Member, now: datetime) -> None:
    blog = settings.site(session).title
    letter = letters.address_changed(blog, member.name, member.email)
    outbox.owe(session, letter, now, to=member.id)
