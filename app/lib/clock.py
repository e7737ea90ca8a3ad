"""The only place that tells the time. Doors ask it once and pass `now` down."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_stopped: list[datetime] = []

# Seconds since some moment, for telling how long something takes; never set back. Not a function of
# its own, which would take as long again: it is asked for every answer.
ticks = time.monotonic


def now() -> datetime:
    """The present moment in UTC, aware; the innermost frozen moment inside `frozen()`."""
    return _stopped[-1] if _stopped else datetime.now(UTC)


def effort() -> float:
    """Seconds for which this thread has kept a processor busy since some moment."""
    return time.thread_time()


def pause(seconds: float) -> None:
    time.sleep(seconds)


class Frozen:
    """A stopped clock that can be moved by hand."""

    def travel(self, by: timedelta) -> datetime:
        _stopped[-1] += by
        return _stopped[-1]


@contextmanager
def frozen(at: datetime) -> Iterator[Frozen]:
    """Stop the clock of this process at `at` (aware). For tests and for replaying history."""
    _stopped.append(at.astimezone(UTC))
    try:
        yield Frozen()
    finally:
        _stopped.pop()
