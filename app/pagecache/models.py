"""The content version: one number that every public change raises. And what it was when anything
but a discussion, and when a setting, was changed last."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base


class Content(Base):
    __tablename__ = "content"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    texts: Mapped[int] = mapped_column(BigInteger, default=1)
    # As of the last change that told how far it reaches. The release before this knew only the
    # version, and may run beside it for a while.
    traced: Mapped[int] = mapped_column(BigInteger, default=1)
    settings: Mapped[int] = mapped_column(BigInteger, default=1)
