"""What was heard and is not yet written down. Whoever answers a request counts it here; a thread
writes it down every few seconds, in one unit of work."""

import logging
from itertools import count
from threading import Event, Thread, main_thread

from sqlalchemy.exc import SQLAlchemyError

from app.lib import clock
from app.lib.db import Database
from app.stats import actions
from app.stats.rules import Heard, batch

# In seconds. When much was heard that is unlike each other it is written down at the next look.
LOOK_EVERY = 0.1
WRITE_EVERY = 5.0
MUCH = 10_000
# Of what is unlike all of it nothing more is counted, while the database keeps the thread waiting.
MOST = 2 * MUCH
LONGEST = 2_000  # In characters; what is longer is nothing that a browser sends.
log = logging.getLogger(__name__)


class Tally(dict[Heard, count]):
    """How often each was heard. The threads of a process count at once: none of their steps can be
    taken apart, and to count takes no longer than to look it up."""

    def hear(self, heard: Heard) -> None:
        next(self[heard])

    def __missing__(self, heard: Heard) -> count:
        is_kept = len(self) < MOST and sum(map(len, filter(None, heard))) <= LONGEST
        return self.setdefault(heard, count()) if is_kept else count()

    @property
    def is_large(self) -> bool:
        """Whether it is to be written down now."""
        return len(self) >= MUCH

    def taken(self) -> dict[Heard, int]:
        """How often each was heard since it was taken last."""
        made = {}
        for heard in list(self):
            # It is out before it is read; who has just looked it up still counts, and is lost.
            made[heard] = next(self.pop(heard))
        return made


class Ledger:
    """`own_host` is the host under which the blog is read."""

    def __init__(self, database: Database, own_host: str):
        self.tally = Tally()
        self._database = database
        self._own_host = own_host

    def keep(self) -> None:
        """Write from now on, until the program ends. The thread is no daemon: Python waits for it
        at the end, and it goes when it sees the main thread gone."""
        Thread(target=self._keep_on, name="ledger").start()

    def write(self) -> None:
        """Write down what was heard so far."""
        made = batch(self.tally.taken(), self._own_host)
        if made:
            with self._database.writing() as session:
                actions.add(session, made, clock.now())

    def _keep_on(self) -> None:
        pause, written_at = Event(), clock.ticks()
        while main_thread().is_alive():
            pause.wait(LOOK_EVERY)
            if self.tally.is_large or clock.ticks() - written_at >= WRITE_EVERY:
                self._try_to_write()
                written_at = clock.ticks()
        self._try_to_write()

    def _try_to_write(self) -> None:
        """Counts are not worth a page that fails: what cannot be written now is lost."""
        try:
            self.write()
        except SQLAlchemyError:
            log.exception("what was read in the last seconds could not be counted")
