"""In how many of the decided comments each word stood, and what a service says of texts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base


class Word(Base):
    """A word with the number of wanted and of unwanted comments that it stood in. The row of the
    empty word counts the comments themselves."""

    __tablename__ = "spam_words"

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    wanted: Mapped[int]
    unwanted: Mapped[int]


class Opinion(Base):
    """Whether a service takes a text for spam; the text is known by its digest alone."""

    __tablename__ = "spam_opinions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_spam: Mapped[bool]
    said_at: Mapped[datetime] = mapped_column(index=True)
