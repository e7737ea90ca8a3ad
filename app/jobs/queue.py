"""Adding, leasing and finishing jobs. A job runs at least once, so each can run twice."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.jobs.models import Job
from app.lib.db import is_sqlite
from app.lib.prepared import Prepared

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=12)


class Failed(Exception):
    """An attempt came to nothing for a reason outside this house, told in words for people."""


class FailedForGood(Failed):
    """No later attempt can do better."""


def add(
    session: Session, kind: str, payload: dict[str, Any], run_at: datetime, key: str | None = None
) -> None:
    """Owe a job; one whose `key` is there already is not added again."""
    row = {"kind": kind, "payload": json.dumps(payload), "run_at": run_at, "key": key}
    _adding(is_sqlite(session)).run(session, **row, attempts=0)


def is_any_due(
    session: Session,
    now: datetime,
    only: Collection[str] | None = None,
    besides: Collection[str] = (),
) -> bool:
    """Whether there is anything to lease. Asked first: leasing takes SQLite's one write lock."""
    return session.scalar(select(exists(_due(now, only, besides))))


def lease(
    session: Session,
    now: datetime,
    only: Collection[str] | None = None,
    besides: Collection[str] = (),
) -> Job | None:
    """Take the job that has waited longest; until the lease ends no other worker gets it.
    It is of a kind among `only`, if these are given, and none of `besides`.

    A worker that dies says nothing: its job comes back by itself when the lease has ended.
    """
    due = _due(now, only, besides).order_by(Job.run_at, Job.id).limit(1)
    job = session.scalar(due.with_for_update(skip_locked=True))
    if job is not None:
        job.attempts += 1
        job.run_at = now + LEASE
    return job


def finish(session: Session, job: Job) -> None:
    """Forget a job that is done, unless its lease was lost and another worker has it now."""
    found = _still_ours(session, job)
    if found is not None:
        session.delete(found)


def drop(session: Session, keys: Collection[str]) -> None:
    """Owe the jobs with these keys no longer, whatever became of them so far."""
    session.execute(delete(Job).where(Job.key.in_(list(keys))))


def drop_like(session: Session, beginning: str) -> None:
    """The same for all keys that begin so."""
    session.execute(delete(Job).where(Job.key.startswith(beginning, autoescape=True)))


def forget_failed(
    session: Session, kinds: Collection[str], before: datetime
) -> list[dict[str, Any]]:
    """Keep those no longer that had failed before this moment; what they were to do."""
    old = delete(Job).where(Job.failed_at < before, Job.kind.in_(list(kinds)))
    return [json.loads(payload) for payload in session.scalars(old.returning(Job.payload))]


def retry(session: Session, kinds: Collection[str], now: datetime) -> int:
    """Owe the failed ones again, as if they had never been tried; how many they are."""
    failed = update(Job).where(Job.failed_at.is_not(None), Job.kind.in_(list(kinds)))
    again = failed.values(failed_at=None, attempts=0, run_at=now)
    return session.execute(again).rowcount


def again_at(session: Session, job: Job, run_at: datetime) -> None:
    """Let a recurring job wait for its next time."""
    found = _still_ours(session, job)
    if found is not None:
        found.run_at, found.attempts, found.last_error = run_at, 0, None


def fail(
    session: Session,
    job: Job,
    reason: str,
    now: datetime,
    attempts: int = MOST_ATTEMPTS,
    every: timedelta | None = None,
) -> None:
    """Try again after a growing pause, or keep the job as failed after so many attempts. One that
    recurs `every` so often is tried for ever, at its next time at the latest."""
    found = _still_ours(session, job)
    if found is None:
        return
    found.last_error = reason[:2000]
    if every is not None:
        found.run_at = now + min(pause(found.attempts), every)
    elif found.attempts >= attempts:
        found.failed_at = now
    else:
        found.run_at = now + pause(found.attempts)


def failed(session: Session, size: int) -> tuple[int, list[Job]]:
    """How many jobs are kept since they failed for good, and the newest of them."""
    rows = select(Job).where(Job.failed_at.is_not(None))
    count = session.scalar(select(func.count()).select_from(rows.subquery()))
    newest = rows.order_by(Job.failed_at.desc(), Job.run_at.desc()).limit(size)
    return count, list(session.scalars(newest))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 30 s, 2 min, 8 min … up to half a day."""
    grown = 4 ** min(attempts - 1, MOST_ATTEMPTS)  # What is tried for ever would grow too large.
    return min(FIRST_PAUSE * grown, LONGEST_PAUSE)


def _due(
    now: datetime, only: Collection[str] | None, besides: Collection[str]
) -> Select[tuple[Job]]:
    kinds = Job.kind.not_in(list(besides)) if only is None else Job.kind.in_(list(only))
    return select(Job).where(Job.failed_at.is_(None), Job.run_at <= now, kinds)


@cache
def _adding(is_in_sqlite: bool) -> Prepared:
    """Built once: a job follows from every comment."""
    insert = sqlite.insert if is_in_sqlite else postgresql.insert
    row = insert(Job.__table__).inline()  # Nobody asks for its id.
    return Prepared(row.on_conflict_do_nothing(index_elements=[Job.key]))


def _still_ours(session: Session, job: Job) -> Job | None:
    same_lease = select(Job).where(Job.id == job.id, Job.attempts == job.attempts)
    return session.scalar(same_lease.with_for_update())
