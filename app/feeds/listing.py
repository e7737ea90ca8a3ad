"""The heart of the reading side: a Listing of Entries, which a dress turns into a feed. All
addresses in it are full ones."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Person:
    name: str
    url: str | None = None


@dataclass(frozen=True)
class Reply:
    """What an entry answers (RFC 4685 §3)."""

    guid: str
    url: str


@dataclass(frozen=True)
class Enclosure:
    """A file that comes with an entry; `length` is in bytes."""

    url: str
    mime: str
    length: int
    title: str


@dataclass(frozen=True)
class Entry:
    """One thing to read. `html` is safe and complete, `summary` plain text.

    `comments_url` and `comments_feed` are where its discussion is, `external_url` what it
    points to elsewhere.
    """

    guid: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    authors: tuple[Person, ...] = ()
    tags: tuple[str, ...] = ()
    comments_url: str | None = None
    comments_feed: str | None = None
    comment_count: int | None = None
    in_reply_to: Reply | None = None
    external_url: str | None = None
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Listing:
    """What a page lists. `url` is the page, `address` the root-relative address that its feeds
    have before their suffix, `next_key` that of the page behind it."""

    title: str
    description: str
    url: str
    address: str
    site_url: str
    language: str
    updated: datetime
    entries: tuple[Entry, ...]
    next_key: str | None = None

    def feed_url(self, suffix: str) -> str:
        return f"{self.site_url}{self.address}.{suffix}"

    def next_url(self, suffix: str) -> str | None:
        """The feed of older entries (RFC 5005 §3)."""
        return f"{self.feed_url(suffix)}?before={self.next_key}" if self.next_key else None
