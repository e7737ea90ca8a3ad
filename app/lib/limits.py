"""How often something may be done, counted in the database so that every process and every
restart sees the same count."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Insert, String, bindparam, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.lib.db import Base, UTCDateTime, is_sqlite
from app.lib.errors import TooMany
from app.lib.tokens import digest


class Count(Base):
    __tablename__ = "counts"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Limit:
    """At most `most` times in `seconds`, counted from the first time."""

    name: str
    most: int
    seconds: int


def take(session: Session, limit: Limit, key: str, now: datetime) -> None:
    """Count once more; raises TooMany when that is once too often."""
    until = now + timedelta(seconds=limit.seconds)
    values = {"name": _name(limit, key), "now": now, "until": until}
    count, ends_at = session.execute(_counting(is_sqlite(session)), values).one()
    if count > limit.most:
        wait = math.ceil((ends_at - now).total_seconds())
        raise TooMany(f"That was too often. Please try again in {in_words(wait)}.", wait)


def clear(session: Session, limit: Limit, key: str) -> None:
    session.execute(delete(Count).where(Count.key == _name(limit, key)))


def forget(session: Session, now: datetime) -> None:
    """Remove the counts whose time is over."""
    session.execute(delete(Count).where(Count.ends_at < now))


def in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds / 3600)} hours"


def _name(limit: Limit, key: str) -> str:
    # Keys are addresses and names of people: only a digest of them is kept.
    return f"{limit.name}:{digest(key)[:40]}"


@cache
def _counting(is_in_sqlite: bool) -> Insert:
    """Built once: it stands before every comment and every try to sign in."""
    insert = sqlite.insert if is_in_sqlite else postgresql.insert
    now, until = (bindparam(name, type_=UTCDateTime()) for name in ("now", "until"))
    statement = insert(Count).values(key=bindparam("name"), count=1, started_at=now, ends_at=until)
    is_over = Count.ends_at <= now
    return statement.on_conflict_do_update(
        index_elements=[Count.key],
        set_={
            "count": case((is_over, 1), else_=Count.count + 1),
            "started_at": case((is_over, now), else_=Count.started_at),
            "ends_at": case((is_over, until), else_=Count.ends_at),
        },
    ).returning(Count.count, Count.ends_at)
