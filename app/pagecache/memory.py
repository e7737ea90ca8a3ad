"""What a process remembers of the public content between requests, as of one version of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from app.lib.db import Database

T = TypeVar("T")
Read = Callable[[Session, datetime], tuple[T, datetime | None]]


class Memory(Generic[T]):
    """What `read` finds, and until when it holds; read anew when the version is another or that
    moment has come."""

    def __init__(self, database: Database, version: Callable[[], int], read: Read):
        self._database = database
        self._version = version
        self._read = read
        self._known: tuple[int, datetime, datetime | None, T] | None = None

    def get(self, now: datetime) -> T:
        version = self._version()
        # Looked at once: a thread that was slow may put what is older in its place at any time.
        known = self._known
        if known is None or not _holds(known, version, now):
            # In a session of its own, opened after the version was read: one that the request
            # has had open for longer could still see what was before.
            with self._database.reading() as session:
                found, until = self._read(session, now)
            known = self._known = (version, now, until, found)
        return known[3]


def _holds(known: tuple, version: int, now: datetime) -> bool:
    """Not before the moment it was read for either: a request that came just before something
    opened is not to be told when the next thing after that opens."""
    as_of, since, until, _ = known
    return as_of == version and since <= now and (until is None or now < until)
