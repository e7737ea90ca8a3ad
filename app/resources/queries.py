"""Reading collections and items, and which of them a post speaks of."""

from collections import defaultdict
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.lib import slugs
from app.lib.errors import NotFound
from app.lib.nested import moment_of, nested
from app.lib.paging import Key, cut, older_than
from app.posts.models import Post
from app.resources.models import Collection, Item, Link

_ITEMS = selectinload(Collection.items).joinedload(Item.collection)
MOST_COLLECTIONS = 100
MOST_BESIDE_A_POST = 50


def collections(session: Session) -> list[Collection]:
    """All collections with their items, in the order that their curators gave them."""
    rows = select(Collection).order_by(Collection.position, Collection.id)
    return list(session.scalars(rows.options(_ITEMS).limit(MOST_COLLECTIONS)))


def collection(session: Session, slug: str, for_change: bool = False) -> Collection:
    """A collection with its items. `for_change` makes others who change it wait, so that what is
    decided by its items holds."""
    rows = select(Collection).where(Collection.slug == slug)
    if for_change:
        rows = rows.with_for_update()
    found = session.scalar(rows.options(_ITEMS)) if slugs.is_slug(slug) else None
    if found is None:
        raise NotFound("There is no collection of this name.")
    return found


def of_name(session: Session, slug: str) -> Collection | None:
    """The same, or none."""
    return session.scalar(select(Collection).where(Collection.slug == slug).options(_ITEMS))


def item(session: Session, id: int) -> Item:
    found = session.scalar(
        select(Item)
        .where(Item.id == id)
        .options(joinedload(Item.collection).selectinload(Collection.items))
    )
    if found is None:
        raise NotFound("This resource is not here, or not any more.")
    return found


def newest(session: Session, size: int, before: Key | None) -> tuple[list[Item], Key | None]:
    """The items of all collections, last added first."""
    rows = select(Item).where(*older_than(before, Item.added_at, Item.id))
    rows = rows.order_by(Item.added_at.desc(), Item.id.desc()).limit(size + 1)
    items, has_more = cut(list(session.scalars(rows.options(joinedload(Item.collection)))), size)
    return items, Key(items[-1].added_at, items[-1].id) if has_more else None


def broken(session: Session, size: int, before: Key | None) -> tuple[list[Item], Key | None]:
    """What seems to be gone, the newest trouble first."""
    rows = select(Item).where(Item.broken_since.is_not(None))
    rows = rows.where(*older_than(before, Item.broken_since, Item.id))
    rows = rows.order_by(Item.broken_since.desc(), Item.id.desc()).limit(size + 1)
    items, has_more = cut(list(session.scalars(rows.options(joinedload(Item.collection)))), size)
    return items, Key(items[-1].broken_since, items[-1].id) if has_more else None


def moved(session: Session, size: int) -> list[Item]:
    """What has another address for good, unless a curator wants the old one; the newest first."""
    rows = select(Item).where(Item.moved_at.is_not(None))
    rows = rows.order_by(Item.moved_at.desc(), Item.id.desc()).limit(size)
    return list(session.scalars(rows.options(joinedload(Item.collection))))


def how_many_ail(session: Session, most: int) -> tuple[int, int]:
    """How many resources are broken and how many have moved, `most` of each at most."""
    counted = []
    for column in (Item.broken_since, Item.moved_at):
        some = select(Item.id).where(column.is_not(None)).limit(most).subquery()
        counted.append(session.scalar(select(func.count()).select_from(some)))
    return counted[0], counted[1]


class Spoken(NamedTuple):
    """An item that a post points to, with the slug and title of its collection."""

    id: int
    url: str
    title: str
    origin: str
    note_html: str
    added_at: datetime | None
    broken_since: datetime | None
    collection_slug: str
    collection_title: str


@cache
def spoken_of() -> ColumnElement:
    """The items that a post points to, in the order of its links, as a column to be read along
    with the post; `spoken` makes of it what a page shows."""
    links = Link.key == Item.key
    shown = (Item.id, Item.url, Item.title, Item.origin, Item.note_html)
    shown += (Item.added_at, Item.broken_since)
    rows = select(*shown, Collection.slug.label("in_slug"), Collection.title.label("in_title"))
    rows = rows.join(Item.collection).join(Link, links).where(Link.post_id == Post.id)
    rows = rows.order_by(Link.position, Item.id).limit(MOST_BESIDE_A_POST).correlate(Post)
    return nested(rows, "spoken_of")


def spoken(found: list | None) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(*shown, moment_of(added), moment_of(broken), slug, title)
        for *shown, added, broken, slug, title in found or ()
    )


def posts_by_item(session: Session, item_ids: list[int]) -> dict[int, list[int]]:
    """For each item the ids of the posts that point to it, the latest written first. Which of
    them are public is for the posts to say."""
    rows = (
        select(Item.id, Link.post_id)
        .join(Link, Link.key == Item.key)
        .where(Item.id.in_(item_ids))
        .order_by(Link.post_id.desc())
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for item_id, post_id in session.execute(rows):
        found[item_id].append(post_id)
    return dict(found)
