"""Which content is the newest. A public change raises the version inside its own transaction. So
that no process answers with what was before a change that its author knows to be made, and none has
to ask the database for every answer, there are two ways.

A process that has read the version may rely on it as long as a lease; and whoever raised it waits
that long after the commit before anybody is told that it is done.

Where all processes are on one machine, with SQLite, whoever is about to commit a version announces
it in memory that all of them share; whoever knows an older one looks. Then nobody has to wait.
"""

import math
import sys
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import BigInteger, bindparam, case, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.db import Database, afterwards, lastly
from app.lib.prepared import Prepared
from app.pagecache.board import Board, Numbers
from app.pagecache.models import Content

# In seconds, the same for all who share a database; with PostgreSQL a change takes so much longer.
# Who is asked much looks again before it ends, a watcher three times, a process without one twice.
# A server that has to be woken where all processors are busy takes its time, and when the lease
# ends before it answers everybody waits. With SQLite it is for what is written and not announced.
LEASES = {"sqlite": 0.004, "postgresql": 0.006}
# What is taken for announced where nothing can be: nothing, if all who write wait; and if they may
# not, more than anybody knows, so that each looks each time.
UNANNOUNCED = {"sqlite": (sys.maxsize,), "postgresql": (0,)}
# What is asked for, as many numbers as the board has. A change that did not tell how far it reaches
# may have reached any text.
TEXTS = "CASE WHEN traced = version THEN texts ELSE version END"
LOOK = f"SELECT version, {TEXTS}, settings FROM content"
Basis = tuple[Prepared, dict[str, int], tuple]  # A query, its values, and the row that it gave.
# The furthest that something in this unit of work reaches, if anything has changed.
_RAISED = "content_raised"


class Reach(IntEnum):
    """What is shown otherwise after a change, each with all before it."""

    DISCUSSION = 0  # One under a post, whose `talk_state` is another then; and lists of posts.
    TEXTS = 1  # Anything else that is shown.
    SETTINGS = 2


def raise_version(session: Session, reach: Reach = Reach.TEXTS) -> None:
    """Let all that was answered so far be asked for anew, once this transaction is committed; what
    is remembered for longer only as far as the change reaches.

    The row is written last, so that others wait for it no longer than the commit takes.
    """
    before = session.info.get(_RAISED)
    session.info[_RAISED] = reach if before is None else max(before, reach)
    if before is None:
        lastly(session, _raise)


def wait_until_known(session: Session) -> None:
    """Let nobody go on before each process knows of the versions raised so far."""
    if session.info["database"].announced() is None:  # Else that was so before the commit.
        lease = LEASES[session.get_bind().dialect.name]
        afterwards(session, lambda: clock.pause(lease))


def _raise(session: Session) -> None:
    # In microseconds since 1970 if that is more: so a database that was restored, or that took
    # over from one which failed, gives no version anew for which a process has other content.
    moment = int(clock.now().timestamp() * 1_000_000)
    raised = _raised(session.info[_RAISED]).rows(session, moment=moment)
    announced = session.info["database"].announced()
    if announced is None:
        wait_until_known(session)
        return
    for (version,) in raised:
        # Nobody else is at this, since one at a time writes. If nothing comes of the commit, the
        # others look for it in vain, which takes time and does no harm, until the next one.
        announced[0] = version


@cache
def _raised(reach: Reach) -> Prepared:
    moment = bindparam("moment", type_=BigInteger())
    newest = case((Content.version < moment, moment), else_=Content.version + 1)
    raised = ("version", "traced", "texts", "settings")[: 2 + reach]
    values: dict[str, Any] = dict.fromkeys(raised, newest)
    if reach == Reach.DISCUSSION:
        untold = Content.traced != Content.version
        values["texts"] = case((untold, newest), else_=Content.texts)
    return Prepared(update(Content).values(values).returning(Content.version))


class Version:
    """The content version as this process knows it, be it from a board or by a look of its own."""

    def __init__(self, database: Database):
        self._database = database
        self._lease = LEASES[database.engine.dialect.name]
        # With the moment at which half of the lease is over.
        self._known = (0, 0, 0, -math.inf)
        self._unannounced = UNANNOUNCED[database.engine.dialect.name]
        self._announced: Sequence[int] = self._unannounced
        # What was asked for before this moment may be older than what is known.
        self._known_since = 0.0
        self._renewing = Lock()
        self._board: Board | None = None

    def read_from(self, board: Board) -> None:
        """Look there before the database, which is asked only when what is posted is too old."""
        self._board = board

    def now(self) -> int:
        """The newest version, read no longer than a lease ago and since one was announced last,
        and none older than before; raises SQLAlchemyError when the database does not answer."""
        version, _, _, renew_at = self._known
        late, is_old = clock.ticks() - renew_at, version < self._announced[0]
        if late < 0 and not is_old:
            return version
        # One request renews it before it ends, so that the others need not wait for the database.
        if self._renewing.acquire(blocking=is_old or late >= self._lease / 2):
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

    @property
    def known_texts(self) -> int:
        """The version of texts as of when it was last looked at."""
        return self._known[1]

    def is_basis(self, texts: int, basis: Basis) -> bool:
        """Whether all texts are as of this version, and the basis is as it was."""
        try:
            query, values, row = basis
            return texts == self.texts() and row == query.peek(self._database, **values)
        except SQLAlchemyError:
            return False

    def texts(self) -> int:
        """The version of all but discussions, as of the same moment; raises as above."""
        self.now()
        return self._known[1]

    def settings(self) -> int:
        """The version of the settings; likewise."""
        self.now()
        return self._known[2]

    def _renewed(self) -> int:
        now = clock.ticks()
        is_old = self._known[0] < self._announced[0]
        if is_old or self._left(now) <= self._lease / 2:  # Else another was faster.
            if self._board is None or is_old:
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
        self._announced = self._database.announced() or self._unannounced
        numbers = self._database.peek(LOOK)
        self._know(numbers, now, since=clock.ticks())

    def _know(self, numbers: Numbers, asked_at: float, since: float) -> None:
        self._known = (*numbers, asked_at + self._lease / 2)
        self._known_since = since

    def _left(self, now: float) -> float:
        return self._known[-1] + self._lease / 2 - now
