"""The rules of comments. `why_not_comment` is the members-only rule, asked by every door."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from app.comments.models import State
from app.members.models import Standing
from app.posts.models import CommentPolicy, Kind
from app.posts.rules import is_public
from app.site.models import Moderation

LONGEST = 5000
EDITABLE = timedelta(minutes=15)
NOTHING = "There is nothing in this comment yet."
STRANGER = "Note: Only a member of this blog may post a comment."
UNVERIFIED = (
    "Please confirm your e-mail address first: there is a link in the letter that we sent you. "
    "Then you may comment."
)
WAITING = "Your membership waits for the owner of this blog to admit you. Then you may comment."
SUSPENDED = "Your membership is suspended, so you may read here but not comment."
UNPUBLISHED = "This post is not public, so nobody can comment on it."
PAGE = "Pages take no comments."
CLOSED = "Comments on this post are closed."
ALL_WAIT = (
    "Here a moderator reads each comment before it shows, so one that shows can no longer be "
    "changed. What you have written is still here: post it as an answer, or withdraw the comment."
)
WOULD_WAIT = (
    "With these words or links a moderator would have to read it first, and a comment that shows "
    "already cannot wait. Leave them out, or leave it as it is and post this as a new comment."
)
NOT_YOURS = "Only who wrote a comment may change it."
HIDDEN = "This comment has been hidden, so it can no longer be changed."
WITHDRAWN = "You have withdrawn this comment, so it can no longer be changed."
TOO_LATE = (
    "A comment can be edited for 15 minutes, and this one is older, so it stays as it is. What you "
    "have written is still here: post it as an answer, or withdraw the comment."
)


def why_not_comment(member: Any, post: Any, now: datetime) -> str | None:
    """Why this reader (None for a stranger) may not comment on this post now, in words for
    that reader; None when they may."""
    reason = why_not_talk(post, now)
    if reason:
        return reason
    if member is None:
        return STRANGER
    if member.standing in (Standing.SUSPENDED, Standing.LEFT):
        return SUSPENDED
    if not member.is_verified:
        return UNVERIFIED
    return WAITING if member.standing == Standing.WAITING else None


def why_not_talk(post: Any, now: datetime) -> str | None:
    """Why nobody may comment on this post now, if so: no member, and no page elsewhere."""
    if not is_public(post, now):
        return UNPUBLISHED
    if post.kind == Kind.PAGE:
        return PAGE
    is_closed = post.comments == CommentPolicy.CLOSED or _is_past_closing(post, now)
    return CLOSED if is_closed else None


def why_not_edit(member: Any, comment: Any, post: Any, site: Any, now: datetime) -> str | None:
    """Why `member` may not give `comment` another text now, whatever it says, in words for them."""
    if member is None or comment.member_id != member.id:
        return NOT_YOURS
    if comment.state != State.PUBLISHED:
        return WITHDRAWN if comment.state == State.WITHDRAWN else HIDDEN
    if now > comment.created_at + EDITABLE:
        return TOO_LATE
    if site.moderation == Moderation.ALL and not member.is_author:
        return ALL_WAIT
    return why_not_comment(member, post, now)


def why_not_withdraw(member: Any, comment: Any) -> str | None:
    """One's own words can be taken back at any time, whoever may comment."""
    return NOT_YOURS if member is None or comment.member_id != member.id else None


def why_not_answer(comment: Any) -> str | None:
    if comment.state == State.WITHDRAWN:
        return f"Comment {comment.number} was withdrawn by its author, so it cannot be answered."
    if comment.state != State.PUBLISHED:
        return f"Comment {comment.number} has been hidden, so it cannot be answered."
    return None


def closes_at(post: Any) -> datetime | None:
    """When comments on the post close by themselves, if they do."""
    if post.close_after_days is None or post.published_at is None:
        return None
    return post.published_at + timedelta(days=post.close_after_days)


def why_not_moderate(member: Any, post: Any) -> str | None:
    if member is None or not (
        member.is_owner or (member.is_author and post.author_id == member.id)
    ):
        return "Only the post's author and the owner may hide a comment."
    return None


class Thread(NamedTuple):
    """A comment that answers none, with all that follow from it in the order of their numbers;
    none where the page before has it."""

    comment: Any | None = None
    replies: tuple[Any, ...] = ()


def threads(comments: list[Any]) -> tuple[Thread, ...]:
    """Threads of comments given in the order of their threads and numbers. A reply to a reply
    stands in the thread of the first."""
    in_one = groupby(comments, key=lambda one: one.thread_number)
    return tuple(_thread(*them) for _, them in in_one)


def _thread(first: Any, *replies: Any) -> Thread:
    has_first = first.number == first.thread_number
    return Thread(first, replies) if has_first else Thread(None, (first, *replies))


def _is_past_closing(post: Any, now: datetime) -> bool:
    closing = closes_at(post)
    return closing is not None and closing <= now
