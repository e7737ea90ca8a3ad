"""The second program: leases jobs, runs them one at a time, keeps the timetable.

A handler gets the session of the unit of work in which its job is also finished, so that what
it did and that it was done are committed together.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.jobs import queue, timetable
from app.jobs.models import Job
from app.lib import clock, limits
from app.lib.db import Database, is_sqlite
from app.members import invitations, signin

IDLE_SECONDS = 1.0
log = logging.getLogger(__name__)

Handler = Callable[[Session, dict[str, Any], datetime], None]


def check_foreign_keys(session: Session, _payload: dict[str, Any], _now: datetime) -> None:
    """Raise when a row lost its parent; PostgreSQL sees to that by itself at all times."""
    if is_sqlite(session):
        orphans = session.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            raise RuntimeError(f"{len(orphans)} rows point to rows that are not there")


HANDLERS: dict[str, Handler] = {
    "forget old sign-ins": lambda session, _, now: signin.forget_old(session, now),
    "forget old invitations": lambda session, _, now: invitations.forget_old(session, now),
    "forget old counts": lambda session, _, now: limits.forget(session, now),
    "check foreign keys": check_foreign_keys,
}


class Worker:
    def __init__(self, database: Database, handlers: dict[str, Handler]):
        self._database = database
        self._handlers = handlers

    def run(self, stopping: Event) -> None:
        """Work until `stopping` is set; the job in hand is finished first."""
        with self._database.writing() as session:
            timetable.put_up(session, clock.now())
        while not stopping.is_set():
            if not self.run_once(clock.now()):
                stopping.wait(IDLE_SECONDS)

    def run_once(self, now: datetime) -> bool:
        """Run the job that is due, if there is one; whether there was."""
        with self._database.writing() as session:
            job = queue.lease(session, now)
        if job is None:
            return False
        try:
            self._run(job, now)
        except Exception as error:  # Whatever a job raises belongs to that job, not to the worker.
            log.exception("job %s (%s) failed", job.id, job.kind)
            with self._database.writing() as session:
                queue.fail(session, job, f"{type(error).__name__}: {error}", now)
        return True

    def _run(self, job: Job, now: datetime) -> None:
        with self._database.writing() as session:
            self._handlers[job.kind](session, json.loads(job.payload), now)
            every = timetable.EVERY.get(job.kind)
            if every is None:
                queue.finish(session, job)
            else:
                queue.again_at(session, job, now + every)
