"""The rules of comments. `why_not_comment` is the members-only rule, asked by every door."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.members.models import Standing
from app.posts.models import CommentPolicy, Kind
from app.posts.rules import is_public

LONGEST = 5000
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


def why_not_comment(member: Any, post: Any, now: datetime) -> str | None:
    """Why this reader (None for a stranger) may not comment on this post now, in words for
    that reader; None when they may."""
    if not is_public(post, now):
        return UNPUBLISHED
    if post.kind == Kind.PAGE:
        return PAGE
    if post.comments == CommentPolicy.CLOSED or _is_past_closing(post, now):
        return CLOSED
    if member is None:
        return STRANGER
    if member.standing in (Standing.SUSPENDED, Standing.LEFT):
        return SUSPENDED
    if not member.is_verified:
        return UNVERIFIED
    return WAITING if member.standing == Standing.WAITING else None


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


@dataclass
class Thread:
    """A comment that answers none, with all that follow from it in the order of their numbers."""

    comment: Any
    replies: list[Any] = field(default_factory=list)


def threads(comments: list[Any]) -> list[Thread]:
    """Threads of comments given in the order of their numbers. A reply to a reply stands in the
    thread of the first; a comment whose parent is missing begins its own."""
    by_comment: dict[int, Thread] = {}
    roots: list[Thread] = []
    for comment in comments:
        thread = by_comment.get(comment.parent_id)
        if thread is None:
            thread = Thread(comment)
            roots.append(thread)
        else:
            thread.replies.append(comment)
        by_comment[comment.id] = thread
    return roots


def _is_past_closing(post: Any, now: datetime) -> bool:
    closing = closes_at(post)
    return closing is not None and closing <= now
