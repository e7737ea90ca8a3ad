"""The page of a post, and what is around it: its tags, and its neighbours in time."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.lib.db import Database, UTCDateTime
from app.lib.errors import NotFound
from app.lib.nested import nested
from app.lib.prepared import Prepared
from app.posts.models import Kind, Post, State, Tagging
from app.posts.queries import at_its_path, if_public
from app.tags.models import Tag

TALK = ("comment_count", "last_comment_number", "talk_state")


class Filed(NamedTuple):
    """A tag of a post."""

    slug: str
    name: str


class Neighbour(NamedTuple):
    """The post published before another, or after it."""

    path: str
    title: str


class Around(NamedTuple):
    """The post as its page shows it, the same without its text and the numbers of its discussion,
    and what is around it: its tags in the author's order, its neighbours in time, and what else was
    asked for, as the database says it."""

    post: Row
    head: Row
    tags: tuple[Filed, ...]
    older: Neighbour | None
    newer: Neighbour | None
    more: tuple[Any, ...]


def of_post(session: Session, path: str, now: datetime, *more: ColumnElement) -> Around:
    """All that is around the post at an address, and `more` that hangs on it, in one statement:
    each trip to a database costs as much as what it brings. Raises NotFound, Gone or Moved."""
    rows = _around(more).rows(session, path=path, now=now)
    post = if_public(session, path, rows[0] if rows else None, now)
    sides = ([Neighbour(*one) for one in side or ()] for side in (post.older, post.newer))
    older, newer = (side[0] if side else None for side in sides)
    tags = tuple(Filed(*tag) for tag in post.tags or ())
    apart = ("tags", "older", "newer", *(column.name for column in more))
    found = tuple(getattr(post, column.name) for column in more)
    post = post._replace(**dict.fromkeys(apart))
    head = post._replace(**dict.fromkeys(("html", *TALK)))
    return Around(post, head, tags, older, newer, found)


def as_of_now(session: Session, database: Database, page: Around) -> Around:
    """The same with the numbers of its discussion as they are now, where only they may be others;
    or as the session sees them, if that is open already: what it reads of the discussion is to be
    the same. Raises NotFound."""
    values = {"id": page.post.id}
    if session.in_transaction():
        talk = next(iter(_talk().rows(session, **values)), None)
    else:
        talk = _talk().peek(database, **values)
    if talk is None:
        raise NotFound
    return page._replace(post=page.post._replace(**talk._asdict()))


def basis(post: Row) -> tuple[Prepared, dict[str, int], tuple]:
    """What tells in which state the post's discussion is: a query, its values, and what it gives
    while that is the state in which it is shown."""
    return _talk(), {"id": post.id}, tuple(getattr(post, name) for name in TALK)


@cache
def _talk() -> Prepared:
    numbers = (getattr(Post, name) for name in TALK)
    return Prepared(select(*numbers).where(Post.id == bindparam("id")))


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
