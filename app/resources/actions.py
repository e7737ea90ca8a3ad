"""Curating. Nothing here commits."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import events
from app.lib import markup, slugs
from app.lib.errors import Conflict, Invalid, NotFound
from app.members.models import Member
from app.resources.events import CollectionChanged
from app.resources.models import Collection, Item, OldCollection
from app.resources.rules import (
    RESERVED,
    Reference,
    check_curator,
    check_reference,
    check_title,
    link_key,
)


def add_collection(
    session: Session, member: Member, title: str, slug: str, intro: str, now: datetime
) -> Collection:
    """A new collection; its slug is made of the title when none is given."""
    check_curator(member)
    check_title(title)
    slug = slug or slugs.slug(title)
    if slug in RESERVED:
        raise Conflict("This name is used by the desk itself. Choose another.", "slug")
    if not slugs.is_slug(slug):
        raise Invalid("A short name for the address has a–z, 0–9 and single hyphens.", "slug")
    _free_name(session, slug)
    collection = Collection(slug=slug, created_at=now, position=_behind_last(session), items=[])
    _describe(collection, title, intro, now)
    session.add(collection)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("There is a collection with this name. Choose another.", "slug") from error
    events.record(session, CollectionChanged(collection))
    return collection


def change_collection(
    session: Session, member: Member, collection: Collection, title: str, intro: str, now: datetime
) -> Collection:
    check_curator(member)
    check_title(title)
    _describe(collection, title, intro, now)
    events.record(session, CollectionChanged(collection))
    return collection


def add_item(
    session: Session, member: Member, collection: Collection, reference: Reference, now: datetime
) -> Item:
    """A new item at the end; Conflict when the collection has the address already, unless it says
    the same of it: a form may come twice."""
    check_curator(member)
    for there in collection.items:
        if said_of(there) == reference:
            return there
    item = Item(added_at=now)
    _refer(collection, item, reference, now)
    put_last(collection, item)
    session.flush()
    events.record(session, CollectionChanged(collection))
    return item


def change_item(
    session: Session,
    member: Member,
    item: Item,
    reference: Reference,
    now: datetime,
    collection: Collection | None = None,
) -> Item:
    """Say something else of a resource, or move it to the end of another collection."""
    check_curator(member)
    before, after = item.collection, collection or item.collection
    _refer(after, item, reference, now)
    if after is not before:
        before.items.remove(item)
        put_last(after, item)
        before.updated_at = now
    session.flush()
    events.record(session, CollectionChanged(after))
    return item


def arrange(
    session: Session, member: Member, collection: Collection, ids: list[int], now: datetime
) -> None:
    """Give the items the order of their ids; those that are not named stay behind them in theirs,
    since somebody may have added one meanwhile."""
    check_curator(member)
    place = {id: number for number, id in enumerate(ids)}
    before = [item.id for item in collection.items]
    items = sorted(collection.items, key=lambda item: place.get(item.id, len(place)))
    if [item.id for item in items] == before:
        return
    for position, item in enumerate(items, 1):
        item.position = position
    collection.updated_at = now
    session.flush()
    events.record(session, CollectionChanged(collection))


def step(session: Session, member: Member, item: Item, by: int, now: datetime) -> None:
    """Move an item up or down by so many places."""
    ids = [one.id for one in item.collection.items]
    at = ids.index(item.id)
    ids.insert(max(0, at + by), ids.pop(at))
    arrange(session, member, item.collection, ids, now)


def arrange_collections(session: Session, member: Member, ids: list[int]) -> None:
    """The same for the collections themselves. Nothing that readers take for news."""
    check_curator(member)
    found = _in_order(session)
    place = {id: number for number, id in enumerate(ids)}
    for position, one in enumerate(sorted(found, key=lambda o: place.get(o.id, len(place))), 1):
        one.position = position
    session.flush()
    if found:
        events.record(session, CollectionChanged(found[0]))


def step_collection(session: Session, member: Member, id: int, by: int) -> None:
    ids = [one.id for one in _in_order(session)]
    if id not in ids:
        raise NotFound("This collection is not there any more.")
    at = ids.index(id)
    ids.insert(max(0, at + by), ids.pop(at))
    arrange_collections(session, member, ids)


def said_of(item: Item) -> Reference:
    return Reference(item.url, item.title, item.origin, item.note_source)


def correct(session: Session, member: Member, item: Item, url: str, now: datetime) -> None:
    """Take the address that a resource has moved to; Conflict when it has moved on since."""
    check_curator(member)
    _check_moved(item, url)
    change_item(session, member, item, replace(said_of(item), url=url), now)


def keep_address(session: Session, member: Member, item: Item, url: str) -> None:
    """Leave the address as it is, and not be asked again about this other one."""
    check_curator(member)
    _check_moved(item, url)
    item.moved_at = None


def put_last(collection: Collection, item: Item) -> None:
    item.position = max((other.position for other in collection.items), default=0) + 1
    collection.items.append(item)


def remove_item(session: Session, member: Member, item: Item, now: datetime) -> None:
    check_curator(member)
    item.collection.updated_at = now
    session.delete(item)
    events.record(session, CollectionChanged(item.collection))


def _free_name(session: Session, slug: str) -> None:
    """Let a new collection have a name that says "gone" so far; Conflict when it leads on."""
    old = session.get(OldCollection, slug)
    if old is not None and old.collection_id is not None:
        raise Conflict("This name leads to another collection now. Choose another.", "slug")
    if old is not None:
        session.delete(old)
        session.flush()


def _describe(collection: Collection, title: str, intro: str, now: datetime) -> None:
    collection.title = title
    collection.intro_source = intro
    collection.intro_html = _note_html(intro, "intro")
    collection.updated_at = now


def _refer(collection: Collection, item: Item, reference: Reference, now: datetime) -> None:
    check_reference(reference)
    key = link_key(reference.url)
    if any(other.key == key and other is not item for other in collection.items):
        raise Conflict("This collection has that address already.", "url")
    if item.url != reference.url:
        _forget_health(item, now)
    item.url, item.key, item.title = reference.url, key, reference.title
    item.origin, item.note_source = reference.origin, reference.note
    item.note_html = _note_html(reference.note, "note")
    collection.updated_at = now


def _forget_health(item: Item, now: datetime) -> None:
    """Know nothing of an address that is to be looked at for the first time."""
    item.next_check_at = now
    item.checked_at = item.failing_since = item.broken_since = item.moved_at = None
    item.failures = item.recoveries = 0
    item.trouble = item.moved_to = ""


def _check_moved(item: Item, url: str) -> None:
    if not item.moved_to or item.moved_to != url:
        raise Conflict("This has another address by now. Look at the list again.")


def _note_html(source: str, field: str) -> str:
    """Curators write the small kind of Markdown."""
    try:
        return markup.comment_html(source)
    except Invalid as refusal:
        raise Invalid(refusal.sentence, field) from refusal


def _in_order(session: Session) -> list[Collection]:
    """All collections, which others who change them wait for."""
    rows = select(Collection).order_by(Collection.id).with_for_update()
    return sorted(session.scalars(rows), key=lambda one: (one.position, one.id))


def _behind_last(session: Session) -> int:
    return (session.scalar(select(func.max(Collection.position))) or 0) + 1
