"""Taking a collection away, with its resources or after they have moved. What was public under its
address answers there for good."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Gone, Invalid, Moved, NotFound
from app.members.models import Member
from app.resources import queries
from app.resources.actions import put_last
from app.resources.events import CollectionChanged
from app.resources.models import Collection, OldCollection
from app.resources.rules import check_curator
from app.site import links

GONE = "This collection was taken away by those who kept it."
NOT_SURE = "Choose where its resources move, or tick the box if they shall go with it."
NO_OTHER = "The collection to which they should move is not there any more. Choose another."


def remove_collection(
    session: Session, member: Member, slug: str, to_slug: str, is_sure: bool, now: datetime
) -> Collection | None:
    """Its resources move behind those of the other, but for what that has already; without
    another they go, which takes `is_sure`. The other one, if there is one."""
    check_curator(member)
    collection, to = _both(session, slug, to_slug)
    if to is not None:
        _move_all(collection, to, now)
    elif collection.items and not is_sure:
        raise Invalid(NOT_SURE, "is_sure")
    heir = to.id if to else None
    led_here = update(OldCollection).where(OldCollection.collection_id == collection.id)
    session.execute(led_here.values(collection_id=heir))
    session.add(OldCollection(slug=slug, collection_id=heir))
    session.delete(collection)
    session.flush()
    events.record(session, CollectionChanged(collection))
    return to


def for_readers(session: Session, slug: str) -> Collection:
    """The collection at an address; raises NotFound, Gone, or Moved to where its resources are."""
    try:
        return queries.collection(session, slug)
    except NotFound:
        old = session.get(OldCollection, slug)
        if old is None:
            raise
        rows = select(Collection).where(Collection.id == old.collection_id)
        heir = session.scalar(rows) if old.collection_id else None
        if heir is None:
            raise Gone(GONE) from None
        here = links.collection(old)
        raise Moved(here.removeprefix("/"), links.collection(heir).removeprefix("/")) from None


def _both(session: Session, slug: str, to_slug: str) -> tuple[Collection, Collection | None]:
    """The two, locked in the order of their names, so that nobody waits for who waits for them."""
    found = {}
    for name in sorted({slug, to_slug} - {""}):
        try:
            found[name] = queries.collection(session, name, for_change=True)
        except NotFound as error:
            if name == slug:
                raise
            raise Invalid(NO_OTHER, "to") from error
    if slug == to_slug:
        raise Invalid("They are in this collection already. Choose another.", "to")
    return found[slug], found.get(to_slug)


def _move_all(collection: Collection, to: Collection, now: datetime) -> None:
    there = {item.key for item in to.items}
    for item in list(collection.items):
        if item.key not in there:
            collection.items.remove(item)
            put_last(to, item)
    to.updated_at = now
