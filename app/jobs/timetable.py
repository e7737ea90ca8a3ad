"""What recurs. Each line is a job with a key, so that any number of workers run it once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.jobs import queue


@dataclass(frozen=True)
class Recurring:
    """`soon` is for what a blog that has just been set up or made newer should not wait for."""

    kind: str
    every: timedelta
    soon: bool = False


TIMETABLE = (
    Recurring("forget old sign-ins", timedelta(hours=1)),
    Recurring("forget old invitations", timedelta(hours=1)),
    Recurring("forget old tickets", timedelta(hours=1)),
    Recurring("forget old ceremonies", timedelta(hours=1)),
    Recurring("forget old counts", timedelta(hours=1)),
    Recurring("sweep media files", timedelta(hours=1)),
    Recurring("forget old letters", timedelta(days=1)),
    Recurring("forget old mail files", timedelta(days=1)),
    Recurring("forget old notices", timedelta(days=1)),
    Recurring("tell of failed letters", timedelta(days=1)),
    Recurring("owe daily letters", timedelta(minutes=5)),
    Recurring("ask about what waits", timedelta(minutes=1)),
    Recurring("forget what nobody speaks of", timedelta(days=1)),
    Recurring("forget old opinions on spam", timedelta(days=1)),
    Recurring("check links", timedelta(minutes=2)),
    Recurring("check foreign keys", timedelta(days=1)),
    Recurring("count the days", timedelta(hours=1), soon=True),
    Recurring("drop old salts", timedelta(hours=1)),
)
EVERY = {line.kind: line.every for line in TIMETABLE}


def put_up(session: Session, now: datetime) -> None:
    """See that each line of the timetable has its job, and that none of them has been given up."""
    for line in TIMETABLE:
        first = now if line.soon else now + line.every
        queue.add(session, line.kind, {}, first, key=line.kind)
    queue.retry(session, EVERY, now)
