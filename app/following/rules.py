"""The rules of being told. Whether and how a member is told of a comment is decided here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.comments.models import State
from app.following.models import Choice, Reason, Way
from app.members.models import Standing
from app.posts.rules import is_public

# What was said longer ago is no news: an import, a demonstration, a blog that was away.
NEWS_FOR = timedelta(days=30)
NOTICES_LIVE = timedelta(days=60)
LETTERS_KEPT = timedelta(days=30)
MORNING = 7
CONCERNED = (Reason.ANSWER, Reason.MENTION)

UNVERIFIED = "Your e-mail address is not confirmed yet, so no letters go there."
SUSPENDED = "Your membership is suspended, so you are told of nothing."


@dataclass(frozen=True)
class Wishes:
    """What holds for a member who has chosen nothing: answers, and all under one's own posts."""

    by_default: Choice = Choice.ANSWERS
    as_author: Choice = Choice.EVERY
    by_mail: bool = True
    feed_made_at: datetime | None = None


NONE_CHOSEN = Wishes()


def why_not_told(member: Any) -> str | None:
    """Why this member is told of nothing, in words for them; None when nothing is in the way."""
    if member.standing in (Standing.SUSPENDED, Standing.LEFT):
        return SUSPENDED
    return None if member.is_verified else UNVERIFIED


def is_told_what_waits(member: Any, wishes: Any) -> bool:
    """Whether a moderator gets letters about comments that wait."""
    wants = wishes.by_mail and wishes.as_author != Choice.NOTHING
    return wants and member.is_author and why_not_told(member) is None


def is_to_be_seen(comment: Any, post: Any, now: datetime) -> bool:
    """Whether there is anything to tell: not when it was hidden, withdrawn or went with its
    post."""
    return comment.state == State.PUBLISHED and bool(comment.source) and is_public(post, now)


def is_news(comment: Any, now: datetime) -> bool:
    return now < comment.created_at + NEWS_FOR


def choice(chosen: Choice | None, wishes: Any, is_author: bool) -> Choice:
    """What holds for a thread in which the member has `chosen` that, or nothing yet."""
    return chosen or (wishes.as_author if is_author else wishes.by_default)


def way(choice: Choice, by_mail: bool, reason: Reason) -> Way | None:
    """How a member is told, None for not at all."""
    if choice == Choice.NOTHING or (choice == Choice.ANSWERS and reason not in CONCERNED):
        return None
    if not by_mail:
        return Way.FEED
    return Way.DAILY if choice == Choice.DAILY else Way.LETTER
