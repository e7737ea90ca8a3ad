"""Undoing what was done a moment ago: as if it had not been, as far as nobody else has acted on it
since. The log keeps both."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.comments import actions
from app.comments.models import Comment, State
from app.comments.moderation import reports, waiting
from app.comments.moderation.advice import objection_key
from app.comments.moderation.deeds import for_deciding, tell_key
from app.comments.moderation.models import Case, Deed, Entry, Kind
from app.comments.moderation.rules import UNDO
from app.jobs import queue
from app.lib.errors import Conflict, NotFound
from app.mail import outbox
from app.members.models import Member, Standing
from app.spam import training
from app.spam.training import Kind as Spam

OVER = "The 30 seconds in which this could be undone are over. What was done stands in the log."
# What each deed leaves behind; if it is something else by now, somebody has acted on it since.
LEFT = {
    Deed.APPROVE: State.PUBLISHED,
    Deed.REFUSE: State.REFUSED,
    Deed.HIDE: State.HIDDEN,
    Deed.SHOW: State.PUBLISHED,
    Deed.KEEP: State.PUBLISHED,
}


def of_press(session: Session, member: Member, press: str) -> list[Entry]:
    """What the member did by one press of a button."""
    rows = select(Entry).where(Entry.by_id == member.id, Entry.press == press)
    rows = rows.order_by(Entry.id).execution_options(populate_existing=True)
    return list(session.scalars(rows))


def undo(session: Session, member: Member, press: str, now: datetime) -> list[Entry]:
    """Undo what the member did by that press. A second time changes nothing. Raises NotFound when
    there is no such thing, Conflict when it is too late."""
    entries = of_press(session, member, press)
    if not entries:
        raise NotFound("There is nothing of yours to undo here.")
    comments = {one.id: one for one in for_deciding(session, _ids(entries))}
    # Asked again, since now nobody else undoes it at the same time.
    fresh = of_press(session, member, press)
    todo = [entry for entry in fresh if entry.undone_at is None and entry.comment_id in comments]
    if any(now >= entry.at + UNDO for entry in todo):
        raise Conflict(OVER)
    for entry in reversed(todo):
        _undo(session, entry, comments[entry.comment_id], now)
    return entries


def _ids(entries: list[Entry]) -> tuple[int, ...]:
    return tuple(entry.comment_id for entry in entries if entry.comment_id is not None)


def _undo(session: Session, entry: Entry, comment: Comment, now: datetime) -> None:
    if entry.deed == Deed.SUSPEND:
        _restore(entry, comment)
    elif comment.state == LEFT[entry.deed] and not _has_gone_on(session, entry):
        UNDOING[entry.deed](session, entry, comment, now)
        session.flush()
    else:
        return
    entry.undone_at = now


def _has_gone_on(session: Session, entry: Entry) -> bool:
    """Whether something else was done about the comment afterwards."""
    later = (Entry.comment_id == entry.comment_id, Entry.id > entry.id)
    counts = (Entry.undone_at.is_(None), Entry.deed != Deed.SUSPEND)
    return session.scalar(select(exists().where(*later, *counts)))


def _restore(entry: Entry, comment: Comment) -> None:
    if comment.member.standing == Standing.SUSPENDED:
        comment.member.standing = Standing(entry.was)


def _unapprove(session: Session, entry: Entry, comment: Comment, now: datetime) -> None:
    queue.drop(session, [tell_key(comment.id), objection_key(comment.id)])
    training.unlearn(session, comment.source, Spam.WANTED)
    if entry.was == State.REFUSED:
        training.learn(session, comment.source, Spam.UNWANTED)
    waiting.weigh_again_soon(session, now)
    actions.take_away(session, comment.post, comment, State(entry.was))
    comment.created_at = entry.was_at
    _reopen_case(session, entry, comment, now)


def _unrefuse(session: Session, entry: Entry, comment: Comment, now: datetime) -> None:
    if entry.letter_id is not None:
        outbox.take_back(session, entry.letter_id)
    queue.drop(session, [objection_key(comment.id)])
    training.unlearn(session, comment.source, Spam.UNWANTED)
    waiting.weigh_again_soon(session, now)
    comment.state = State.WAITING
    _reopen_case(session, entry, comment, now)


def _unhide(session: Session, entry: Entry, comment: Comment, now: datetime) -> None:
    if entry.was == State.PUBLISHED:
        actions.publish(session, comment.post, comment, now)
    _reopen_case(session, entry, comment, now)


def _unshow(session: Session, entry: Entry, comment: Comment, now: datetime) -> None:
    if entry.was == State.HIDDEN:
        actions.take_away(session, comment.post, comment, State.HIDDEN)
    _reopen_case(session, entry, comment, now)


def _reopen_case(session: Session, entry: Entry, comment: Comment, now: datetime) -> None:
    reports.reopen(session, entry)
    if entry.case_kind is None:
        return
    session.execute(delete(Case).where(Case.comment_id == comment.id))
    rank = reports.rank(session, comment.id) if entry.case_kind == Kind.REPORTED else 0
    author_id = comment.post.author_id
    waiting.open_case(session, comment, author_id, entry.case_kind, entry.case_why, now, rank)


UNDOING = {
    Deed.APPROVE: _unapprove,
    Deed.REFUSE: _unrefuse,
    Deed.HIDE: _unhide,
    Deed.SHOW: _unshow,
    Deed.KEEP: _unshow,
}
