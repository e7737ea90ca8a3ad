"""Curating. Nothing here commits."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import events
from app.lib import markup, slugs
from app.lib.errors import Conflict, Invalid
from app.members.models import Member
from app.resources.events import CollectionChanged
from app.resources.models import Collection, Item, Link
from app.resources.rules import Reference, check_curator, check_reference, check_title, link_key


def add_collection(
    session: Session, member: Member, title: str, slug: str, intro: str, now: datetime
) -> Collection:
    """A new collection; its slug is made of the title when none is given."""
    check_curator(member)
    check_title(title)
    slug = slug or slugs.slug(title)
    if not slugs.is_slug(slug):
        raise Invalid("A short name for the address has a–z, 0–9 and single hyphens.", "slug")
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
    """A new item at the end; Conflict when the collection has the address already."""
    check_curator(member)
    last = max((item.position for item in collection.items), default=0)
    item = Item(position=last + 1, added_at=now)
    _refer(collection, item, reference, now)
    collection.items.append(item)
    session.flush()
    events.record(session, CollectionChanged(collection))
    return item


def change_item(
    session: Session, member: Member, item: Item, reference: Reference, now: datetime
) -> Item:
    check_curator(member)
    _refer(item.collection, item, reference, now)
    events.record(session, CollectionChanged(item.collection))
    return item


def remove_item(session: Session, member: Member, item: Item, now: datetime) -> None:
    check_curator(member)
    item.collection.updated_at = now
    session.delete(item)
    events.record(session, CollectionChanged(item.collection))


def note_links(session: Session, post_id: int, urls: list[str]) -> None:
    """Remember which addresses a post points to, in the order of its text."""
    keys = dict.fromkeys(key for key in map(link_key, urls) if key)
    session.execute(delete(Link).where(Link.post_id == post_id))
    session.add_all(
        Link(post_id=post_id, key=key, position=position) for position, key in enumerate(keys)
    )


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
    item.url, item.key, item.title = reference.url, key, reference.title
    item.origin, item.note_source = reference.origin, reference.note
    item.note_html = _note_html(reference.note, "note")
    collection.updated_at = now


def _note_html(source: str, field: str) -> str:
    """Curators write the small kind of Markdown."""
    try:
        return markup.comment_html(source)
    except Invalid as refusal:
        raise Invalid(refusal.sentence, field) from refusal


def _behind_last(session: Session) -> int:
    return (session.scalar(select(func.max(Collection.position))) or 0) + 1
