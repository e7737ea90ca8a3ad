"""Invitations: a link that makes one person a member, once, within a week."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, joinedload

from app.lib import limits, tokens
from app.lib.errors import NotFound
from app.mail import letters, outbox
from app.members.models import Invitation, Member
from app.members.rules import INVITED_FOR, check_email, check_owner
from app.site import links, settings

LETTERS = limits.Limit("invitation", 50, 24 * 60 * 60)
MOST_SHOWN = 100


def invite(session: Session, owner: Member, now: datetime, address: str = "") -> str:
    """A token to hand to one person; with an address, a letter there has it as well."""
    check_owner(owner)
    if address:
        check_email(address)
        limits.take(session, LETTERS, str(owner.id), now)
    token = tokens.new()
    until = now + INVITED_FOR
    row = Invitation(
        digest=tokens.digest(token), made_by=owner.id, expires_at=until, address=address
    )
    session.add(row)
    if address:
        blog = settings.site(session).title
        letter = letters.invitation(blog, address, links.join(invitation=token))
        outbox.owe(session, letter, now)
    return token


def still_good(session: Session, now: datetime) -> list[Invitation]:
    """Those that nobody has used yet, with who made them; what ends next comes first."""
    rows = select(Invitation).where(Invitation.expires_at > now)
    rows = rows.order_by(Invitation.expires_at, Invitation.id).limit(MOST_SHOWN)
    return list(session.scalars(rows.options(joinedload(Invitation.inviter))))


def revoke(session: Session, owner: Member, id: int) -> None:
    """Take an invitation back; one that is used or over is gone already."""
    check_owner(owner)
    if not session.execute(delete(Invitation).where(Invitation.id == id)).rowcount:
        raise NotFound("This invitation is used, over, or was taken back.")


def is_good(session: Session, token: str, now: datetime) -> bool:
    wanted = (Invitation.digest == tokens.digest(token), Invitation.expires_at > now)
    return bool(token) and session.scalar(select(exists().where(*wanted)))


def use(session: Session, token: str, now: datetime) -> bool:
    """Use an invitation up; whether it was there to be used."""
    wanted = (Invitation.digest == tokens.digest(token), Invitation.expires_at > now)
    return session.execute(delete(Invitation).where(*wanted)).rowcount == 1


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Invitation).where(Invitation.expires_at <= now))
