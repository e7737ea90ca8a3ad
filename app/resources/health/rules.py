"""When a resource counts as broken, and when it is looked at again.

One bad day breaks nothing and one good answer mends nothing: a server that comes and goes shall not
make a page of ours come and go with it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from http import HTTPStatus

from app.lib.patience import answered

LEAST_FAILURES = 3
LEAST_TIME = timedelta(days=3)
LEAST_RECOVERIES = 2
WHEN_WELL = timedelta(days=7)
# Not a day: what is down each night, or each second day, is soon found at another time.
WHEN_FAILING = timedelta(hours=17)
A_DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(days=30)
# So that not all addresses of a site are looked at together.
SPREAD_MINUTES = 60
# It is there, and is not for programs, or not without paying or signing in.
NOT_FOR_PROGRAMS = frozenset({401, 402, 403, 405, 406, 407, 451, 999})
SLOWER = frozenset({429, 503})


class Kind(Enum):
    WELL = "well"
    BAD = "bad"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What one look at an address gave; `wait` is how long its server wants to be left alone."""

    kind: Kind
    reason: str = ""
    moved_to: str = ""
    wait: timedelta = timedelta()


@dataclass(frozen=True)
class Health:
    failures: int = 0
    failing_since: datetime | None = None
    recoveries: int = 0
    broken_since: datetime | None = None
    trouble: str = ""


def finding(status: int, wait: timedelta | None, moved_to: str = "") -> Finding:
    """What the status of an answer says; `wait` is its Retry-After, if it has one."""
    if status in SLOWER and (status == HTTPStatus.TOO_MANY_REQUESTS or wait is not None):
        return Finding(Kind.LATER, wait=min(wait or A_DAY, LONGEST_WAIT))
    if 200 <= status < 300:
        return Finding(Kind.WELL, moved_to=moved_to)
    if status in NOT_FOR_PROGRAMS:
        return Finding(Kind.WELL)
    return Finding(Kind.BAD, answered(status))


def after(health: Health, found: Finding, now: datetime) -> Health:
    if found.kind == Kind.WELL:
        return _recovered(health)
    if found.kind == Kind.BAD:
        return _failed(health, found.reason, now)
    return health


def next_check(health: Health, found: Finding, item_id: int, now: datetime) -> datetime:
    pause = WHEN_FAILING if health.failures else WHEN_WELL
    if health.broken_since and now - health.broken_since > LONGEST_WAIT:
        pause = WHEN_WELL
    spread = timedelta(minutes=item_id * 97 % SPREAD_MINUTES)
    return now + max(pause + spread, found.wait)


def _failed(health: Health, reason: str, now: datetime) -> Health:
    since = health.failing_since or now
    failures = health.failures + 1
    is_broken = failures >= LEAST_FAILURES and now - since >= LEAST_TIME
    broken_since = health.broken_since or (since if is_broken else None)
    return Health(failures, since, 0, broken_since, reason)


def _recovered(health: Health) -> Health:
    if health.broken_since and health.recoveries + 1 < LEAST_RECOVERIES:
        return replace(health, recoveries=health.recoveries + 1)
    return Health()
