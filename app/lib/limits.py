"""How often something may be done, counted in the database so that every process and every
restart sees the same count."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, String, bindparam, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.lib.db import Base, UTCDateTime, is_sqlite
from app.lib.errors import TooMany
from app.lib.prepared import Prepared
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
    take_all(session, (limit,), key, now)


def take_all(session: Session, limits: tuple[Limit, ...], key: str, now: datetime) -> None:
    """Count once more under each of the limits, in one statement; raises as above."""
    values: dict[str, Any] = {"now": now}
    for n, limit in enumerate(limits):
        values[f"key_{n}"] = _name(limit, key)
        values[f"until_{n}"] = now + timedelta(seconds=limit.seconds)
    counting = _counting(is_sqlite(session), len(limits))
    counted = {row.key: row for row in counting.rows(session, **values)}
    for limit in limits:
        _check(counted[_name(limit, key)], limit, now)


def _check(counted: Row, limit: Limit, now: datetime) -> None:
    if counted.count > limit.most:
        wait = math.ceil((counted.ends_at - now).total_seconds())
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
def _counting(is_in_sqlite: bool, limits: int) -> Prepared:
    """Built once, since it stands before every comment and every try to sign in."""
    now = bindparam("now", type_=UTCDateTime())
    keys = [bindparam(f"key_{n}", type_=String()) for n in range(limits)]
    ends = [bindparam(f"until_{n}", type_=UTCDateTime()) for n in range(limits)]
    rows = [(key, 1, now, end) for key, end in zip(keys, ends, strict=True)]
    insert = sqlite.insert if is_in_sqlite else postgresql.insert
    statement = insert(Count.__table__).values(rows)
    new, is_over = statement.excluded, Count.ends_at <= now
    statement = statement.on_conflict_do_update(
        index_elements=[Count.key],
        set_={
            "count": case((is_over, 1), else_=Count.count + 1),
            "started_at": case((is_over, new.started_at), else_=Count.started_at),
            "ends_at": case((is_over, new.ends_at), else_=Count.ends_at),
        },
    )
    return Prepared(statement.returning(Count.key, Count.count, Count.ends_at))
