"""A tag is a name as its first author wrote it, and a slug by which it is one and the same."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base, Id


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
