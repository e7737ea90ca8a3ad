"""Writing comments, and what becomes of their numbers and counts. Nothing here commits."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, Row, Select, Update, bindparam, insert, select, update
from sqlalchemy.orm import Session, make_transient_to_detached

from app import events
from app.comments.events import CommentChanged, CommentPosted
from app.comments.models import OUT_OF_SIGHT, Answer, Comment, State
from app.comments.moderation import waiting
from app.comments.rules import LONGEST, why_not_comment
from app.lib import limits, markup
from app.lib.db import plain_rows
from app.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from app.members.models import Member
from app.posts.models import Post
from app.site import settings
from app.site.models import Site

PACE = (limits.Limit("comment", 5, 60), limits.Limit("comment-day", 60, 86_400))


def add(
    session: Session,
    member: Member,
    post: Any,
    text: str,
    answer: int | None,
    submission: str,
    now: datetime,
    site: Site | None = None,
) -> Comment:
    """Add a comment under `post`, of which only the id is asked, in answer to the one numbered
    `answer` or to none. It has no number as long as it waits for a moderator.

    The same `submission` of a member makes one comment however often it comes. Who has the
    `site` at hand saves reading it. Raises NotAllowed, Invalid, Conflict or TooMany.
    """
    place = _locked(session, post)
    reason = why_not_comment(member, place, now)
    if reason:
        raise NotAllowed(reason)
    already = plain_rows(session, _submitted(), member_id=member.id, submission=submission)
    if already:
        comment = session.get_one(Comment, already[0].id)
        # Whoever sent it first may not have been told yet; nobody is told of it before it shows.
        events.record(session, CommentChanged(comment))
        return comment
    return _add(session, member, place, text, answer, submission, now, site)


def lock(session: Session, post: Post) -> None:
    """Make others who comment or decide here wait, and know the post as of now."""
    session.flush()  # Reading the row anew would lose what is pending.
    session.refresh(post, with_for_update=True)


def publish(session: Session, post: Post, comment: Comment) -> None:
    """Let everybody see a comment, under the next number of the locked post unless it has had
    one."""
    comment.state = State.PUBLISHED
    post.comment_count += 1
    is_new = comment.number is None
    if is_new:
        post.last_comment_number += 1
        comment.number = post.last_comment_number
    session.flush()
    if is_new:
        _note_answers(session, comment)
    events.record(session, CommentChanged(comment))


def take_away(session: Session, post: Post, comment: Comment, state: State) -> None:
    """Take a public comment of the locked post out of sight; its number and place stay."""
    comment.state = state
    post.comment_count -= 1
    events.record(session, CommentChanged(comment))


def html_of(text: str, post: Any) -> str:
    """The comment as it will be shown; raises Invalid when it cannot be posted."""
    if not text.strip():
        raise Invalid("There is nothing in this comment yet.", "text")
    if len(text) > LONGEST:
        raise Invalid(
            f"A comment has up to {LONGEST:,} characters; this one has {len(text):,}.", "text"
        )
    return markup.comment_html(text, post.last_comment_number if "#" in text else 0)


def _add(session, member, place, text, answer, submission, now, site) -> Comment:
    html = html_of(text, place)
    parent_id = _answered(session, place, answer)
    limits.take_all(session, PACE, str(member.id), now)
    reason = waiting.why(session, site or settings.site(session), member, text, now)
    comment = _insert(
        session,
        post_id=place.id,
        number=None if reason else place.last_comment_number + 1,
        parent_id=parent_id,
        member_id=member.id,
        source=text,
        html=html,
        renderer=markup.VERSION,
        state=State.WAITING if reason else State.PUBLISHED,
        created_at=now,
        submission=submission,
    )
    if reason:
        waiting.hold(session, comment, place.author_id, reason, now)
        return comment
    session.connection().execute(_counted(), {"post": place.id})
    _note_answers(session, comment)
    events.record(session, CommentChanged(comment))
    events.record(session, CommentPosted(comment))
    return comment


def _insert(session: Session, **values: Any) -> Comment:
    """The comment, written by one plain statement: a session's flush takes three times as long,
    and everybody else who writes has to wait for it."""
    [id] = session.connection().execute(_inserted(), values).one()
    comment = Comment(id=id, **values)
    make_transient_to_detached(comment)
    session.add(comment)
    return comment


def _locked(session: Session, post: Any) -> Row:
    """What the rules ask of the post, as of now. Others who comment here wait from now on, so
    that each number is given once."""
    [place] = plain_rows(session, _place(), id=post.id)
    return place


@cache
def _place() -> Select:
    names = "id kind state author_id published_at comments close_after_days"
    columns = [getattr(Post, name) for name in names.split()]
    rows = select(*columns, Post.last_comment_number).where(Post.id == bindparam("id"))
    return rows.with_for_update()


@cache
def _submitted() -> Select:
    return select(Comment.id).where(
        Comment.member_id == bindparam("member_id"), Comment.submission == bindparam("submission")
    )


@cache
def _inserted() -> Insert:
    return insert(Comment.__table__).returning(Comment.id)


@cache
def _counted() -> Update:
    number, count = Post.last_comment_number + 1, Post.comment_count + 1
    rows = update(Post.__table__).where(Post.id == bindparam("post"))
    return rows.values(last_comment_number=number, comment_count=count)


def _answered(session: Session, place: Row, answer: int | None) -> int | None:
    """The id of the comment that is answered; raises NotFound or Conflict."""
    if answer is None:
        return None
    found = plain_rows(session, _numbered(), post_id=place.id, number=answer)
    if not found:
        raise NotFound(f"This post has no comment {answer}.")
    if found[0].state in OUT_OF_SIGHT:
        raise Conflict(f"Comment {answer} has been hidden, so it cannot be answered.", "answer")
    return found[0].id


@cache
def _numbered() -> Select:
    rows = select(Comment.id, Comment.state).where(Comment.post_id == bindparam("post_id"))
    return rows.where(Comment.number == bindparam("number"))


def _note_answers(session: Session, comment: Comment) -> None:
    answered = _named(session, comment, markup.references(comment.html))
    if comment.parent_id is not None:
        answered.add(comment.parent_id)
    if answered:
        rows = [{"comment_id": comment.id, "to_id": id} for id in sorted(answered)]
        session.connection().execute(_answering(), rows)


@cache
def _answering() -> Insert:
    return insert(Answer.__table__)


def _named(session: Session, comment: Comment, numbers: list[int]) -> set[int]:
    """The ids of those before the comment that have one of the numbers."""
    if not numbers:
        return set()
    rows = select(Comment.id).where(
        Comment.post_id == comment.post_id,
        Comment.number.in_(numbers),
        Comment.number < comment.number,
    )
    return set(session.scalars(rows))
