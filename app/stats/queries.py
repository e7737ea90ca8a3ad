"""What the overview shows: figures by day, and what and who stands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.comments import queries as comments
from app.lib.db import plain_rows
from app.members import queries as members
from app.posts.models import Post, State
from app.stats.models import Day, PostViews, Referrals, Subscribers
from app.stats.rules import SELF, bounds

# Days that the worker may not have counted yet: today, and yesterday for an hour.
OPEN_DAYS = 2


@dataclass(frozen=True)
class Figures:
    day: date
    views: int = 0
    comments: int = 0
    members: int = 0
    subscribers: int = 0


@dataclass(frozen=True)
class Feed:
    """`readers` are (name, count), the most first; SELF are those who come for themselves."""

    address: str
    count: int
    readers: tuple[tuple[str, int], ...]


def by_day(session: Session, today: date, days: int, zone: str) -> list[Figures]:
    """The last so many days, the oldest first; those that are not over as far as they have come."""
    first = today - timedelta(days=days - 1)
    rows = plain_rows(session, select(*Day.__table__.columns).where(Day.day >= first))
    known = {row.day: row for row in rows}
    return [
        _figures(session, day, known.get(day), zone, is_open=day > today - timedelta(OPEN_DAYS))
        for day in (first + timedelta(days=n) for n in range(days))
    ]


def top_posts(session: Session, since: date, now: datetime, size: int) -> Sequence[Row]:
    """Title, path and views of the posts and pages that were read most."""
    total = func.sum(PostViews.views)
    read = select(PostViews.post_id, total.label("views")).where(PostViews.day >= since)
    read = read.group_by(PostViews.post_id).order_by(total.desc(), PostViews.post_id)
    # More than are shown, since some may be withdrawn meanwhile.
    most = read.limit(size * 2).subquery()
    rows = select(Post.title, Post.path, most.c.views).join_from(most, Post, Post.id == most.c[0])
    rows = rows.where(Post.state == State.PUBLISHED, Post.published_at <= now)
    return plain_rows(session, rows.order_by(most.c.views.desc(), Post.id).limit(size))


def referrers(session: Session, since: date, size: int) -> Sequence[Row]:
    total = func.sum(Referrals.views)
    rows = select(Referrals.host, total.label("views")).where(Referrals.day >= since)
    rows = rows.group_by(Referrals.host).order_by(total.desc(), Referrals.host)
    return plain_rows(session, rows.limit(size))


def feeds(session: Session, today: date) -> list[Feed]:
    """Who subscribes to each feed: on the last whole day, or today where that is more already."""
    rows = select(*Subscribers.__table__.columns)
    rows = plain_rows(session, rows.where(Subscribers.day >= today - timedelta(days=1)))
    by_feed: dict[str, dict[date, dict[str, int]]] = {}
    for row in rows:
        readers = by_feed.setdefault(row.feed, {}).setdefault(row.day, {})
        readers[row.reader] = readers.get(row.reader, 0) + row.count
    found = [_feed(address, list(days.values())) for address, days in by_feed.items()]
    return sorted(found, key=lambda feed: (-feed.count, feed.address))


def _feed(address: str, days: list[dict[str, int]]) -> Feed:
    readers = max(days, key=lambda readers: sum(readers.values()))
    ordered = sorted(readers.items(), key=lambda one: (one[0] == SELF, -one[1], one[0]))
    return Feed(address, sum(readers.values()), tuple(ordered))


def _figures(session: Session, day: date, row: Row | None, zone: str, *, is_open: bool) -> Figures:
    if row is not None and row.comments is not None:
        return Figures(day, row.views, row.comments, row.members, row.subscribers)
    if not is_open:
        return Figures(day, row.views if row else 0)
    start, end = bounds(day, zone)
    told = select(func.sum(Subscribers.count)).where(Subscribers.day == day)
    return Figures(
        day,
        row.views if row else 0,
        comments.how_many(session, start, end),
        members.how_many(session, start, end),
        session.scalar(told) or 0,
    )
