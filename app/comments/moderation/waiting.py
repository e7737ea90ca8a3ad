"""Letting a comment wait for a moderator, and the order in which comments wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from app import events
from app.comments.events import CommentWaiting
from app.comments.models import Comment, State
from app.comments.moderation.models import Case, Kind
from app.comments.moderation.rules import why_text_waits
from app.jobs import queue
from app.members.models import Member
from app.site.models import Moderation, Site
from app.spam import training

WEIGH = "weigh what waits"
UNKNOWN = 50  # Between what is surely wanted and what is surely not.
MOST_WEIGHED = 500


def why(session: Session, site: Site, member: Member, text: str, now: datetime) -> str | None:
    """Why what this member writes waits, in words for the moderator; None when it does not."""
    if member.is_author:
        return None
    if site.moderation == Moderation.ALL:
        return "All comments wait."
    if site.moderation == Moderation.FIRST and not _is_known(session, member):
        return "It is the first of this member."
    return why_text_waits(site, member.joined_at, text, now)


def hold(
    session: Session, comment: Comment, post_author_id: int, reason: str, now: datetime
) -> None:
    """Put a comment that was written just now before the moderators."""
    open_case(session, comment, post_author_id, Kind.WAITING, reason, now)
    events.record(session, CommentWaiting(comment))


def open_case(
    session: Session,
    comment: Comment,
    post_author_id: int,
    kind: Kind,
    reason: str,
    now: datetime,
    rank: int = UNKNOWN,
) -> None:
    is_own = comment.member_id == post_author_id
    case = Case(
        comment_id=comment.id,
        kind=kind,
        post_author_id=None if is_own else post_author_id,
        why=reason[:200],
        rank=_rank([comment], session)[0] if kind == Kind.WAITING else rank,
        since_at=now,
    )
    session.add(case)


def weigh_again_soon(session: Session, now: datetime) -> None:
    """What was learned changes the order of what waits; the worker sees to it."""
    queue.add(session, WEIGH, {}, now, key=WEIGH)


def weigh(session: Session, _payload: dict[str, Any], _now: datetime) -> None:
    """Rank what waits by what is known now; what the worker calls."""
    rows = select(Case).where(Case.kind == Kind.WAITING).order_by(Case.rank, Case.comment_id)
    rows = rows.options(joinedload(Case.comment)).limit(MOST_WEIGHED)
    # What somebody decides about just now need not be weighed, and nobody waits in a circle.
    rows = rows.with_for_update(of=Case, skip_locked=True)
    cases = list(session.scalars(rows))
    for case, rank in zip(cases, _rank([case.comment for case in cases], session), strict=True):
        case.rank = rank


def _rank(comments: list[Comment], session: Session) -> list[int]:
    """What is most likely wanted comes first: a person waits behind it."""
    found = training.judge(session, [comment.source for comment in comments])
    return [UNKNOWN if estimate is None else estimate.rank for estimate in found]


def _is_known(session: Session, member: Member) -> bool:
    mine = (Comment.member_id == member.id, Comment.state == State.PUBLISHED)
    return session.scalar(select(exists().where(*mine)))
