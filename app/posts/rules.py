"""The rules of posts: their state, their address, who may write them."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.lib.errors import Invalid
from app.lib.slugs import slug
from app.posts.models import CommentPolicy, Kind, State
from app.site.links import RESERVED

LONGEST_TITLE = 200
LONGEST_EXCERPT = 500
LONGEST_CLOSING = 3650


@dataclass(frozen=True)
class Draft:
    """What an author has written, before it is a post."""

    title: str
    text: str
    excerpt: str = ""
    tags: list[str] = field(default_factory=list)
    kind: Kind = Kind.POST
    comments: CommentPolicy = CommentPolicy.MEMBERS
    close_after_days: int | None = None


def state_of(post: Any, now: datetime) -> str:
    """draft, scheduled, published or withdrawn."""
    if post.state == State.PUBLISHED and post.published_at > now:
        return "scheduled"
    return str(post.state)


def is_public(post: Any, now: datetime) -> bool:
    return state_of(post, now) == "published"


def has_been_public(post: Any, now: datetime) -> bool:
    """Whether readers may know its address, which then is its address for good."""
    return post.path is not None and post.published_at <= now


def why_not_write(member: Any) -> str | None:
    if member is None:
        return "Sign in to write."
    if not member.is_author:
        return "Only an author of this blog may do that. The owner can make you one."
    return None


def why_not_change(member: Any, post: Any) -> str | None:
    reason = why_not_write(member)
    if reason is None and not member.is_owner and post.author_id != member.id:
        return "Only its author and the owner may change this post."
    return reason


def check(draft: Draft) -> None:
    """Raise Invalid, with the field, for a draft that cannot be kept."""
    if not draft.title:
        raise Invalid("A post needs a title.", "title")
    if len(draft.title) > LONGEST_TITLE:
        raise Invalid(f"A title has up to {LONGEST_TITLE} characters.", "title")
    if len(draft.excerpt) > LONGEST_EXCERPT:
        raise Invalid(f"An excerpt has up to {LONGEST_EXCERPT} characters.", "excerpt")
    days = draft.close_after_days
    if days is not None and not 1 <= days <= LONGEST_CLOSING:
        raise Invalid(f"Comments close after 1 to {LONGEST_CLOSING} days.", "close_after_days")


def slug_of(title: str) -> str:
    """The slug for a title; a title without Latin letters gets a plain word."""
    return slug(title) or "untitled"


def path_of(kind: Kind, slug: str, day: date) -> str:
    """The address of a post first published on `day` (in the site's zone), or of a page."""
    return slug if kind == Kind.PAGE else f"{day.year:04}/{day.month:02}/{slug}"


def is_reserved(path: str) -> bool:
    """Whether the address already means something else: /tags, or /2010, which is a year."""
    return path in RESERVED or re.fullmatch(r"\d{4}", path) is not None
