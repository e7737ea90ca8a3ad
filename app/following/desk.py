"""Telling moderators that comments wait for them: in one letter an hour at most, however many come.
It is put together when it leaves, and not sent if nothing waits any more."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.comments.moderation import queue as cases
from app.comments.moderation.models import Case, Kind
from app.following.models import Preference
from app.following.rows import add_missing, unchosen
from app.jobs import queue
from app.members.models import Member, Role, Standing
from app.site import settings
from app.site.models import ToldWaiting

TELL = "tell moderators"
SEND = "send what waits"
PAUSE = timedelta(hours=1)
COUNTED = 100


def owe(session: Session, comment: Comment) -> None:
    """Have the moderators told that the comment waits."""
    payload = {"comment": comment.id}
    queue.add(session, TELL, payload, comment.created_at, key=f"waits {comment.id}")


def tell(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Owe the moderators of a comment their letters; what the worker calls."""
    case = session.get(Case, payload["comment"])
    if case is None:
        return
    # One that could not leave would be in the way of the next, and is still owed.
    queue.retry(session, (SEND,), now + PAUSE)
    decides = _told(settings.site(session).told_waiting, case)
    rows = select(Member.id).where(decides, Member.standing == Standing.ADMITTED)
    ids = session.scalars(rows.order_by(Member.id)).all()
    add_missing(session, Preference, [unchosen(id) for id in ids])
    theirs = select(Preference).where(Preference.member_id.in_(ids))
    for preference in session.scalars(theirs.order_by(Preference.member_id).with_for_update()):
        _owe(session, preference, now, "")


def to_tell(session: Session, member: Member, preference: Preference, now: datetime) -> list[int]:
    """The ids of what waits for the member; none as long as the last letter is too fresh."""
    if now < _next(preference, now):
        return []
    return cases.ids(session, member, Kind.WAITING, COUNTED)


def note(session: Session, member: Member, told: Collection[int], now: datetime) -> None:
    """Note what the member was told. What has come while the letter was on its way found its job
    still there, so that is owed here, under the lock that `tell` takes."""
    preference = session.get(Preference, member.id, with_for_update=True)
    if preference is None:
        return
    if told:
        preference.waiting_told_at = now
    new = set(cases.ids(session, member, Kind.WAITING, COUNTED)) - set(told)
    if new:
        _owe(session, preference, now, f" {max(new)}")


def keys_of(member_id: int) -> str:
    """How the keys of the letters to a member begin."""
    return f"waiting {member_id} "


def _told(wish: ToldWaiting, case: Case) -> ColumnElement[bool]:
    """Those of the moderators who are told. What waits under no other author's post is told to
    the owners where only authors are."""
    is_owner, is_author = Member.role == Role.OWNER, Member.id == case.post_author_id
    if wish == ToldWaiting.AUTHOR:
        return is_owner if case.post_author_id is None else is_author
    told = {ToldWaiting.BOTH: or_(is_owner, is_author), ToldWaiting.OWNERS: is_owner}
    return told.get(wish, false())


def _owe(session: Session, preference: Preference, now: datetime, more: str) -> None:
    """All that comes between two letters shares one job."""
    id, last = preference.member_id, preference.waiting_told_at
    key = f"{keys_of(id)}{last.isoformat() if last else ''}{more}"
    queue.add(session, SEND, {"member": id}, _next(preference, now), key=key)


def _next(preference: Preference, now: datetime) -> datetime:
    last = preference.waiting_told_at
    return max(now, last + PAUSE) if last else now
