"""Writing comments, and what becomes of their numbers and counts. Nothing here commits."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app import events
from app.comments.events import CommentChanged, CommentPosted
from app.comments.models import Answer, Comment, State
from app.comments.moderation import waiting
from app.comments.queries import numbered
from app.comments.rules import LONGEST, why_not_comment
from app.lib import limits, markup
from app.lib.errors import Conflict, Invalid, NotAllowed
from app.members.models import Member
from app.posts.models import Post
from app.site import settings
from app.site.models import Site

PACE = (limits.Limit("comment", 5, 60), limits.Limit("comment-day", 60, 86_400))


def add(
    session: Session,
    member: Member,
    post: Post,
    text: str,
    answer: int | None,
    submission: str,
    now: datetime,
    site: Site | None = None,
) -> Comment:
    """Add a comment under `post`, in answer to the one numbered `answer` or to none. It has no
    number as long as it waits for a moderator.

    The same `submission` of a member makes one comment however often it comes. Who has the
    `site` at hand saves reading it. Raises NotAllowed, Invalid, Conflict or TooMany.
    """
    lock(session, post)
    reason = why_not_comment(member, post, now)
    if reason:
        raise NotAllowed(reason)
    comment = _already(session, member, submission)
    return comment or _add(session, member, post, text, answer, submission, now, site)


def publish(session: Session, post: Post, comment: Comment) -> None:
    """Let everybody see a comment, under the next number of the post unless it has had one."""
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
    """Take a public comment out of sight; its number and place stay."""
    comment.state = state
    post.comment_count -= 1
    events.record(session, CommentChanged(comment))


def html_of(text: str, post: Post) -> str:
    """The comment as it will be shown; raises Invalid when it cannot be posted."""
    if not text.strip():
        raise Invalid("There is nothing in this comment yet.", "text")
    if len(text) > LONGEST:
        raise Invalid(
            f"A comment has up to {LONGEST:,} characters; this one has {len(text):,}.", "text"
        )
    return markup.comment_html(text, post.last_comment_number if "#" in text else 0)


def _add(session, member, post, text, answer, submission, now, site) -> Comment:
    html = html_of(text, post)
    parent = _answered(session, post, answer)
    for limit in PACE:
        limits.take(session, limit, str(member.id), now)
    reason = waiting.why(session, site or settings.site(session), member, text, now)
    comment = Comment(
        post_id=post.id,
        post=post,
        state=State.WAITING,
        parent=parent,
        member_id=member.id,
        member=member,
        source=text,
        html=html,
        renderer=markup.VERSION,
        created_at=now,
        submission=submission,
    )
    session.add(comment)
    if reason:
        waiting.hold(session, comment, reason, now)
    else:
        publish(session, post, comment)
        events.record(session, CommentPosted(comment))
    return comment


def lock(session: Session, post: Post) -> None:
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
    parent = numbered(session, post, answer)
    if parent.is_hidden:
        raise Conflict(f"Comment {answer} has been hidden, so it cannot be answered.", "answer")
    return parent


def _note_answers(session: Session, comment: Comment) -> None:
    answered = _named(session, comment, markup.references(comment.html))
    if comment.parent_id is not None:
        answered.add(comment.parent_id)
    session.add_all(Answer(comment_id=comment.id, to_id=id) for id in sorted(answered))


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
