"""Which collections show what was uploaded, or link to it, in their introduction or a note."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, or_, select, union_all
from sqlalchemy.orm import Session

from app.lib import markup
from app.resources.models import Collection, Item

MOST_USES = 200


def of_media(session: Session, name: str) -> Sequence[Row]:
    """Slugs and titles of the collections that name the upload."""
    address = f'"/media/{name}'
    in_notes = select(Item.collection_id).where(Item.note_html.contains(address, autoescape=True))
    in_intro = Collection.intro_html.contains(address, autoescape=True)
    rows = select(Collection.slug, Collection.title)
    rows = rows.where(or_(in_intro, Collection.id.in_(in_notes)))
    return session.execute(rows.order_by(Collection.position, Collection.id).limit(MOST_USES)).all()


def media_named(session: Session, names: Iterable[str]) -> set[str]:
    """Those of the uploads that some collection names."""
    texts = (
        select(column).where(column.contains('"/media/', autoescape=True))
        for column in (Item.note_html, Collection.intro_html)
    )
    found = (markup.media_names(html) for html in session.scalars(union_all(*texts)))
    return set(names) & {name for names_in_text in found for name in names_in_text}
