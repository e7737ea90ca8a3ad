"""The rules of posts: their state, their address, who may write them."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from app.lib.errors import Conflict, Invalid
from app.lib.slugs import is_slug, slug
from app.posts.models import CommentPolicy, Kind, State
from app.site.links import RESERVED

LONGEST_TITLE = 200
LONGEST_EXCERPT = 500
LONGEST_CLOSING = 3650
LONGEST_DESCRIPTION = 300
LONGEST_CORRECTION = 300
LONGEST_URL = 500
OUTDATED = (
    "This was changed elsewhere since you opened it, so nothing is saved yet. Both texts are "
    "below. Take from the other what is missing in yours, and save again."
)


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
    # Empty: made from the title, and left alone once the post has an address.
    slug: str = ""
    description: str = ""
    canonical_url: str = ""
    picture_url: str = ""
    is_pinned: bool = False


class Written(NamedTuple):
    """What a revision keeps of a post. `excerpt` is empty when it is taken from the text."""

    title: str
    source: str
    excerpt: str


class Outdated(Conflict):
    """What was typed began with an older text than there is now."""

    def __init__(self, post_id: int):
        super().__init__(OUTDATED)
        self.post_id = post_id


def written_of(post: Any) -> Written:
    return Written(post.title, post.source, post.excerpt if post.has_own_excerpt else "")


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
    if draft.slug and not is_slug(draft.slug):
        raise Invalid("An address has a–z, 0–9 and single hyphens, up to 80 of them.", "slug")
    if len(draft.description) > LONGEST_DESCRIPTION:
        raise Invalid(f"A description has up to {LONGEST_DESCRIPTION} characters.", "description")
    _check_url(draft.canonical_url, "canonical_url")
    if not draft.picture_url.startswith("/") or draft.picture_url.startswith("//"):
        _check_url(draft.picture_url, "picture_url")


def check_correction(correction: str, is_read: bool, is_changed: bool) -> None:
    """Raise Invalid for words on a correction where nothing that was read is corrected."""
    if len(correction) > LONGEST_CORRECTION:
        words = f"What was corrected is said in up to {LONGEST_CORRECTION} characters."
        raise Invalid(words, "correction")
    if correction and not is_read:
        raise Invalid("Nobody has read this yet, so nothing is corrected.", "correction")
    if correction and not is_changed:
        raise Invalid("The text is as it was, so nothing is corrected.", "correction")


def slug_of(title: str) -> str:
    """The slug for a title; a title without Latin letters gets a plain word."""
    return slug(title) or "untitled"


def path_of(kind: Kind, slug: str, day: date) -> str:
    """The address of a post first published on `day` (in the site's zone), or of a page."""
    return slug if kind == Kind.PAGE else f"{day.year:04}/{day.month:02}/{slug}"


def is_reserved(path: str) -> bool:
    """Whether the address already means something else: /tags, or /2010, which is a year."""
    return path in RESERVED or re.fullmatch(r"\d{4}", path) is not None


def has_own_slug(post: Any) -> bool:
    """Whether the slug is other than the title would make it."""
    return post.slug != slug_of(post.title)


def _check_url(url: str, field: str) -> None:
    if len(url) > LONGEST_URL:
        raise Invalid(f"An address has up to {LONGEST_URL} characters.", field)
    try:
        parts = urlsplit(url)
        is_full = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_full = False
    if url and (not is_full or re.search(r"[\s<>\"]", url)):
        raise Invalid("A full address begins with https:// or http://.", field)
