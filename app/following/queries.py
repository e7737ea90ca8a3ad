"""Reading what members want to be told, and what there is to tell them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from app.comments import queries as comments
from app.comments.models import Answer, Comment
from app.following.models import Choice, Follow, Notice, Preference, Way
from app.following.rules import NONE_CHOSEN, Wishes, is_to_be_seen
from app.lib import tokens
from app.lib.paging import Key, cut, older_than
from app.lib.prepared import Prepared
from app.members.models import Member
from app.posts.models import Post

MOST_AT_ONCE = 200


def wishes(session: Session, member: Member) -> Preference | Wishes:
    return session.get(Preference, member.id) or NONE_CHOSEN


def of_thread(session: Session, member: Member, post_id: int) -> tuple[Choice | None, Wishes]:
    """What the member has chosen for the thread, and for all."""
    found = _of_thread().rows(session, member_id=member.id, post_id=post_id)
    chosen, *wishes = found[0] if found else (None, None)
    return chosen, Wishes(*wishes) if wishes[0] else NONE_CHOSEN


@cache
def _of_thread() -> Prepared:
    is_theirs = and_(Follow.member_id == Member.id, Follow.post_id == bindparam("post_id"))
    wishes = [getattr(Preference, field.name) for field in fields(Wishes)]
    rows = select(Follow.choice, *wishes).select_from(Member).outerjoin(Follow, is_theirs)
    rows = rows.outerjoin(Preference, Preference.member_id == Member.id)
    return Prepared(rows.where(Member.id == bindparam("member_id")))


def followed(
    session: Session, member: Member, size: int, before: Key | None
) -> tuple[list[Follow], Key | None]:
    """The threads that the member has a say about, the newest first, with their posts."""
    rows = (
        select(Follow)
        .where(Follow.member_id == member.id)
        .where(*older_than(before, Follow.since, Follow.post_id))
        .order_by(Follow.since.desc(), Follow.post_id.desc())
        .limit(size + 1)
        .options(joinedload(Follow.post))
    )
    found, has_more = cut(list(session.scalars(rows)), size)
    return found, Key(found[-1].since, found[-1].post_id) if has_more else None


def concerned(session: Session, comment: Comment) -> tuple[set[int], set[int]]:
    """The ids of the members whom the comment answers, and of those whom it mentions."""
    answered = (
        select(Comment.member_id)
        .join(Answer, Answer.to_id == Comment.id)
        .where(Answer.comment_id == comment.id, Comment.member_id.is_not(None))
    )
    return set(session.scalars(answered)), {one.id for one in comments.mentioned(session, comment)}


def feed_holder(session: Session, token: str) -> Member | None:
    """Whose private feed has this token."""
    rows = (
        select(Member)
        .join(Preference, Preference.member_id == Member.id)
        .where(Preference.feed_digest == tokens.digest(token))
    )
    return session.scalar(rows)


def to_read(session: Session, member: Member, now: datetime, size: int) -> list[Comment]:
    """The newest comments that the member is told of and that are still to be seen."""
    rows = _with_comments(select(Notice).where(Notice.member_id == member.id))
    # A comment that waited for a moderator is older than what was told meanwhile.
    rows = rows.order_by(Notice.made_at.desc(), Notice.comment_id.desc()).limit(size)
    found = [notice.comment for notice in session.scalars(rows)]
    return [one for one in found if is_to_be_seen(one, one.post, now)]


def notice(session: Session, comment_id: int, member_id: int) -> Notice | None:
    """One that waits for its letter."""
    rows = _with_comments(select(Notice)).options(joinedload(Notice.member))
    this = (Notice.comment_id == comment_id, Notice.member_id == member_id)
    return session.scalar(rows.where(*this, Notice.way == Way.LETTER, Notice.sent_at.is_(None)))


def of_the_day(session: Session, member: Member) -> tuple[Sequence[Notice], Sequence[int]]:
    """What waits for the member's daily letter: the newest, and the ids of the comments before
    them, for which one letter has no room."""
    mine = (Notice.way == Way.DAILY, Notice.sent_at.is_(None), Notice.member_id == member.id)
    newest = (Notice.made_at.desc(), Notice.comment_id.desc())
    rows = _with_comments(select(Notice)).where(*mine).order_by(*newest).limit(MOST_AT_ONCE)
    older = select(Notice.comment_id).where(*mine).order_by(*newest).offset(MOST_AT_ONCE)
    return session.scalars(rows).all(), session.scalars(older).all()


def told_of(session: Session, member: Member) -> Sequence[Row]:
    """All that the member is told, for taking along."""
    rows = (
        select(Notice.reason, Notice.way, Notice.made_at, Notice.sent_at, Comment.number, Post.path)
        .join(Notice.comment)
        .join(Comment.post)
        .where(Notice.member_id == member.id)
    )
    return session.execute(rows.order_by(Notice.comment_id)).all()


def _with_comments(rows: Select[tuple[Notice]]) -> Select[tuple[Notice]]:
    comment = joinedload(Notice.comment)
    return rows.options(
        comment.joinedload(Comment.member),
        comment.joinedload(Comment.post).joinedload(Post.author),
        comment.joinedload(Comment.parent).joinedload(Comment.member),
    )
