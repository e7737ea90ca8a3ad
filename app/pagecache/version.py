"""Which content is the newest. A public change raises the version inside its own transaction; a
process that has read the version may rely on it as long as a lease; and whoever raised it
waits that long after the commit before anybody is told that it is done. So no process answers
with what was before a change that its author knows to be made, and none has to ask for every
answer."""

from functools import cache
from threading import Lock

from sqlalchemy import BigInteger, bindparam, case, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.db import Database, afterwards, lastly
from app.lib.prepared import Prepared
from app.pagecache.models import Content

# In seconds, the same for all who share a database. Half of it is how often a process that is asked
# much looks there, all of it how much longer a change takes. A server that has to be woken where
# all processors are busy takes its time, and when the lease ends before it answers everybody waits.
LEASES = {"sqlite": 0.004, "postgresql": 0.016}
# What has changed in this unit of work, if anything has: only content, or settings as well.
_RAISED = "content_raised"


def raise_version(session: Session, settings: bool = False) -> None:
    """Let all that was answered so far be asked for anew, once this transaction is committed; and
    with `settings` these as well, which are remembered for longer.

    The row is written last, so that others wait for it no longer than the commit takes.
    """
    before = session.info.get(_RAISED)
    session.info[_RAISED] = settings or bool(before)
    if before is None:
        lastly(session, _raise)
        wait_until_known(session)


def wait_until_known(session: Session) -> None:
    """Let nobody go on before each process knows of the versions raised so far."""
    lease = LEASES[session.get_bind().dialect.name]
    afterwards(session, lambda: clock.pause(lease))


def _raise(session: Session) -> None:
    # In microseconds since 1970 if that is more: so a database that was restored, or that took
    # over from one which failed, gives no version anew for which a process has other content.
    moment = int(clock.now().timestamp() * 1_000_000)
    _raised(session.info[_RAISED]).run(session, moment=moment)


@cache
def _raised(settings: bool) -> Prepared:
    moment = bindparam("moment", type_=BigInteger())
    newest = case((Content.version < moment, moment), else_=Content.version + 1)
    rows = update(Content).values(version=newest, **{"settings": newest} if settings else {})
    return Prepared(rows)


class Version:
    """The content version as this process knows it."""

    def __init__(self, database: Database):
        self._database = database
        self._lease = LEASES[database.engine.dialect.name]
        self._known = (0, 0, 0.0)
        self._renewing = Lock()

    def now(self) -> int:
        """The newest version, read no longer than a lease ago, and none older than before; raises
        SQLAlchemyError when the database does not answer."""
        version, _, good_until = self._known
        left = good_until - clock.ticks()
        if left > self._lease / 2:
            return version
        # One request renews it before it ends, so that the others need not wait for the database.
        if self._renewing.acquire(blocking=left <= 0):
            try:
                return self._renewed()
            finally:
                self._renewing.release()
        return version

    def newest(self) -> int | None:
        """The same; None when the database does not answer."""
        try:
            return self.now()
        except SQLAlchemyError:
            return None

    def settings(self) -> int:
        """The version of the settings, as of the same moment; raises as above."""
        self.now()
        return self._known[1]

    def _renewed(self) -> int:
        version, _, good_until = self._known
        started = clock.ticks()
        if good_until - started <= self._lease / 2:  # Else another was faster.
            version, settings = self._database.peek("SELECT version, settings FROM content")
            self._known = (version, settings, started + self._lease)
        return version
