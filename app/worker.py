"""The second program: leases jobs, runs them, keeps the timetable.

There are two kinds of work. A handler works in this house: it gets the session of the unit of
work in which its job is also finished, so that what it did and that it was done are committed
together. An errand speaks to other machines: it runs between leasing and finishing, with no
transaction open, and in a thread of its own, so that a machine out there which hangs holds up
nothing here.
"""

import json
import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.comments.moderation import advice, deeds, waiting
from app.comments.moderation.advice import Adviser
from app.following import days, desk, owners, telling
from app.following import own as following
from app.following.sending import Postman
from app.jobs import queue, timetable
from app.jobs.models import Job
from app.lib import clock, fetch, limits
from app.lib.db import Database, is_sqlite
from app.lib.storage import Storage
from app.mail import outbox
from app.mail.delivery import Carrier
from app.media import intake
from app.members import ceremonies, invitations, recovery, signin, tickets, verification
from app.reactions import NOTE_LINKS, note_links_anew
from app.resources import targets
from app.resources.health.checking import CHECK, Checker
from app.spam import opinions
from app.spam.akismet import Service
from app.stats import actions as stats

IDLE_SECONDS = 1.0
# Who waits for a page comes first, to the processor and to the database: after each job there is a
# rest, so many times as long as that kept the processor busy; but what waits behind a long one is
# not to wait for more than so many seconds besides.
REST, LONGEST_REST = 18.0, 5.0
# With pauses of up to half a day these take three days; a machine out there may be down so long.
ERRAND_ATTEMPTS = 12
log = logging.getLogger(__name__)

Handler = Callable[[Session, dict[str, Any], datetime], None]
Errand = Callable[[Database, dict[str, Any], datetime], None]


def check_foreign_keys(session: Session, _payload: dict[str, Any], _now: datetime) -> None:
    """Raise when a row lost its parent; PostgreSQL sees to that by itself at all times."""
    if is_sqlite(session):
        orphans = session.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            raise RuntimeError(f"{len(orphans)} rows point to rows that are not there")


HANDLERS: dict[str, Handler] = {
    "forget old sign-ins": lambda session, _, now: signin.forget_old(session, now),
    "forget old invitations": lambda session, _, now: invitations.forget_old(session, now),
    "forget old tickets": lambda session, _, now: tickets.forget_old(session, now),
    "forget old ceremonies": lambda session, _, now: ceremonies.forget_old(session, now),
    "forget old counts": lambda session, _, now: limits.forget(session, now),
    "forget old letters": lambda session, _, now: outbox.forget_old(session, now),
    "forget old notices": lambda session, _, now: following.forget_old(session, now),
    "forget what nobody speaks of": lambda session, _, _now: targets.forget_unlinked(session),
    "forget old opinions on spam": lambda session, _, now: opinions.forget_old(session, now),
    "check foreign keys": check_foreign_keys,
    stats.COUNT_DAYS: lambda session, _, now: stats.count_days(session, now),
    stats.DROP_SALTS: lambda session, _, now: stats.drop_salts(session, now),
    "owe daily letters": days.owe,
    telling.TELL: telling.tell,
    desk.TELL: desk.tell,
    owners.JOINED: owners.tell_joined,
    owners.FAILED: owners.tell_failed,
    verification.WRITE: verification.write,
    recovery.WRITE: recovery.write,
    waiting.WEIGH: waiting.weigh,
    deeds.TELL: deeds.tell,
    NOTE_LINKS: note_links_anew,
}


def errands(
    carrier: Carrier, storage: Storage, service: Service | None = None
) -> dict[str, Errand]:
    """`service` is asked about spam, if there is one."""
    postman, adviser = Postman(carrier), Adviser(service)
    return {
        outbox.SEND: carrier.send,
        outbox.SWEEP: carrier.sweep,
        telling.SEND: postman.send,
        days.SEND: postman.send_daily,
        desk.SEND: postman.send_waiting,
        "forget old mail files": carrier.forget_old,
        advice.ASK: adviser.ask,
        advice.OBJECT: adviser.object_to,
        CHECK: Checker(fetch.for_site(carrier.site_url)).run,
        "sweep media files": lambda database, _, now: intake.sweep(database, storage, now),
    }


class Worker:
    def __init__(
        self,
        database: Database,
        handlers: dict[str, Handler],
        errands: dict[str, Errand] | None = None,
    ):
        self._database = database
        self._handlers = handlers
        self._errands = errands or {}

    def run(self, stopping: Event) -> None:
        """Work until `stopping` is set; the jobs in hand are finished first."""
        with self._database.writing() as session:
            timetable.put_up(session, clock.now())
        with ThreadPoolExecutor(1) as pool:
            runner = pool.submit(self._keep_on, self.run_errand, stopping)
            self._keep_on(self.run_handler, stopping)
        runner.result()  # Raises what ended it before its time.

    def run_once(self, now: datetime) -> bool:
        """Run a job of either kind that is due; whether there was one."""
        return self.run_handler(now) or self.run_errand(now)

    def run_handler(self, now: datetime) -> bool:
        job = self._lease(now, besides=self._errands)
        return job is not None and self._attempt(self._handle, job, now, queue.MOST_ATTEMPTS)

    def run_errand(self, now: datetime) -> bool:
        job = self._lease(now, only=self._errands)
        return job is not None and self._attempt(self._go, job, now, ERRAND_ATTEMPTS)

    def _keep_on(self, run_next: Callable[[datetime], bool], stopping: Event) -> None:
        try:
            while not stopping.is_set():
                began = clock.effort()
                has_run = run_next(clock.now())
                rest = min(REST * (clock.effort() - began), LONGEST_REST)
                stopping.wait(rest if has_run else IDLE_SECONDS)
        finally:
            stopping.set()  # Neither of the two goes on without the other.

    def _lease(self, now: datetime, **kinds: Collection[str]) -> Job | None:
        with self._database.reading() as session:
            if not queue.is_any_due(session, now, **kinds):
                return None
        with self._database.writing() as session:
            return queue.lease(session, now, **kinds)

    def _attempt(
        self, run: Callable[[Job, datetime], None], job: Job, now: datetime, most: int
    ) -> bool:
        try:
            run(job, now)
        except queue.Failed as failure:
            log.warning("job %s (%s) came to nothing", job.id, job.kind)
            is_final = isinstance(failure, queue.FailedForGood)
            self._fail(job, str(failure), now, 0 if is_final else most)
        except Exception as error:  # Whatever a job raises belongs to that job, not to the worker.
            log.exception("job %s (%s) failed", job.id, job.kind)
            self._fail(job, f"{type(error).__name__}: {error}", now, most)
        return True

    def _fail(self, job: Job, reason: str, now: datetime, attempts: int) -> None:
        every = timetable.EVERY.get(job.kind)
        with self._database.writing() as session:
            queue.fail(session, job, reason, now, attempts, every)

    def _handle(self, job: Job, now: datetime) -> None:
        with self._database.writing() as session:
            self._handlers[job.kind](session, json.loads(job.payload), now)
            _finish(session, job, now)

    def _go(self, job: Job, now: datetime) -> None:
        self._errands[job.kind](self._database, json.loads(job.payload), now)
        with self._database.writing() as session:
            _finish(session, job, now)


def _finish(session: Session, job: Job, now: datetime) -> None:
    every = timetable.EVERY.get(job.kind)
    if every is None:
        queue.finish(session, job)
    else:
        queue.again_at(session, job, now + every)
