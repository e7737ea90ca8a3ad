"""Collections, their items with what is known of their health, and the links that posts and
comments hold."""

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


class OldCollection(Base):
    """The name in the address of a collection that was taken away, and the one that has its
    resources now, if any has."""

    __tablename__ = "old_collections"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    collection_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("collections.id", ondelete="SET NULL"), index=True
    )


class Item(Base):
    __tablename__ = "items"
    __table_args__ = (
        Index(None, "collection_id", "position", "id"),
        Index(None, "added_at", "id"),
        Index(None, "next_check_at", "id"),
        Index(None, "broken_since", "id"),
        Index(None, "moved_at", "id"),
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
    # What checking found; see health.rules.
    next_check_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    recoveries: Mapped[int] = mapped_column(default=0)
    broken_since: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(200), default="")
    # Where the address leads for good; the moment is none when the curator wants the old one kept.
    moved_to: Mapped[str] = mapped_column(String(2000), default="")
    moved_at: Mapped[datetime | None]

    collection: Mapped[Collection] = relationship(lazy="raise", back_populates="items")


class Link(Base):
    """A post points to an address, known by its key, in these words; `position` is its place in the
    text."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "key", "post_id"),)

    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    position: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000), default="")
    words: Mapped[str] = mapped_column(String(200), default="")


class CommentLink(Base):
    """A public comment points to an address. What is not public any more has none; the post and
    the number say where the comment stands."""

    __tablename__ = "comment_links"
    __table_args__ = (Index(None, "key", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000))
    words: Mapped[str] = mapped_column(String(200))


class Target(Base):
    """What posts or comments point to, once however often. Who may know of it follows from who
    points there."""

    __tablename__ = "targets"
    __table_args__ = (Index(None, "spoken_at", "id"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(500), unique=True)
    # The newest publication of what points there, public or not.
    spoken_at: Mapped[datetime]
