"""The page of a post, and what is around it: its tags, and its neighbours in time."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.lib.db import UTCDateTime
from app.lib.nested import nested
from app.lib.prepared import Prepared
from app.posts.models import Kind, Post, State, Tagging
from app.posts.queries import at_its_path, if_public
from app.tags.models import Tag


class Filed(NamedTuple):
    """A tag of a post."""

    slug: str
    name: str


class Neighbour(NamedTuple):
    """The post published before another, or after it."""

    path: str
    title: str


class Around(NamedTuple):
    """The post as its page shows it, and what is around it: its tags in the author's order, and its
    neighbours in time."""

    post: Row
    tags: list[Filed]
    older: Neighbour | None
    newer: Neighbour | None


def of_post(session: Session, path: str, now: datetime, *more: ColumnElement) -> Around:
    """All that is around the post at an address, and `more` that hangs on it, in one statement:
    each trip to a database costs as much as what it brings. Raises NotFound, Gone or Moved."""
    rows = _around(more).rows(session, path=path, now=now)
    post = if_public(session, path, rows[0] if rows else None, now)
    sides = ([Neighbour(*one) for one in side or ()] for side in (post.older, post.newer))
    older, newer = (side[0] if side else None for side in sides)
    return Around(post, [Filed(*tag) for tag in post.tags or ()], older, newer)


@cache
def _around(more: tuple[ColumnElement, ...]) -> Prepared:
    older, newer = (
        nested(rows.correlate(Post).limit(1), name)
        for name, rows in zip(("older", "newer"), _beside(), strict=True)
    )
    tags = select(Tag.slug, Tag.name).join_from(Tagging, Tagging.tag)
    tags = tags.where(Tagging.post_id == Post.id).order_by(Tagging.position).correlate(Post)
    return Prepared(at_its_path().add_columns(nested(tags, "tags"), older, newer, *more))


def _beside() -> tuple[Select, Select]:
    """The public posts before and after each, the nearest first, as of `now`."""
    other = aliased(Post)
    here, there = (tuple_(post.published_at, post.id) for post in (Post, other))
    listed = (other.kind == Kind.POST, other.state == State.PUBLISHED)
    rows = select(other.path, other.title).where(*listed)
    older, newer = rows.where(there < here), rows.where(there > here)
    newer = newer.where(other.published_at <= bindparam("now", type_=UTCDateTime()))
    backwards = (other.published_at.desc(), other.id.desc())
    return older.order_by(*backwards), newer.order_by(other.published_at, other.id)
