"""In how many of the decided comments each word stood."""

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
