"""Who reads the content version on behalf of all web processes of a server, and posts it on their
board. In each of them a dozen busy threads stand in line for Python and for a processor, and who
asks the database stands there again when it has answered, while all the others come to wait for
that; a process that does nothing else stands in no such line. Nothing but speed depends on it."""

import os
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from app.lib import clock
from app.lib.db import Database
from app.pagecache.board import Board
from app.pagecache.version import LEASES, LOOK

# So many times in a lease it looks, so that what is read was posted lately; and it sleeps when so
# many leases have gone by in which nobody read.
LOOKS, SLEEPS_AFTER = 3, 3
# In seconds: when it tries a database again that did not answer, and how long its last look may
# keep the end waiting.
RETRY_SECONDS, END_SECONDS = 1.0, 1.0


class Watcher:
    """A thread in the process that the web processes are forked from. Its database is its own and
    no connection of it may go with them: SQLite would take what the watcher locked for locked by
    the new process as well, and libpq would speak in the midst of what the watcher says. So it
    neither looks nor is connected while a process is forked, also when that is in the place of one
    that died."""

    def __init__(self, database: Database, board: Board):
        self._database = database
        self._board = board
        self._lease = LEASES[database.engine.dialect.name]
        self._looking = Lock()
        self._stopping = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        os.register_at_fork(
            before=self._hold, after_in_parent=self._go_on, after_in_child=self._go_on
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._board.ring()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._board.wait()
            try:
                self._watch()
            except SQLAlchemyError:  # Whoever is asked finds the same, and says so.
                self._stopping.wait(RETRY_SECONDS)
        self._database.close()

    def _watch(self) -> None:
        """Post what is the newest, again and again, as long as somebody wants it."""
        while not self._stopping.is_set():
            with self._looking:
                asked_at = clock.ticks()
                if asked_at - self._board.wanted_at() > SLEEPS_AFTER * self._lease:
                    return
                numbers = self._database.peek(LOOK)
            self._board.post(numbers, asked_at)
            self._stopping.wait(self._lease / LOOKS)

    def _hold(self) -> None:
        self._looking.acquire()
        self._database.close()

    def _go_on(self) -> None:
        self._looking.release()
