"""Finding out whom a comment concerns, and owing each of them a letter. What the worker calls,
since it takes as long as many follow."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment
from app.following import rules
from app.following.models import Follow, Notice, Preference, Reason, Way
from app.following.queries import concerned
from app.following.rows import add_missing, unchosen
from app.jobs import queue
from app.members.models import Member, Standing
from app.posts.models import Post

TELL = "tell of a comment"
SEND = "send a notice"
AT_ONCE = 100
# How many comments of a thread may be dealt with at once; their writers follow it already.
IN_HAND = 100


def owe(session: Session, comment: Comment, at: datetime) -> None:
    """Have the comment told to whom it concerns."""
    queue.add(session, TELL, {"comment": comment.id, "after": 0}, at, key=f"tell {comment.id}")


def tell(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Tell some of those who are to be told, and owe the rest. Done twice, it tells once."""
    comment = locked(session, payload["comment"])
    if comment is None:
        return
    post, after = comment.post, payload["after"]
    if not rules.is_to_be_seen(comment, post, now):
        comment.told_at = None
        return
    comment.told_at = now
    if not after:
        _note_participants(session, comment, now)
    if not rules.is_news(comment, now):
        return
    followers = _followers(session, comment, after)
    answered, mentioned = concerned(session, comment)
    others = set() if after else {*answered, *mentioned, post.author_id}
    ids = {*followers, *others} - {comment.member_id}
    reasons = {id: _reason(id, answered, mentioned, post) for id in ids}
    _tell(session, comment, post, reasons, now)
    if len(followers) == AT_ONCE:
        more = {"comment": comment.id, "after": followers[-1]}
        queue.add(session, TELL, more, now, key=f"tell {comment.id} after {followers[-1]}")


def locked(session: Session, comment_id: int) -> Comment | None:
    """The comment with its post, as of now. Who edits, hides or shows it waits until this unit of
    work ends, and then finds that its job is done."""
    post_id = select(Comment.post_id).where(Comment.id == comment_id).scalar_subquery()
    post = select(Post).where(Post.id == post_id).with_for_update(read=True, key_share=True)
    session.scalar(post)
    rows = select(Comment).where(Comment.id == comment_id).options(joinedload(Comment.post))
    return session.scalar(rows.execution_options(populate_existing=True))


def key(comment_id: int, member_id: int) -> str:
    """Of the job that sends the letter."""
    return f"{keys_of(member_id)}{comment_id}"


def keys_of(member_id: int) -> str:
    """How the keys of all letters to a member begin."""
    return f"notice {member_id} "


def _note_participants(session: Session, comment: Comment, now: datetime) -> None:
    """Whoever comments follows the thread, as by default. Those who wrote shortly before count
    too: another worker may have their comments in hand."""
    shortly_before = Comment.number.between(comment.number - IN_HAND, comment.number)
    writers = select(Comment.member_id).join(Comment.member)
    writers = writers.where(Comment.post_id == comment.post_id, shortly_before)
    writers = writers.where(Member.standing != Standing.LEFT)
    known = select(Follow.member_id).where(Follow.post_id == comment.post_id)
    new = session.scalars(writers.where(Comment.member_id.not_in(known)).distinct())
    shared = {"post_id": comment.post_id, "choice": None, "since": now}
    add_missing(session, Follow, [{"member_id": id, **shared} for id in sorted(new)])


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
            add_missing(session, Preference, [unchosen(member.id)])
    shared = {"comment_id": comment.id, "made_at": now, "sent_at": None}
    told = add_missing(session, Notice, [{**row, **shared} for row in rows])
    for row in rows:
        if row["member_id"] in told and row["way"] == Way.LETTER:
            this = {"comment": comment.id, "member": row["member_id"]}
            queue.add(session, SEND, this, now, key=key(comment.id, row["member_id"]))


def _members(session: Session, post: Post, ids: Iterable[int]) -> Sequence[Row]:
    is_theirs = and_(Follow.member_id == Member.id, Follow.post_id == post.id)
    rows = (
        select(Member, Follow.choice, Preference)
        .outerjoin(Follow, is_theirs)
        .outerjoin(Preference, Preference.member_id == Member.id)
        .where(Member.id.in_(list(ids)))
    )
    return session.execute(rows.order_by(Member.id)).all()
