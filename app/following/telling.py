"""Finding out whom a comment concerns, and owing each of them a letter. What the worker calls,
since it takes as long as many follow."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.comments.models import Comment
from app.following import rules
from app.following.models import Follow, Notice, Preference, Reason, Way
from app.following.queries import concerned
from app.jobs import queue
from app.lib import tokens
from app.lib.db import Base, is_sqlite
from app.members.models import Member
from app.posts.models import Post

TELL = "tell of a comment"
SEND = "send a notice"
AT_ONCE = 100
# How many comments of a thread may be dealt with at once; their writers follow it already.
IN_HAND = 100


def owe(session: Session, comment: Comment) -> None:
    """Have the comment told to whom it concerns."""
    payload = {"comment": comment.id, "after": 0}
    queue.add(session, TELL, payload, comment.created_at, key=f"tell {comment.id}")


def tell(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Tell some of those who are to be told, and owe the rest. Done twice, it tells once."""
    comment = session.get(Comment, payload["comment"])
    post = session.get(Post, comment.post_id) if comment else None
    if comment is None or not rules.is_to_be_told(comment, post, now):
        return
    after = payload["after"]
    if not after:
        _note_participants(session, comment, now)
    followers = _followers(session, comment, after)
    answered, mentioned = concerned(session, comment)
    others = set() if after else {*answered, *mentioned, post.author_id}
    ids = {*followers, *others} - {comment.member_id}
    reasons = {id: _reason(id, answered, mentioned, post) for id in ids}
    _tell(session, comment, post, reasons, now)
    if len(followers) == AT_ONCE:
        more = {"comment": comment.id, "after": followers[-1]}
        queue.add(session, TELL, more, now, key=f"tell {comment.id} after {followers[-1]}")


def key(comment_id: int, member_id: int) -> str:
    """Of the job that sends the letter."""
    return f"{keys_of(member_id)}{comment_id}"


def keys_of(member_id: int) -> str:
    """How the keys of all letters to a member begin."""
    return f"notice {member_id} "


def _note_participants(session: Session, comment: Comment, now: datetime) -> None:
    """Whoever comments follows the thread, as by default. Those who wrote shortly before count
    too: another worker may have their comments in hand."""
    writers = select(Comment.member_id).where(
        Comment.post_id == comment.post_id,
        Comment.number <= comment.number,
        Comment.number > comment.number - IN_HAND,
    )
    known = select(Follow.member_id).where(Follow.post_id == comment.post_id)
    new = session.scalars(writers.where(Comment.member_id.not_in(known)).distinct())
    shared = {"post_id": comment.post_id, "choice": None, "since": now}
    _add(session, Follow, [{"member_id": id, **shared} for id in sorted(new)])


def _followers(session: Session, comment: Comment, after: int) -> list[int]:
    rows = select(Follow.member_id).where(
        Follow.post_id == comment.post_id, Follow.member_id > after
    )
    return list(session.scalars(rows.order_by(Follow.member_id).limit(AT_ONCE)))


def _reason(id: int, answered: set[int], mentioned: set[int], post: Post) -> Reason:
    if id in answered:
        return Reason.ANSWER
    if id in mentioned:
        return Reason.MENTION
    return Reason.POST if id == post.author_id else Reason.THREAD


def _tell(
    session: Session, comment: Comment, post: Post, reasons: dict[int, Reason], now: datetime
) -> None:
    rows = []
    for member, chosen, preference in _members(session, post, reasons):
        wishes = preference or rules.NONE_CHOSEN
        chosen = rules.choice(chosen, wishes, member.id == post.author_id)
        way = rules.way(chosen, wishes.by_mail, reasons[member.id])
        if way is None or rules.why_not_told(member):
            continue
        rows.append({"member_id": member.id, "reason": reasons[member.id], "way": way})
        if preference is None:
            _add(session, Preference, [fresh(member.id)])
    shared = {"comment_id": comment.id, "made_at": now, "sent_at": None}
    told = _add(session, Notice, [{**row, **shared} for row in rows])
    for row in rows:
        if row["member_id"] in told and row["way"] == Way.LETTER:
            this = {"comment": comment.id, "member": row["member_id"]}
            queue.add(session, SEND, this, now, key=key(comment.id, row["member_id"]))


def fresh(member_id: int) -> dict[str, Any]:
    """The preferences of who has chosen nothing yet."""
    chosen = rules.NONE_CHOSEN
    return {
        "member_id": member_id,
        "by_default": chosen.by_default,
        "as_author": chosen.as_author,
        "by_mail": chosen.by_mail,
        "key": tokens.new(),
    }


def _members(session: Session, post: Post, ids: Iterable[int]) -> Sequence[Row]:
    is_theirs = and_(Follow.member_id == Member.id, Follow.post_id == post.id)
    rows = (
        select(Member, Follow.choice, Preference)
        .outerjoin(Follow, is_theirs)
        .outerjoin(Preference, Preference.member_id == Member.id)
        .where(Member.id.in_(list(ids)))
    )
    return session.execute(rows.order_by(Member.id)).all()


def _add(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> set[int]:
    """Add the rows that are not there yet; whose they are."""
    if not rows:
        return set()
    make = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = make(table).values(rows).on_conflict_do_nothing()
    return set(session.scalars(statement.returning(table.member_id)))
