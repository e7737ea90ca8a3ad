"""Collections, their items, and the links that posts hold."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib.db import Base, Id, WideInteger


class Collection(Base):
    __tablename__ = "collections"
    __table_args__ = (Index(None, "position", "id"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    intro_source: Mapped[str] = mapped_column(Text, default="")
    intro_html: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    items: Mapped[list["Item"]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="Item.position, Item.id",
        back_populates="collection",
    )


class Item(Base):
    __tablename__ = "items"
    __table_args__ = (
        Index(None, "collection_id", "position", "id"),
        Index(None, "added_at", "id"),
    )

    id: Mapped[Id]
    collection_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("collections.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000))
    # The address without what does not tell two pages apart; see rules.link_key.
    key: Mapped[str] = mapped_column(String(500), index=True)
    title: Mapped[str] = mapped_column(String(300))
    origin: Mapped[str] = mapped_column(String(200), default="")
    note_source: Mapped[str] = mapped_column(Text, default="")
    note_html: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]

    collection: Mapped[Collection] = relationship(lazy="raise", back_populates="items")


class Link(Base):
    """A post points to an address, known by its key; `position` is its place in the text."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "key", "post_id"),)

    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    position: Mapped[int]
