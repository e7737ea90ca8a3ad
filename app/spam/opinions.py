"""What a service out there says of texts, known by a digest of each. It says spam or not, and is
believed as far as an order goes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lib.db import is_sqlite
from app.lib.tokens import digest
from app.spam.models import Opinion

KEPT = timedelta(days=30)


def note(session: Session, text: str, is_spam: bool, now: datetime) -> None:
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    row = {"digest": digest(text), "is_spam": is_spam, "said_at": now}
    changed = {"is_spam": is_spam, "said_at": now}
    statement = insert(Opinion).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=[Opinion.digest], set_=changed))


def of(session: Session, texts: Sequence[str]) -> list[bool | None]:
    """For each text whether it was taken for spam; None where nothing was said."""
    asked = [digest(text) for text in texts]
    rows = select(Opinion.digest, Opinion.is_spam).where(Opinion.digest.in_(_each(asked)))
    known = dict(session.execute(rows).all()) if asked else {}
    return [known.get(one) for one in asked]


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Opinion).where(Opinion.said_at < now - KEPT))


def _each(digests: Iterable[str]) -> list[str]:
    return sorted(set(digests))
