"""Reading comments. Whether one is shown is decided here."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased, joinedload

from app.comments.models import Answer, Comment, Mention, State, Version
from app.lib.errors import NotFound
from app.lib.paging import Key, at_most, cut, older_than
from app.lib.prepared import Prepared
from app.members.models import Member
from app.posts.models import Post
from app.posts.models import State as PostState
from app.site.links import COMMENTS_ON_A_PAGE

MOST_ANSWERS = 10


class ThreadKey(NamedTuple):
    """A place in the order of threads: the number of the thread, and of a comment in it."""

    thread: int
    number: int


def of_post(session: Session, post: Any, after: int = 0) -> Sequence[Row]:
    """The page of comments behind the one numbered `after`, in the order of their numbers, with
    what a page shows of each: `answered_by` are the numbers of the first that answer or name it.

    What has had a number keeps its place, withdrawn comments if they were answered; of what is out
    of sight the page shows the place and not the words."""
    values = {"post_id": post.id, "after": after, "last": after + COMMENTS_ON_A_PAGE}
    return _of_post().rows(session, **values)


def in_threads(
    session: Session, post: Any, after: ThreadKey | None = None
) -> tuple[list[Row], ThreadKey | None]:
    """As many of the same, those of one thread together, and the key behind which the next page
    begins if there is one."""
    values = (after or ThreadKey(0, 0))._asdict()
    found = _in_threads().rows(session, post_id=post.id, **values)
    rows, has_more = cut(found, COMMENTS_ON_A_PAGE)
    last = ThreadKey(rows[-1].thread_number, rows[-1].number) if has_more else None
    return rows, last


def mentioned(session: Session, comment: Comment) -> list[Member]:
    """The members other than its author whom the comment speaks to by name."""
    rows = select(Member).join(Mention, Mention.member_id == Member.id)
    return list(
        session.scalars(rows.where(Mention.comment_id == comment.id).order_by(Mention.member_id))
    )


def versions(session: Session, comment: Comment) -> list[Version]:
    """What the comment said before, the oldest first."""
    rows = select(Version).where(Version.comment_id == comment.id).order_by(Version.id)
    return list(session.scalars(rows))


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
        .limit(at_most(size + 1))
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


def counts_of(session: Session, member_ids: Sequence[int]) -> dict[int, int]:
    """How many comments of each of these members are there, whatever their state."""
    rows = select(Comment.member_id, func.count()).where(Comment.member_id.in_(member_ids))
    return dict(session.execute(rows.group_by(Comment.member_id)).all())


def newest_of(session: Session, member: Member, size: int) -> list[Comment]:
    """A member's last comments with their posts, also those that are not shown: for the owner."""
    rows = select(Comment).where(Comment.member_id == member.id)
    rows = rows.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(size)
    return list(session.scalars(rows.options(joinedload(Comment.post))))


def how_many(session: Session, start: datetime, end: datetime) -> int:
    """How many of those that are shown were written from `start` until before `end`."""
    rows = select(func.count()).select_from(Comment).where(Comment.state == State.PUBLISHED)
    return session.scalar(rows.where(Comment.created_at >= start, Comment.created_at < end))


def waiting_of(session: Session, post: Any, member: Member) -> Sequence[Row]:
    """What the member has written under the post that waits for a moderator: for their own eyes."""
    return _waiting_of().rows(session, post_id=post.id, member_id=member.id)


def numbered(session: Session, post: Post, number: int) -> Comment:
    rows = select(Comment).where(Comment.post_id == post.id, Comment.number == number)
    comment = session.scalar(_with_people(rows))
    if comment is None:
        raise NotFound(f"This post has no comment {number}.")
    return comment


# Built once, as in posts.queries.


@cache
def _of_post() -> Prepared:
    after, last = bindparam("after"), bindparam("last")
    rows = _with_answers().where(Comment.number > after, Comment.number <= last)
    return Prepared(rows.order_by(Comment.number))


@cache
def _waiting_of() -> Prepared:
    mine = (Comment.member_id == bindparam("member_id"), Comment.post_id == bindparam("post_id"))
    rows = select(Comment.id, Comment.html).where(*mine, Comment.state == State.WAITING)
    return Prepared(rows.order_by(Comment.created_at, Comment.id))


@cache
def _in_threads() -> Prepared:
    key = tuple_(Comment.thread_number, Comment.number)
    given = tuple_(bindparam("thread", type_=Integer), bindparam("number", type_=Integer))
    rows = _with_answers().where(key > given)
    rows = rows.order_by(Comment.thread_number, Comment.number)
    return Prepared(rows.limit(COMMENTS_ON_A_PAGE + 1))


def _with_answers() -> Select:
    """The comments under a post, each with what it answers and the first that answer it: of one
    that is answered a thousand times no more are read than are shown."""
    answered, answering = aliased(Comment), aliased(Comment)
    to = aliased(Member)
    first = (
        select(cast(answering.number, String).label("number"))
        .join_from(Answer, answering, Answer.comment_id == answering.id)
        .where(Answer.to_id == Comment.id, answering.state == State.PUBLISHED)
        .order_by(Answer.comment_id)
        .limit(MOST_ANSWERS + 1)
        .correlate(Comment)
        .subquery()
    )
    numbers = select(func.aggregate_strings(first.c.number, ",")).scalar_subquery()
    columns = "id number thread_number html state created_at edited_at member_id elsewhere_url"
    rows = (
        select(
            *(getattr(Comment, name) for name in columns.split()),
            (Comment.state == State.PUBLISHED).label("is_published"),
            (Comment.state == State.WITHDRAWN).label("is_withdrawn"),
            func.coalesce(Member.name, Comment.elsewhere_name).label("author_name"),
            answered.number.label("parent_number"),
            case((answered.state == State.PUBLISHED, answered.excerpt)).label("parent_excerpt"),
            func.coalesce(to.name, answered.elsewhere_name).label("parent_name"),
            numbers.label("answered_by"),
        )
        .outerjoin(Comment.member)
        .outerjoin(answered, Comment.parent)
        .outerjoin(to, answered.member)
    )
    return rows.where(Comment.post_id == bindparam("post_id"), *_has_place())


def _has_place() -> tuple[ColumnElement[bool], ...]:
    """Whatever has had a number; but what was withdrawn is not to be seen unless something that has
    a place leads to it."""
    child, naming = aliased(Comment), aliased(Answer)
    is_led_to = or_(
        Comment.state != State.WITHDRAWN,
        exists().where(child.parent_id == Comment.id, child.number.is_not(None)),
        exists().where(naming.to_id == Comment.id),
    )
    return Comment.number.is_not(None), is_led_to


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
