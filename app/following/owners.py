"""Telling owners what the settings say that they are told: who has joined, and letters that could
not be sent. In one letter for all that comes within a while, put together when it leaves."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.following.rules import why_not_told
from app.jobs.models import Job
from app.lib.clock import EPOCH
from app.mail import letters, outbox
from app.mail.letters import Letter
from app.mail.models import Owed
from app.members.models import Member, Role, Standing
from app.site import links, settings
from app.site.models import ToldFailed, ToldMembers

JOINED = "tell who has joined"
FAILED = "tell of failed letters"
TOGETHER = timedelta(minutes=10)
DAY = timedelta(days=1)
COUNTED = 100


class Owing(NamedTuple):
    """A job, which all who join within a while share."""

    key: str
    payload: dict[str, str]
    at: datetime


def owing(member: Member, wish: ToldMembers) -> Owing | None:
    """What is owed because the member has joined; nothing where nobody is told."""
    is_told = wish == ToldMembers.ALL or member.standing == Standing.WAITING
    if wish == ToldMembers.NOBODY or not is_told:
        return None
    since = member.joined_at - (member.joined_at - EPOCH) % TOGETHER
    return Owing(f"{JOINED} {since.isoformat()}", {"since": since.isoformat()}, since + TOGETHER)


def tell_joined(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Owe owners a letter about who has joined in a while; what the worker calls."""
    since, wish = datetime.fromisoformat(payload["since"]), settings.site(session).told_members
    rows = select(Member.standing, func.count())
    rows = rows.where(Member.joined_at >= since, Member.joined_at < since + TOGETHER)
    counts = dict(iter(session.execute(rows.group_by(Member.standing))))
    waiting = counts.get(Standing.WAITING, 0)
    joined = counts.get(Standing.ADMITTED, 0) if wish == ToldMembers.ALL else 0
    if wish != ToldMembers.NOBODY and waiting + joined:
        _owe(session, now, letters.joined, joined + waiting, waiting, links.DESK_MEMBERS)


def tell_failed(session: Session, _payload: dict[str, Any], now: datetime) -> None:
    """Owe owners a letter if some were given up today; what the worker calls once a day. One that
    tells so and fails as well is not told of."""
    if settings.site(session).told_failed == ToldFailed.NOBODY:
        return
    rows = select(Job.payload).where(Job.kind == outbox.SEND, Job.failed_at > now - DAY)
    ids = [json.loads(payload)["letter"] for payload in session.scalars(rows.limit(COUNTED))]
    contents = session.scalars(select(Owed.content).where(Owed.id.in_(ids)))
    count = sum(json.loads(content)["template"] != "failed" for content in contents)
    if count:
        _owe(session, now, letters.failed, count, links.DESK)


def _owe(session: Session, now: datetime, letter: Any, *given: Any) -> None:
    owners = select(Member).where(Member.role == Role.OWNER).order_by(Member.id)
    blog = settings.site(session).title
    for owner in session.scalars(owners):
        if why_not_told(owner) is None:
            made: Letter = letter(blog, owner.name, owner.email, *given)
            outbox.owe(session, made, now, to=owner.id)
