"""What a process remembers of the public content between requests, as of one content version."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from app.lib.db import Database
from app.pagecache.version import Version

T = TypeVar("T")
Read = Callable[[Session, datetime], tuple[T, datetime | None]]


class Memory(Generic[T]):
    """What `read` finds, and until when it holds; read anew when the content version is another
    or that moment has come."""

    def __init__(self, database: Database, version: Version, read: Read):
        self._database = database
        self._version = version
        self._read = read
        self._known: tuple[int, datetime | None, T] | None = None

    def get(self, now: datetime) -> T:
        version = self._version.now()
        # Looked at once: a thread that was slow may put what is older in its place at any time.
        known = self._known
        if known is None or not _holds(known, version, now):
            # In a session of its own, opened after the version was read: one that the request
            # has had open for longer could still see what was before.
            with self._database.reading() as session:
                found, until = self._read(session, now)
            known = self._known = (version, until, found)
        return known[2]


def _holds(known: tuple, version: int, now: datetime) -> bool:
    return known[0] == version and (known[1] is None or now < known[1])
