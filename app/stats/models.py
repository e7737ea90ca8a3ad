"""Counts by day, in the site's zone. No row tells of one reader; those of Poller, which could
with the salt beside them, are dropped together with it when their day is over."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.lib.db import Base, WideInteger


class Day(Base):
    """What happened in the whole blog. All but `views` is counted when the day is over."""

    __tablename__ = "days"

    day: Mapped[date] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int | None]
    members: Mapped[int | None]
    subscribers: Mapped[int | None]


class PostViews(Base):
    __tablename__ = "post_views"
    # No index by post: SQLite would enter it to add up by post, and go through all days.

    day: Mapped[date] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    views: Mapped[int]


class Referrals(Base):
    """How many came from another site, by the host of its address alone."""

    __tablename__ = "referrals"

    day: Mapped[date] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(100), primary_key=True)
    views: Mapped[int]


class Subscribers(Base):
    """How many read a feed by one feed reader. `feed` is the address without its suffix, `source`
    what tells apart the feeds that one reader fetches there. Those who come for themselves have
    `reader` SELF and are counted together."""

    __tablename__ = "subscribers"

    day: Mapped[date] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(String(100), primary_key=True)
    reader: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]


class Poller(Base):
    """Somebody who asked for a feed today: a digest that is salted anew each day."""

    __tablename__ = "pollers"

    day: Mapped[date] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)


class Salt(Base):
    """In the database, so that all processes make the same digests, also after a restart."""

    __tablename__ = "salts"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
