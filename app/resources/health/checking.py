"""Looking at the addresses of resources, one after the other and none of a host more than once in a
second, in however many processes. It goes out, so no session is open meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app import events
from app.lib import clock, limits
from app.lib.db import Database
from app.lib.errors import TooMany
from app.lib.fetch import Answer, Fetcher
from app.lib.patience import Failed, Forbidden
from app.resources.events import CollectionChanged
from app.resources.health.rules import Finding, Health, Kind, after, finding, next_check
from app.resources.models import Collection, Item
from app.resources.rules import link_key

CHECK = "check links"
PACE = limits.Limit("link-check", 1, 1)
# A page is asked for whole only where its head alone is refused, and then its beginning will do.
ENOUGH = 64 * 1024
# Of the worker's time at once: the thread that does this carries letters as well.
SECONDS_AT_ONCE = 5
LONGEST_TROUBLE = 200
HEALTH = ("failures", "failing_since", "recoveries", "broken_since", "trouble")


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what was found."""

    title: str
    url: str
    found: Finding
    is_broken: bool


class Checker:
    def __init__(self, fetcher: Fetcher, pause: Callable[[float], None] = clock.pause):
        self._fetcher = replace(fetcher, most_bytes=ENOUGH)
        self._pause = pause

    def run(self, database: Database, _payload: dict[str, Any], now: datetime) -> None:
        """Look at what is due, for a while; what the worker calls."""
        until = clock.ticks() + SECONDS_AT_ONCE
        while clock.ticks() < until and self.check_next(database, now):
            pass

    def check_next(self, database: Database, now: datetime) -> Checked | None:
        """Look at the resource that has been due for longest; None when none is."""
        with database.reading() as session:
            item = session.scalar(due(now).limit(1))
        if item is None:
            return None
        found = self._look(database, item.url)
        with database.writing() as session:
            return _note(session, item, found, now)

    def _look(self, database: Database, url: str) -> Finding:
        fetcher = replace(self._fetcher, before=lambda host: self._wait(database, host))
        try:
            answer = fetcher.head(url)
            found = _understood(answer)
            if found.kind == Kind.LATER or answer.status < 300:
                return found
        except Forbidden as failure:
            return Finding(Kind.UNKNOWN, failure.reason)
        except Failed:
            pass  # Some servers know of GET alone, as they do when they refuse the head.
        try:
            return _understood(fetcher.get(url))
        except Forbidden as failure:
            return Finding(Kind.UNKNOWN, failure.reason)
        except Failed as failure:
            return Finding(Kind.BAD, failure.reason)

    def _wait(self, database: Database, host: str) -> None:
        """Until nobody of this house has asked the host for a second."""
        while True:
            try:
                with database.writing() as session:
                    return limits.take(session, PACE, host, clock.now())
            except TooMany as refusal:
                self._pause(refusal.retry_after)


def due(now: datetime):
    """What is to be looked at, what has waited longest first."""
    rows = select(Item).where(Item.next_check_at <= now)
    return rows.order_by(Item.next_check_at, Item.id)


def make_due(session: Session, now: datetime) -> None:
    """Have all of them looked at."""
    session.execute(update(Item).values(next_check_at=now))


def _understood(answer: Answer) -> Finding:
    wait = _wait_of(answer.headers.get("Retry-After", ""))
    return finding(answer.status, wait, answer.moved_to)


def _wait_of(said: str) -> timedelta | None:
    """Seconds or a date (RFC 9110 §10.2.3)."""
    said = said.strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:9]), 10**8))
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(timedelta(), at.replace(tzinfo=at.tzinfo or UTC) - clock.now())


def _note(session: Session, seen: Item, found: Finding, now: datetime) -> Checked | None:
    """Keep what was found, unless the resource has gone or got another address meanwhile."""
    item = session.get(Item, seen.id, with_for_update=True)
    if item is None or item.url != seen.url:
        return Checked(seen.title, seen.url, found, False)
    was_broken = item.broken_since is not None
    health = after(Health(*(getattr(item, name) for name in HEALTH)), found, now)
    for name in HEALTH:
        setattr(item, name, getattr(health, name))
    item.trouble = item.trouble[:LONGEST_TROUBLE]
    item.checked_at = now
    item.next_check_at = next_check(health, found, item.id, now)
    if found.kind == Kind.WELL:
        _note_move(item, found.moved_to, now)
    if found.kind == Kind.LATER:
        _leave_alone(session, item.key, now + found.wait)
    is_broken = item.broken_since is not None
    if is_broken != was_broken:
        collection = session.get_one(Collection, item.collection_id)
        events.record(session, CollectionChanged(collection))
    return Checked(item.title, item.url, found, is_broken)


def _note_move(item: Item, moved_to: str, now: datetime) -> None:
    """Where it leads for good; said once, however often it is found."""
    is_other = link_key(moved_to) not in (None, item.key) and len(moved_to) <= 2000
    moved_to = moved_to if is_other else ""
    if moved_to != item.moved_to:
        item.moved_to, item.moved_at = moved_to, now if moved_to else None


def _leave_alone(session: Session, key: str, until: datetime) -> None:
    """Ask nothing of a host that wants to be left alone."""
    host = key.partition("/")[0].partition("?")[0]
    of_host = or_(Item.key == host, Item.key.startswith(f"{host}/", autoescape=True))
    rows = update(Item).where(of_host, Item.next_check_at < until)
    session.execute(rows.values(next_check_at=until))
