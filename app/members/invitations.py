"""Invitations: a link that makes one person a member, once, within a week."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.lib import tokens
from app.members.models import Invitation, Member
from app.members.rules import INVITED_FOR, check_owner


def invite(session: Session, owner: Member, now: datetime) -> str:
    """A token to hand to one person."""
    check_owner(owner)
    token = tokens.new()
    session.add(
        Invitation(digest=tokens.digest(token), made_by=owner.id, expires_at=now + INVITED_FOR)
    )
    return token


def is_good(session: Session, token: str, now: datetime) -> bool:
    wanted = (Invitation.digest == tokens.digest(token), Invitation.expires_at > now)
    return bool(token) and session.scalar(select(exists().where(*wanted)))


def use(session: Session, token: str, now: datetime) -> bool:
    """Use an invitation up; whether it was there to be used."""
    wanted = (Invitation.digest == tokens.digest(token), Invitation.expires_at > now)
    return session.execute(delete(Invitation).where(*wanted)).rowcount == 1


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Invitation).where(Invitation.expires_at <= now))
