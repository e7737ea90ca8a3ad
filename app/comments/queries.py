"""Reading comments. Whether one is shown is decided here."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.comments.models import OUT_OF_SIGHT, Answer, Comment, State
from app.lib.db import plain_rows
from app.lib.errors import NotFound
from app.lib.paging import Key, cut, older_than
from app.members.models import Member
from app.posts.models import Post
from app.posts.models import State as PostState


def of_post(session: Session, post: Post) -> Sequence[Row]:
    """All comments under a post in the order of their numbers, with what a page shows of each.
    Whatever has had a number keeps its place; of what is out of sight the page shows the place
    and not the words."""
    return plain_rows(session, _of_post(), post_id=post.id)


def answers_of(session: Session, post: Post) -> dict[int, tuple[int, ...]]:
    """For each comment number the numbers of the shown comments that answer or name it."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number, by in plain_rows(session, _answers(), post_id=post.id):
        found[number].append(by)
    return {number: tuple(them) for number, them in found.items()}


def latest(
    session: Session, now: datetime, size: int, before: Key | None = None
) -> tuple[list[Comment], Key | None]:
    """The newest comments under public posts, their posts loaded."""
    rows = (
        _shown()
        .join(Comment.post)
        .where(Post.state == PostState.PUBLISHED, Post.published_at <= now)
        .where(*older_than(before, Comment.created_at, Comment.id))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(size + 1)
    )
    return _with_key(list(session.scalars(_with_people(rows))), size)


def latest_of_post(
    session: Session, post: Post, size: int, before: Key | None = None
) -> tuple[list[Comment], Key | None]:
    rows = _shown().where(Comment.post_id == post.id)
    if before is not None:
        rows = rows.where(Comment.number < before.id)
    rows = rows.order_by(Comment.number.desc()).limit(size + 1)
    comments, has_more = cut(list(session.scalars(_with_people(rows))), size)
    return comments, Key(comments[-1].created_at, comments[-1].number) if has_more else None


def waiting_of(session: Session, post: Any, member: Member) -> Sequence[Row]:
    """What the member has written under the post that waits for a moderator: for their own eyes."""
    return plain_rows(session, _waiting_of(), post_id=post.id, member_id=member.id)


def numbered(session: Session, post: Post, number: int) -> Comment:
    rows = select(Comment).where(Comment.post_id == post.id, Comment.number == number)
    comment = session.scalar(_with_people(rows))
    if comment is None:
        raise NotFound(f"This post has no comment {number}.")
    return comment


# Built once, as in posts.queries.


@cache
def _of_post() -> Select:
    answered = aliased(Comment)
    rows = (
        select(
            Comment.id,
            Comment.number,
            Comment.parent_id,
            Comment.html,
            Comment.state.in_(OUT_OF_SIGHT).label("is_hidden"),
            Comment.created_at,
            Comment.member_id,
            Member.name.label("member_name"),
            answered.number.label("parent_number"),
        )
        .join(Comment.member)
        .outerjoin(answered, Comment.parent)
    )
    has_place = (Comment.post_id == bindparam("post_id"), Comment.number.is_not(None))
    return rows.where(*has_place).order_by(Comment.number)


@cache
def _waiting_of() -> Select:
    mine = (Comment.member_id == bindparam("member_id"), Comment.post_id == bindparam("post_id"))
    rows = select(Comment.html).where(*mine, Comment.state == State.WAITING)
    return rows.order_by(Comment.created_at, Comment.id)


@cache
def _answers() -> Select:
    answering, answered = aliased(Comment), aliased(Comment)
    return (
        select(answered.number, answering.number)
        .join_from(Answer, answering, Answer.comment_id == answering.id)
        .join(answered, Answer.to_id == answered.id)
        .where(answering.post_id == bindparam("post_id"), answering.state == State.PUBLISHED)
        .order_by(answering.number)
    )


def _shown() -> Select[tuple[Comment]]:
    return select(Comment).where(Comment.state == State.PUBLISHED)


def _with_people(rows: Select[tuple[Comment]]) -> Select[tuple[Comment]]:
    return rows.options(
        joinedload(Comment.member),
        joinedload(Comment.post).joinedload(Post.author),
        joinedload(Comment.parent).joinedload(Comment.member),
    )


def _with_key(rows: list[Comment], size: int) -> tuple[list[Comment], Key | None]:
    comments, has_more = cut(rows, size)
    return comments, Key(comments[-1].created_at, comments[-1].id) if has_more else None
