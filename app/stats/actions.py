"""Adding up what was read, and closing the days that are over."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Insert, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.comments import queries as comments
from app.lib import tokens
from app.lib.db import Base, is_sqlite
from app.members import queries as members
from app.posts import queries as posts
from app.site import settings
from app.stats.models import Day, Poller, PostViews, Referrals, Salt, Subscribers
from app.stats.rules import SELF, Batch, bounds, day_of, digest

Row = dict[str, Any]
COUNT_DAYS = "count the days"
DROP_SALTS = "drop old salts"
# A year, and what the pages that show one need beside it. `Day` is kept for good.
KEPT_FOR = timedelta(days=400)
# More hosts than that in a day are made up, or of use to nobody.
MOST_HOSTS = 500


def add(session: Session, batch: Batch, now: datetime) -> None:
    """Add what was heard in the last seconds to the counts of today."""
    today = day_of(now, settings.site(session).zone)
    _add_views(session, batch.views, today)
    _add_referrers(session, batch.referrers, today)
    rows = [
        {"day": today, "feed": feed, "reader": reader, "source": source, "count": count}
        for (feed, reader, source), count in sorted(batch.told.items())
    ]
    _put(session, Subscribers, rows, "count", largest=True)
    _add_pollers(session, batch.polls, today)


def count_days(session: Session, now: datetime) -> None:
    """Count what is not counted as it happens, for each day of the last year that is over and was
    not counted yet; and forget what is older than we show."""
    zone = settings.site(session).zone
    today = day_of(now, zone)
    first = today - timedelta(days=366)
    rows = select(Day.day).where(Day.day >= first, Day.comments.is_not(None))
    known = set(session.scalars(rows))
    days = (first + timedelta(days=n) for n in range((today - first).days))
    for day in days:
        if day not in known:
            _close(session, day, zone)
    for model in (PostViews, Referrals, Subscribers):
        session.execute(delete(model).where(model.day < today - KEPT_FOR))


def drop_salts(session: Session, now: datetime) -> None:
    """Forget whom the digests of days that are over stand for."""
    today = day_of(now, settings.site(session).zone)
    for model in (Salt, Poller):
        session.execute(delete(model).where(model.day < today))


def _close(session: Session, day: date, zone: str) -> None:
    start, end = bounds(day, zone)
    told = select(func.sum(Subscribers.count)).where(Subscribers.day == day)
    row = {
        "day": day,
        "views": 0,
        "comments": comments.how_many(session, start, end),
        "members": members.how_many(session, start, end),
        "subscribers": session.scalar(told) or 0,
    }
    statement = _insert(session, Day).values(row)
    counted = {name: row[name] for name in ("comments", "members", "subscribers")}
    session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=counted))


def _add_views(session: Session, views: Counter[str], today: date) -> None:
    if not views:
        return
    _put(session, Day, [{"day": today, "views": views.total()}], "views")
    ids = posts.ids_at(session, [path.removeprefix("/") for path in views])
    rows = [
        {"day": today, "post_id": id, "views": views[f"/{path}"]}
        for path, id in sorted(ids.items(), key=lambda found: found[1])
    ]
    _put(session, PostViews, rows, "views")


def _add_referrers(session: Session, referrers: Counter[str], today: date) -> None:
    if not referrers:
        return
    here = select(Referrals.host).where(Referrals.day == today)
    known = set(session.scalars(here))
    room = max(0, MOST_HOSTS - len(known))
    new = [host for host, _ in referrers.most_common() if host not in known][:room]
    hosts = sorted({*new, *(known & referrers.keys())})
    rows = [{"day": today, "host": host, "views": referrers[host]} for host in hosts]
    _put(session, Referrals, rows, "views")


def _add_pollers(session: Session, polls: Iterable[tuple[str, str]], today: date) -> None:
    """Count who has not been here today yet."""
    if not polls:
        return
    salt = _salt(session, today)
    feeds = {digest(salt, feed, address): feed for feed, address in polls}
    rows = [{"day": today, "digest": made} for made in sorted(feeds)]
    insert = _insert(session, Poller).on_conflict_do_nothing().returning(Poller.digest)
    new: defaultdict[str, int] = defaultdict(int)
    for made in session.scalars(insert, rows):
        new[feeds[made]] += 1
    counts = [
        {"day": today, "feed": feed, "reader": SELF, "source": "", "count": count}
        for feed, count in sorted(new.items())
    ]
    _put(session, Subscribers, counts, "count")


def _salt(session: Session, today: date) -> str:
    """Today's, which the first to ask makes; those of other days are dropped with what they
    were for."""
    found = select(Salt.salt).where(Salt.day == today)
    salt = session.scalar(found)
    if salt is None:
        for model in (Salt, Poller):
            session.execute(delete(model).where(model.day < today))
        new = _insert(session, Salt).values(day=today, salt=tokens.new())
        session.execute(new.on_conflict_do_nothing())
        salt = session.scalars(found).one()
    return salt


def _put(
    session: Session, model: type[Base], rows: list[Row], counted: str, *, largest: bool = False
) -> None:
    """Insert the rows, or add what they count to those that are there; with `largest`, keep the
    larger of the two. In the order of their keys, so that no two processes wait for each other."""
    if not rows:
        return
    insert = _insert(session, model)
    old, new = getattr(model, counted), insert.excluded[counted]
    more = _larger(session)(old, new) if largest else old + new
    keys = [column.name for column in model.__table__.primary_key]
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_={counted: more}), rows)


def _larger(session: Session) -> Any:
    return func.max if is_sqlite(session) else func.greatest


def _insert(session: Session, model: type[Base]) -> Insert:
    return (sqlite.insert if is_sqlite(session) else postgresql.insert)(model)
