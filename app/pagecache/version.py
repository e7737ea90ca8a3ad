"""Which content is the newest. A public change raises the version inside its own transaction; a
process that has read the version may rely on it for LEASE seconds; and whoever raised it waits
that long after the commit before anybody is told that it is done. So no process answers with
what was before a change that its author knows to be made, and none has to ask for every answer.
"""

from threading import Lock

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.db import Database
from app.pagecache.models import Content

LEASE = 0.004
_RAISED = "content_raised"


def raise_version(session: Session) -> None:
    """Let all that was answered so far be asked for anew, once this transaction is committed.

    The row is written last, so that others wait for it no longer than the commit takes.
    """
    if session.info.get(_RAISED):
        return
    session.info[_RAISED] = True
    event.listen(session, "before_commit", _raise, once=True)
    event.listen(session, "after_commit", _outlast_leases, once=True)


def _raise(session: Session) -> None:
    session.flush()
    session.execute(update(Content).values(version=Content.version + 1))


def _outlast_leases(_session: Session) -> None:
    clock.pause(LEASE)


class Version:
    """The content version as this process knows it."""

    def __init__(self, database: Database):
        self._database = database
        self._query = select(Content.version)
        self._known = (0, 0.0)
        self._lock = Lock()

    def now(self) -> int:
        """The newest version, read LEASE seconds ago at most, and none older than before."""
        version, good_until = self._known
        if clock.ticks() < good_until:
            return version
        with self._lock:  # Of two threads that read, the slower may have found the older one.
            version, good_until = self._known
            started = clock.ticks()
            if started >= good_until:
                version = self._read()
                self._known = (version, started + LEASE)
        return version

    def _read(self) -> int:
        with self._database.engine.connect() as connection:
            found = connection.execution_options(reading=True).execute(self._query)
            return found.scalar_one()  # Without the row nothing would ever be renewed.
