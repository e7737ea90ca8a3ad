"""Which content is the newest. A public change raises the version inside its own transaction; a
process that has read the version may rely on it as long as a lease; and whoever raised it
waits that long after the commit before anybody is told that it is done. So no process answers
with what was before a change that its author knows to be made, and none has to ask for every
answer."""

from functools import cache
from threading import Lock

from sqlalchemy import BigInteger, Update, bindparam, case, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.db import Database, afterwards, lastly
from app.pagecache.board import Board, Numbers
from app.pagecache.models import Content

# In seconds, the same for all who share a database: how much longer a change takes. Who is asked
# much looks again before it ends, a watcher four times, a process without one twice. A server that
# has to be woken where all processors are busy takes its time, and when the lease ends before it
# answers everybody waits.
LEASES = {"sqlite": 0.004, "postgresql": 0.016}
# What is asked for: as many numbers as the board has.
LOOK = "SELECT version, settings FROM content"
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
    session.flush()
    # In microseconds since 1970 if that is more: so a database that was restored, or that took
    # over from one which failed, gives no version anew for which a process has other content.
    moment = int(clock.now().timestamp() * 1_000_000)
    session.connection().execute(_raised(session.info[_RAISED]), {"moment": moment})


@cache
def _raised(settings: bool) -> Update:
    moment = bindparam("moment", type_=BigInteger())
    newest = case((Content.version < moment, moment), else_=Content.version + 1)
    return update(Content).values(version=newest, **{"settings": newest} if settings else {})


class Version:
    """The content version as this process knows it, be it from a board or by a look of its own."""

    def __init__(self, database: Database):
        self._database = database
        self._lease = LEASES[database.engine.dialect.name]
        self._known = (0, 0, 0.0)
        # What was asked for before this moment may be older than what is known.
        self._known_since = 0.0
        self._renewing = Lock()
        self._board: Board | None = None

    def read_from(self, board: Board) -> None:
        """Look there before the database, which is asked only when what is posted is too old."""
        self._board = board

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
        now = clock.ticks()
        if self._left(now) <= self._lease / 2:  # Else another was faster.
            if self._board is None:
                self._look(now)
            else:
                self._take(self._board, now)
        return self._known[0]

    def _take(self, board: Board, now: float) -> None:
        """What is posted there. Who posts may be late, and is given the third quarter of the lease;
        or may sleep, and is woken if requests come as closely as this one."""
        board.want(now)
        posted = board.read()
        if posted is not None and posted[1] > self._known_since:
            self._know(*posted, since=posted[1])
        left = self._left(now)
        if left <= self._lease / 4:
            if left > 0:
                board.ring()
            self._look(now)

    def _look(self, now: float) -> None:
        numbers = self._database.peek(LOOK)
        self._know(numbers, now, since=clock.ticks())

    def _know(self, numbers: Numbers, asked_at: float, since: float) -> None:
        version, settings = numbers
        self._known = (version, settings, asked_at + self._lease)
        self._known_since = since

    def _left(self, now: float) -> float:
        return self._known[2] - now
