"""Adding rows that somebody else may add at the same time."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.following.models import Follow, Notice, Preference
from app.following.rules import NONE_CHOSEN
from app.lib import tokens
from app.lib.db import is_sqlite


def add_missing(
    session: Session, table: type[Follow | Notice | Preference], rows: list[dict[str, Any]]
) -> set[int]:
    """Add the rows that are not there yet; the ids of the members whose they are."""
    if not rows:
        return set()
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    statement = insert(table).values(rows).on_conflict_do_nothing()
    return set(session.scalars(statement.returning(table.member_id)))


def unchosen(member_id: int) -> dict[str, Any]:
    """The preferences of who has chosen nothing yet."""
    return {
        "member_id": member_id,
        "by_default": NONE_CHOSEN.by_default,
        "as_author": NONE_CHOSEN.as_author,
        "by_mail": NONE_CHOSEN.by_mail,
        "key": tokens.new(),
    }
