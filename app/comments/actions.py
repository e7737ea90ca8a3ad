"""Writing, editing, withdrawing and hiding comments. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session

from app import events
from app.comments.events import CommentChanged
from app.comments.models import Answer, Comment, Mention, State, Version
from app.comments.own import take_back
from app.comments.queries import numbered
from app.comments.rules import (
    why_not_answer,
    why_not_comment,
    why_not_edit,
    why_not_moderate,
    why_not_withdraw,
)
from app.comments.texts import Written, written
from app.lib import limits, markup
from app.lib.errors import Conflict, NotAllowed, NotFound
from app.members.models import Member
from app.posts.models import Post

PACE = (limits.Limit("comment", 5, 60), limits.Limit("comment-day", 60, 86_400))
EDITS = limits.Limit("comment-edit", 10, 900)


def add(
    session: Session,
    member: Member,
    post: Post,
    text: str,
    answer: int | None,
    submission: str,
    now: datetime,
) -> Comment:
    """Add a comment under `post`, in answer to the one numbered `answer` or to none.

    The same `submission` of a member makes one comment however often it comes. Raises
    NotAllowed, Invalid, Conflict or TooMany.
    """
    _lock(session, post)
    reason = why_not_comment(member, post, now)
    if reason:
        raise NotAllowed(reason)
    comment = _already(session, member, submission)
    return comment or _add(session, member, post, text, answer, submission, now)


def edit(
    session: Session, member: Member, post: Post, number: int, text: str, now: datetime
) -> Comment:
    """Give one's own comment another text; the earlier one is kept. Raises as `add` does."""
    _lock(session, post)
    comment = numbered(session, post, number)
    reason = why_not_edit(member, comment, post, now)
    if reason:
        raise NotAllowed(reason)
    if text == comment.source:
        return comment
    new = written(session, post, text)
    limits.take(session, EDITS, str(member.id), now)
    session.add(Version(comment_id=comment.id, source=comment.source, replaced_at=now))
    _say(comment, text, new)
    comment.edited_at = now
    for model in (Answer, Mention):
        session.execute(delete(model).where(model.comment_id == comment.id))
    _note_answers(session, comment, new)
    _note_mentions(session, comment, new)
    events.record(session, CommentChanged(comment))
    return comment


def withdraw(session: Session, member: Member, post: Post, number: int) -> Comment:
    """Take one's own comment back, with all that it ever said; the number stays."""
    _lock(session, post)
    comment = numbered(session, post, number)
    reason = why_not_withdraw(member, comment)
    if reason:
        raise NotAllowed(reason)
    if comment.state != State.WITHDRAWN:
        post.comment_count -= 1 if comment.is_published else 0
        take_back(session, [comment.id])
        session.refresh(comment, ["state", "source", "html", "excerpt"])
        events.record(session, CommentChanged(comment))
    return comment


def hide(session: Session, member: Member, post: Post, number: int) -> Comment:
    """Take a comment out of sight; its number and place stay."""
    return _set_state(session, member, post, number, State.HIDDEN)


def show(session: Session, member: Member, post: Post, number: int) -> Comment:
    return _set_state(session, member, post, number, State.PUBLISHED)


def _add(session, member, post, text, answer, submission, now) -> Comment:
    new = written(session, post, text)
    parent = _answered(session, post, answer)
    for limit in PACE:
        limits.take(session, limit, str(member.id), now)
    post.last_comment_number += 1
    post.comment_count += 1
    number = post.last_comment_number
    comment = Comment(
        post_id=post.id,
        post=post,
        number=number,
        thread_number=parent.thread_number if parent else number,
        parent=parent,
        member_id=member.id,
        member=member,
        created_at=now,
        submission=submission,
    )
    _say(comment, text, new)
    session.add(comment)
    session.flush()
    _note_answers(session, comment, new)
    _note_mentions(session, comment, new)
    events.record(session, CommentChanged(comment))
    return comment


def _lock(session: Session, post: Post) -> None:
    """Make others who comment here wait, so that each number is given once."""
    session.flush()  # Reading the row anew would lose what is pending.
    session.scalar(_locked(), {"id": post.id})


@cache
def _locked() -> Select[tuple[Post]]:
    rows = select(Post).where(Post.id == bindparam("id")).with_for_update()
    return rows.execution_options(populate_existing=True)


def _already(session: Session, member: Member, submission: str) -> Comment | None:
    given = {"member_id": member.id, "submission": submission}
    return session.scalar(_submitted(), given)


@cache
def _submitted() -> Select[tuple[Comment]]:
    return select(Comment).where(
        Comment.member_id == bindparam("member_id"), Comment.submission == bindparam("submission")
    )


def _answered(session: Session, post: Post, answer: int | None) -> Comment | None:
    if answer is None:
        return None
    try:
        parent = numbered(session, post, answer)
    except NotFound as error:
        raise Conflict(error.sentence, "answer") from error
    reason = why_not_answer(parent)
    if reason:
        raise Conflict(reason, "answer")
    return parent


def _say(comment: Comment, text: str, new: Written) -> None:
    comment.source, comment.html, comment.excerpt = text, new.html, new.excerpt
    comment.renderer = markup.VERSION


def _note_answers(session: Session, comment: Comment, new: Written) -> None:
    answered = _named(session, comment, new.named)
    if comment.parent is not None:
        answered.add(comment.parent.id)
    session.add_all(Answer(comment_id=comment.id, to_id=id) for id in sorted(answered))


def _note_mentions(session: Session, comment: Comment, new: Written) -> None:
    others = (id for id in new.mentioned if id != comment.member_id)
    session.add_all(Mention(comment_id=comment.id, member_id=id) for id in others)


def _named(session: Session, comment: Comment, numbers: Sequence[int]) -> set[int]:
    """The ids of those before the comment that have one of the numbers."""
    if not numbers:
        return set()
    rows = select(Comment.id).where(
        Comment.post_id == comment.post_id,
        Comment.number.in_(numbers),
        Comment.number < comment.number,
    )
    return set(session.scalars(rows))


def _set_state(session: Session, member: Member, post: Post, number: int, state: State) -> Comment:
    reason = why_not_moderate(member, post)
    if reason:
        raise NotAllowed(reason)
    _lock(session, post)
    comment = numbered(session, post, number)
    if comment.state == State.WITHDRAWN:
        raise Conflict(f"Comment {number} was withdrawn by its author, so nothing is left of it.")
    if comment.state != state:
        comment.state = state
        post.comment_count += 1 if state == State.PUBLISHED else -1
        events.record(session, CommentChanged(comment))
    return comment
