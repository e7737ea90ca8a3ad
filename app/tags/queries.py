"""Finding tags."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lib.errors import NotFound
from app.tags.models import Tag


def by_slug(session: Session, slug: str) -> Tag:
    tag = session.scalar(select(Tag).where(Tag.slug == slug))
    if tag is None:
        raise NotFound("Nothing is filed under this tag.")
    return tag


def all_names(session: Session, most: int) -> list[str]:
    return list(session.scalars(select(Tag.name).order_by(Tag.slug).limit(most)))
