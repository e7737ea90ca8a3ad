"""What authors have uploaded, and which posts show it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib.db import Base, Id, WideInteger, choice
from app.members.models import Member


class Kind(StrEnum):
    PICTURE = "picture"
    AUDIO = "audio"
    FILE = "file"


class Media(Base):
    """One upload. Texts name it by `name`, for as long as it is there; its files are named by
    `name` and `edition`, which is another when it is replaced, so that no file ever changes."""

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("member_id", "submission"), Index(None, "added_at", "id"))

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(16), unique=True)
    edition: Mapped[str] = mapped_column(String(8))
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    # With its dot, as in .jpg.
    suffix: Mapped[str] = mapped_column(String(8))
    mime: Mapped[str] = mapped_column(String(100))
    bytes: Mapped[int] = mapped_column(WideInteger)
    # In pixels; none for what is no picture.
    width: Mapped[int | None]
    height: Mapped[int | None]
    # How wide it is there in WebP as well, such as "480 960".
    widths: Mapped[str] = mapped_column(String(40), default="")
    alt: Mapped[str] = mapped_column(String(500), default="")
    file_name: Mapped[str] = mapped_column(String(200))
    member_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("members.id"))
    added_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    # The form it came from: the same press of a button uploads once.
    submission: Mapped[str] = mapped_column(String(64))

    member: Mapped[Member] = relationship(lazy="raise")


class Use(Base):
    """A post shows what was uploaded, or links to it; `position` is its place in the text."""

    __tablename__ = "media_uses"
    __table_args__ = (Index(None, "media_id", "post_id"),)

    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    media_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("media.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
