"""The outbox: letters that have not left yet, and those that never could."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base, Id, WideInteger


class Owed(Base):
    """A letter that is owed; the row goes when the letter has gone."""

    __tablename__ = "letters"

    id: Mapped[Id]
    # Whom it is to, so that it is forgotten with them; none for who is no member.
    member_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(String(254), index=True)
    content: Mapped[str] = mapped_column(Text)
    owed_at: Mapped[datetime]
