"""What a moderator has to look at, who reported what, and the log of who did what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.comments.models import Comment
from app.lib.db import Base, Id, WideInteger, choice
from app.members.models import Member


class Kind(StrEnum):
    WAITING = "waiting"
    REPORTED = "reported"


class Reason(StrEnum):
    """Why a member reports a comment."""

    SPAM = "spam"
    HURTFUL = "hurtful"
    UNLAWFUL = "unlawful"
    OTHER = "other"


class Deed(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    HIDE = "hide"
    SHOW = "show"
    KEEP = "keep"
    SUSPEND = "suspend"
    # What so many reports do by themselves.
    PUT_ASIDE = "put-aside"


class Case(Base):
    """A comment that somebody has to look at. The row goes when somebody has."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "kind", "rank", "comment_id"),
        Index(None, "post_author_id", "kind", "rank", "comment_id"),
    )

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    # Whose it is beside the owner's; nobody's when the comment is the post's author's own.
    post_author_id: Mapped[int | None] = mapped_column(WideInteger, ForeignKey("members.id"))
    why: Mapped[str] = mapped_column(String(200), default="")
    # What comes first has the lowest.
    rank: Mapped[int]
    since_at: Mapped[datetime]

    comment: Mapped[Comment] = relationship(lazy="raise")


class Entry(Base):
    """One deed, kept. What it was before is there so that it can be undone."""

    __tablename__ = "moderation_log"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "post_author_id", "at", "id"),
        Index(None, "by_id", "press"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    # None for what the house did by itself.
    by_id: Mapped[int | None] = mapped_column(WideInteger, ForeignKey("members.id"))
    deed: Mapped[Deed] = mapped_column(choice(Deed))
    comment_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="SET NULL"), index=True
    )
    # Whose comment it was, or who was suspended; None where a page elsewhere said it.
    member_id: Mapped[int | None] = mapped_column(WideInteger, ForeignKey("members.id"))
    post_author_id: Mapped[int | None] = mapped_column(WideInteger, ForeignKey("members.id"))
    # The key of the form: all deeds of one press of a button have the same.
    press: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(300), default="")
    was: Mapped[str] = mapped_column(String(20))
    was_at: Mapped[datetime]
    case_kind: Mapped[Kind | None] = mapped_column(choice(Kind))
    case_why: Mapped[str] = mapped_column(String(200), default="")
    letter_id: Mapped[int | None] = mapped_column(WideInteger)
    undone_at: Mapped[datetime | None]

    by: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=by_id)
    member: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=member_id)
    comment: Mapped[Comment | None] = relationship(lazy="raise")


class Report(Base):
    """A member's report of a comment, once each. It is open until a moderator has settled it."""

    __tablename__ = "reports"

    comment_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(WideInteger, ForeignKey("members.id"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(choice(Reason))
    words: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(WideInteger, ForeignKey("moderation_log.id"))

    member: Mapped[Member] = relationship(lazy="raise")
