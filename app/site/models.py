"""The one row of what the owner may set."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base, choice


class Membership(StrEnum):
    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"


class Moderation(StrEnum):
    """Which comments wait for a moderator before the public sees them."""

    AT_ONCE = "at-once"
    FIRST = "first"
    ALL = "all"


class Site(Base):
    __tablename__ = "site"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), default="Commonplace")
    tagline: Mapped[str] = mapped_column(String(250), default="")
    language: Mapped[str] = mapped_column(String(20), default="en")
    zone: Mapped[str] = mapped_column(String(60), default="UTC")
    membership: Mapped[Membership] = mapped_column(choice(Membership), default=Membership.OPEN)
    moderation: Mapped[Moderation] = mapped_column(choice(Moderation), default=Moderation.AT_ONCE)
    # Between commas. A comment with one of them waits, or with more links than `most_links`.
    waiting_words: Mapped[str] = mapped_column(String(2000), default="")
    most_links: Mapped[int] = mapped_column(default=5)
    # So many members hide a comment until a person has looked; with 0 none do.
    reports_to_hide: Mapped[int] = mapped_column(default=3)
    posts_per_page: Mapped[int] = mapped_column(default=10)
    # The host of the day the blog was set up. Feed ids are made with it, so it never changes.
    authority: Mapped[str] = mapped_column(String(253), default="")
