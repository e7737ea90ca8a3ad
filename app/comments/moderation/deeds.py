"""What moderators do about comments, on one or on many at once, each with a line in the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from app import events
from app.comments import actions
from app.comments.events import CommentPosted
from app.comments.models import Comment, State
from app.comments.moderation import advice, reports, rules, waiting
from app.comments.moderation.models import Case, Deed, Entry
from app.comments.queries import numbered
from app.jobs import queue
from app.lib import tokens
from app.lib.errors import Conflict, Invalid, NotFound, refuse_if
from app.mail import letters, outbox
from app.members import rules as members
from app.members.models import Member, Standing
from app.posts.models import Post
from app.site import links, settings
from app.spam import training
from app.spam.training import Kind as Spam

TELL = "tell of a comment that was let in"


@dataclass(frozen=True)
class Order:
    """What a moderator wants done, by one press of a button: `key` is that of the form."""

    deed: Deed
    comments: tuple[int, ...]
    key: str
    reason: str = ""
    tells: bool = False


def carry_out(session: Session, member: Member, order: Order, now: datetime) -> list[Entry]:
    """Do it to each of the comments by id; what is decided already is passed by. What comes back
    are the lines of the log. Raises NotFound, NotAllowed or Invalid, and then nothing is done."""
    if not order.comments:
        raise Invalid("Choose a comment first: tick the box beside it.")
    reason = rules.checked_words(order.reason, "reason")
    if order.tells and not reason:
        raise Invalid("Write the reason that is to be sent.", "reason")
    comments = for_deciding(session, order.comments)
    for comment in comments:
        refuse_if(rules.why_not_decide(member, comment, order.deed))
    if order.deed == Deed.SUSPEND and not any(comment.member for comment in comments):
        raise Invalid("No member wrote that: it was said on a page elsewhere.")
    scribe = Scribe(session, member, order, reason, now)
    done = [DEEDS[order.deed](scribe, comment) for comment in comments]
    session.flush()
    return [entry for entry in done if entry is not None]


def hide(session: Session, member: Member, post: Post, number: int, now: datetime) -> Comment:
    """Take a comment out of sight; its number and place stay."""
    return _decide(session, member, post, number, Deed.HIDE, now)


def show(session: Session, member: Member, post: Post, number: int, now: datetime) -> Comment:
    return _decide(session, member, post, number, Deed.SHOW, now)


def for_deciding(session: Session, ids: tuple[int, ...]) -> list[Comment]:
    """The comments with all that a deed asks of them, while nobody else decides; raises NotFound
    when one is missing. Posts come first and in one order, so that none waits in a circle."""
    wanted = select(Comment.post_id).where(Comment.id.in_(ids))
    locked = select(Post).where(Post.id.in_(wanted)).order_by(Post.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).all()
    rows = select(Comment).where(Comment.id.in_(ids)).order_by(Comment.created_at, Comment.id)
    rows = rows.options(joinedload(Comment.member), joinedload(Comment.post))
    comments = list(session.scalars(rows.execution_options(populate_existing=True)))
    if len(comments) != len(set(ids)):
        raise NotFound("One of these comments is not there.")
    return comments


def tell(session: Session, payload: dict[str, Any], _now: datetime) -> None:
    """Say that a comment was let in, now that it cannot be undone; what the worker calls."""
    rows = select(Comment).where(Comment.id == payload["comment"], Comment.state == State.PUBLISHED)
    people = (joinedload(Comment.member), joinedload(Comment.parent).joinedload(Comment.member))
    rows = rows.options(*people, joinedload(Comment.post).joinedload(Post.author))
    comment = session.scalar(rows)
    if comment is not None:
        events.record(session, CommentPosted(comment))


def tell_key(comment_id: int) -> str:
    return f"comment {comment_id} was let in"


@dataclass(frozen=True)
class Scribe:
    """Who does what, and writes it down."""

    session: Session
    member: Member
    order: Order
    reason: str
    now: datetime

    def note(self, comment: Comment, was: str) -> Entry:
        """A line in the log, written before the deed is done."""
        case = self.session.get(Case, comment.id)
        entry = Entry(
            at=self.now,
            by_id=self.member.id,
            deed=self.order.deed,
            comment_id=comment.id,
            member_id=comment.member_id,
            post_author_id=comment.post.author_id,
            press=self.order.key,
            reason=self.reason,
            was=was,
            was_at=comment.created_at,
            case_kind=case and case.kind,
            case_why=case.why if case else "",
        )
        self.session.add(entry)
        self.session.flush()
        return entry

    def is_decided(self, comment: Comment) -> bool:
        return comment.state not in rules.FROM[self.order.deed]


def _approve(scribe: Scribe, comment: Comment) -> Entry | None:
    if scribe.is_decided(comment):
        return None
    session, now = scribe.session, scribe.now
    entry = scribe.note(comment, comment.state)
    if comment.state == State.REFUSED:
        training.unlearn(session, comment.source, Spam.UNWANTED)
    training.learn(session, comment.source, Spam.WANTED)
    waiting.weigh_again_soon(session, now)
    _close_case(session, comment)
    comment.created_at = now
    actions.publish(session, comment.post, comment, now)
    # Letters cannot be undone, so nobody is told before the time for that is over.
    queue.add(session, TELL, {"comment": comment.id}, now + rules.LETTERS, key=tell_key(comment.id))
    advice.owe_objection(session, comment, now)
    return entry


def _refuse(scribe: Scribe, comment: Comment) -> Entry | None:
    if scribe.is_decided(comment):
        return None
    session, now = scribe.session, scribe.now
    entry = scribe.note(comment, comment.state)
    training.learn(session, comment.source, Spam.UNWANTED)
    waiting.weigh_again_soon(session, now)
    _close_case(session, comment)
    comment.state = State.REFUSED
    advice.owe_objection(session, comment, now)
    if scribe.order.tells and comment.member is not None and comment.member.is_verified:
        letter = _refusal(session, comment, scribe.reason)
        later = now + rules.LETTERS
        entry.letter_id = outbox.owe(session, letter, now, comment.member_id, later)
    return entry


def _hide(scribe: Scribe, comment: Comment) -> Entry | None:
    is_put_aside = comment.state == State.HIDDEN and _is_reported(scribe, comment)
    if scribe.is_decided(comment) or (comment.state == State.HIDDEN and not is_put_aside):
        return None
    entry = scribe.note(comment, comment.state)
    _settle(scribe, comment, entry)
    if comment.state == State.PUBLISHED:
        actions.take_away(scribe.session, comment.post, comment, State.HIDDEN)
    return entry


def _show(scribe: Scribe, comment: Comment) -> Entry | None:
    if scribe.is_decided(comment):
        return None
    if _is_reported(scribe, comment):
        refuse_if(rules.why_not_decide(scribe.member, comment, Deed.KEEP))
    entry = scribe.note(comment, comment.state)
    _settle(scribe, comment, entry)
    actions.publish(scribe.session, comment.post, comment, scribe.now)
    return entry


def _keep(scribe: Scribe, comment: Comment) -> Entry | None:
    if scribe.is_decided(comment) or not _is_reported(scribe, comment):
        return None
    entry = scribe.note(comment, comment.state)
    _settle(scribe, comment, entry)
    if comment.state == State.HIDDEN:
        actions.publish(scribe.session, comment.post, comment, scribe.now)
    return entry


def _suspend(scribe: Scribe, comment: Comment) -> Entry | None:
    if comment.member is None or comment.member.standing in (Standing.SUSPENDED, Standing.LEFT):
        return None
    members.check_may_change(scribe.member, comment.member)
    entry = scribe.note(comment, comment.member.standing)
    comment.member.standing = Standing.SUSPENDED
    return entry


DEEDS: dict[Deed, Callable[[Scribe, Comment], Entry | None]] = {
    Deed.APPROVE: _approve,
    Deed.REFUSE: _refuse,
    Deed.HIDE: _hide,
    Deed.SHOW: _show,
    Deed.KEEP: _keep,
    Deed.SUSPEND: _suspend,
}


def _decide(session, member, post, number, deed, now) -> Comment:
    """The deed about one comment, on the page that it stands on."""
    comment = numbered(session, post, number)
    refuse_if(rules.why_not_decide(member, comment, deed))
    if comment.is_withdrawn:
        raise Conflict(f"Comment {number} was withdrawn by its author, so nothing is left of it.")
    if comment.state in (State.WAITING, State.REFUSED):
        raise Conflict(f"Comment {number} is out of sight. The desk has it among the comments.")
    carry_out(session, member, Order(deed, (comment.id,), tokens.new()), now)
    return comment


def _is_reported(scribe: Scribe, comment: Comment) -> bool:
    return scribe.session.get(Case, comment.id) is not None


def _settle(scribe: Scribe, comment: Comment, entry: Entry) -> None:
    reports.settle(scribe.session, comment, entry)
    _close_case(scribe.session, comment)


def _close_case(session: Session, comment: Comment) -> None:
    session.execute(delete(Case).where(Case.comment_id == comment.id))


def _refusal(session: Session, comment: Comment, reason: str) -> letters.Letter:
    blog, post, member = settings.site(session).title, comment.post, comment.member
    return letters.comment_refused(
        blog, member.name, member.email, post.title, links.post(post), reason, comment.source
    )
