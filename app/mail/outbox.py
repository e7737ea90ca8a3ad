"""Owing letters. What is owed is committed with its cause, and sent by the worker."""

import json
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.jobs import queue
from app.lib.tokens import digest
from app.mail.letters import Letter
from app.mail.models import Owed

SEND = "send a letter"
SWEEP = "sweep mail files"


def owe(session: Session, letter: Letter, now: datetime, not_before: datetime | None = None) -> int:
    """Owe a letter; it leaves at least once, as soon as this transaction is committed or when the
    moment has come. The id by which it can be taken back until then."""
    row = Owed(address=letter.address, content=json.dumps(letter.as_row()), owed_at=now)
    session.add(row)
    session.flush()
    queue.add(session, SEND, {"letter": row.id}, not_before or now, key=_key(row.id))
    return row.id


def take_back(session: Session, id: int) -> None:
    """Owe a letter no longer that is not to leave yet."""
    session.execute(delete(Owed).where(Owed.id == id))
    queue.drop(session, [_key(id)])


def forget(session: Session, address: str, now: datetime) -> None:
    """Owe nothing more to an address, and have the files of what was sent there swept away."""
    dropped = session.scalars(delete(Owed).where(Owed.address == address).returning(Owed.id))
    queue.drop(session, [_key(id) for id in dropped])
    # Not before the lease of a letter that is on its way now has ended.
    queue.add(session, SWEEP, {"to": digest(address)}, now + queue.LEASE)


def _key(id: int) -> str:
    return f"letter {id}"
