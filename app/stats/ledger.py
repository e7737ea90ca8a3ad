"""What was heard and is not yet written down. Whoever answers a request only appends to it; a
thread adds it up many times a second, in small portions, so that it never keeps the processor for
long, and writes it down every few seconds, in one unit of work."""

import logging
from collections import Counter, deque
from threading import Event, Thread, main_thread

from sqlalchemy.exc import SQLAlchemyError

from app.lib import clock
from app.lib.db import Database
from app.stats import actions
from app.stats.rules import Heard, batch

# In seconds. So many are never heard between two looks; but while the database keeps the thread
# waiting nobody looks, and what comes last pushes out the oldest.
LOOK_EVERY = 0.1
MOST_HEARD = 10_000
AT_ONCE = 200
WRITE_EVERY = 5.0
# So many that are unlike each other are written down at once.
MOST_UNLIKE = 10_000
log = logging.getLogger(__name__)


class Ledger:
    """`heard` takes what was answered; `own_host` is the host under which the blog is read."""

    def __init__(self, database: Database, own_host: str):
        self.heard: deque[Heard] = deque(maxlen=MOST_HEARD)
        self._times: Counter[Heard] = Counter()
        self._database = database
        self._own_host = own_host

    def keep(self) -> None:
        """Write from now on, until the program ends. The thread is no daemon: Python waits for it
        at the end, and it goes when it sees the main thread gone."""
        Thread(target=self._keep_on, name="ledger").start()

    def write(self) -> None:
        """Write down what was heard so far."""
        self.add_up()
        times, self._times = self._times, Counter()
        made = batch(times, self._own_host)
        if made:
            with self._database.writing() as session:
                actions.add(session, made, clock.now())

    @property
    def is_large(self) -> bool:
        """Whether what was added up, of which each is unlike the others, is to be written now."""
        return len(self._times) > MOST_UNLIKE

    def add_up(self) -> None:
        """Some at a time: while a thread counts, no other thread of the process answers anybody."""
        for start in range(0, waiting := len(self.heard), AT_ONCE):
            # One by one: others append meanwhile, and iterating would fail.
            some = [self.heard.popleft() for _ in range(min(AT_ONCE, waiting - start))]
            self._times.update(some)
            clock.pause(0)

    def _keep_on(self) -> None:
        pause, written_at = Event(), clock.ticks()
        while main_thread().is_alive():
            pause.wait(LOOK_EVERY)
            self.add_up()
            if self.is_large or clock.ticks() - written_at >= WRITE_EVERY:
                self._try_to_write()
                written_at = clock.ticks()
        self._try_to_write()

    def _try_to_write(self) -> None:
        """Counts are not worth a page that fails: what cannot be written now is lost."""
        try:
            self.write()
        except SQLAlchemyError:
            log.exception("what was read in the last seconds could not be counted")
