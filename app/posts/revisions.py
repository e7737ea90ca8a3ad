"""Revisions: what readers got of a post and when, who changed it, and what they changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, defer, joinedload

from app.lib.errors import NotFound
from app.members.models import Member
from app.posts.models import Post, Revision
from app.posts.rules import Written, written_of

MOST_LISTED = 200


def keep(
    session: Session,
    post: Post,
    member: Member,
    before: Written,
    since: datetime,
    correction: str,
) -> Revision:
    """Keep what the post says now as its newest revision. `before` is what it said from `since`
    on, which becomes the first if there is none."""
    last = session.scalar(select(func.max(Revision.number)).where(Revision.post_id == post.id))
    if last is None:
        first_at = max(since, post.published_at)
        session.add(_revision(post, 1, first_at, post.author_id, before, ""))
        last = 1
    newest = _revision(post, last + 1, post.updated_at, member.id, written_of(post), correction)
    session.add(newest)
    return newest


def of_post(session: Session, post: Post) -> list[Revision]:
    """Without their texts, the newest first."""
    rows = select(Revision).where(Revision.post_id == post.id).options(defer(Revision.source))
    rows = rows.options(joinedload(Revision.member)).order_by(Revision.number.desc())
    return list(session.scalars(rows.limit(MOST_LISTED)))


def corrections(session: Session, post: Any) -> tuple[Row, ...]:
    """What readers were told that was put right, and when, the newest first."""
    if post.corrected_at is None:
        return ()
    rows = select(Revision.made_at, Revision.correction)
    rows = rows.where(Revision.post_id == post.id, Revision.correction != "")
    found = session.execute(rows.order_by(Revision.number.desc()).limit(MOST_LISTED))
    return tuple(found.all())


def numbered(session: Session, post: Post, number: int) -> Revision:
    rows = select(Revision).where(Revision.post_id == post.id, Revision.number == number)
    found = session.scalar(rows.options(joinedload(Revision.member)))
    if found is None:
        raise NotFound
    return found


def before(session: Session, revision: Revision) -> Revision | None:
    rows = select(Revision).where(
        Revision.post_id == revision.post_id, Revision.number < revision.number
    )
    return session.scalar(rows.order_by(Revision.number.desc()).limit(1))


def _revision(
    post: Post, number: int, at: datetime, member_id: int, said: Written, correction: str
) -> Revision:
    return Revision(
        post_id=post.id,
        number=number,
        made_at=at,
        member_id=member_id,
        title=said.title,
        source=said.source,
        excerpt=said.excerpt,
        correction=correction,
    )
