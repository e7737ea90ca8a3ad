"""Making tags as posts name them."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lib.db import is_sqlite
from app.lib.slugs import slug
from app.tags.models import Tag


def named(session: Session, names: list[str]) -> list[Tag]:
    """The tags of these names in their order; those that are new are made."""
    if not names:
        return []
    rows = [{"slug": slug(name), "name": name} for name in names]
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    session.execute(insert(Tag).values(rows).on_conflict_do_nothing(index_elements=[Tag.slug]))
    slugs = [row["slug"] for row in rows]
    tags = {tag.slug: tag for tag in session.scalars(select(Tag).where(Tag.slug.in_(slugs)))}
    return [tags[slug] for slug in slugs]
