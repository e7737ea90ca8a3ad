"""Owing letters. What is owed is committed with its cause, and sent by the worker."""

import json
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.jobs import queue
from app.lib.tokens import digest
from app.mail.letters import Letter
from app.mail.models import Owed

SEND = "send a letter"
SWEEP = "sweep mail files"
KEPT = timedelta(days=30)


def owe(
    session: Session,
    letter: Letter,
    now: datetime,
    to: int | None = None,
    not_before: datetime | None = None,
) -> int:
    """Owe a letter, `to` the member of this id; it leaves at least once, as soon as this
    transaction is committed or when the moment has come. The id by which it can be taken back until
    then."""
    content = json.dumps(letter.as_row())
    row = Owed(member_id=to, address=letter.address, content=content, owed_at=now)
    session.add(row)
    session.flush()
    queue.add(session, SEND, {"letter": row.id}, not_before or now, key=_key(row.id))
    return row.id


def take_back(session: Session, id: int) -> None:
    """Owe a letter no longer that is not to leave yet."""
    session.execute(delete(Owed).where(Owed.id == id))
    queue.drop(session, [_key(id)])


def forget(session: Session, member_id: int, addresses: set[str], now: datetime) -> None:
    """Owe nothing more to a member, whatever their address was, nor to these addresses; and have
    the files of what was sent swept away."""
    theirs = or_(Owed.member_id == member_id, Owed.address.in_(addresses))
    dropped = session.scalars(delete(Owed).where(theirs).returning(Owed.id))
    queue.drop(session, [_key(id) for id in dropped])
    # Not before the lease of a letter that is on its way now has ended.
    swept = {"member": member_id, "to": sorted(map(digest, addresses))}
    queue.add(session, SWEEP, swept, now + queue.LEASE)


def forget_old(session: Session, now: datetime) -> None:
    """Forget letters that could not leave, a month after they were given up."""
    given_up = queue.forget_failed(session, (SEND,), now - KEPT)
    ids = [payload["letter"] for payload in given_up]
    session.execute(delete(Owed).where(Owed.id.in_(ids)))


def _key(id: int) -> str:
    return f"letter {id}"
