"""The one row of what the owner may set."""

from enum import StrEnum
from functools import cached_property

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base, choice
from app.site.theme import Theme


class Membership(StrEnum):
    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"


class Face(StrEnum):
    SERIF = "serif"
    SANS = "sans"


class Robots(StrEnum):
    """Whether search engines and other crawlers may come."""

    WELCOME = "welcome"
    NONE = "none"


class Moderation(StrEnum):
    """Which comments wait for a moderator before the public sees them."""

    AT_ONCE = "at-once"
    FIRST = "first"
    ALL = "all"


class ToldWaiting(StrEnum):
    """Who gets letters about comments that wait."""

    BOTH = "both"
    OWNERS = "owners"
    AUTHOR = "author"
    NOBODY = "nobody"


class ToldMembers(StrEnum):
    """Of which new members owners get a letter."""

    NOBODY = "nobody"
    WAITING = "waiting"
    ALL = "all"


class ToldFailed(StrEnum):
    """Who gets a letter about letters that could not be sent."""

    OWNERS = "owners"
    NOBODY = "nobody"


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
    told_waiting: Mapped[ToldWaiting] = mapped_column(choice(ToldWaiting), default=ToldWaiting.BOTH)
    told_members: Mapped[ToldMembers] = mapped_column(
        choice(ToldMembers), default=ToldMembers.WAITING
    )
    told_failed: Mapped[ToldFailed] = mapped_column(choice(ToldFailed), default=ToldFailed.OWNERS)
    posts_per_page: Mapped[int] = mapped_column(default=10)
    # Colours such as #25459b; with none it is ours.
    accent: Mapped[str] = mapped_column(String(7), default="")
    accent_dark: Mapped[str] = mapped_column(String(7), default="")
    face: Mapped[Face] = mapped_column(choice(Face), default=Face.SERIF)
    # At the head of the front page: how texts name the upload, and what is made of it.
    header_picture: Mapped[str] = mapped_column(String(40), default="")
    header_html: Mapped[str] = mapped_column(Text, default="")
    # A line a link: words, a stroke, an address.
    menu_links: Mapped[str] = mapped_column(Text, default="")
    footer_text: Mapped[str] = mapped_column(String(300), default="")
    robots: Mapped[Robots] = mapped_column(choice(Robots), default=Robots.WELCOME)
    # The host of the day the blog was set up. Feed ids are made with it, so it never changes.
    authority: Mapped[str] = mapped_column(String(253), default="")

    @cached_property
    def theme(self) -> Theme:
        return Theme(self.accent, self.accent_dark, self.face == Face.SANS)

    @property
    def more_links(self) -> list[tuple[str, str]]:
        """Words and address of what the owner has put into the menu."""
        lines = (line.rpartition("|") for line in self.menu_links.splitlines())
        return [(words.strip(), address.strip()) for words, _, address in lines]
