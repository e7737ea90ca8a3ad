"""Pages by key: a page begins after the last row of the one before, found by index.

A key is a moment and an id, written `20100109T133000000000-42`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, literal, tuple_

from app.lib.errors import BadRequest

Row = TypeVar("Row")
SHAPE = re.compile(r"(\d{8}T\d{12})-(\d{1,18})", re.ASCII)
FORMAT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Key:
    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(FORMAT)}-{self.id}"

    @classmethod
    def parse(cls, text: str | None) -> "Key | None":
        """The key in `text`, None for none; raises BadRequest for anything else."""
        if not text:
            return None
        match = SHAPE.fullmatch(text)
        try:
            if match:
                at = datetime.strptime(match[1], FORMAT).replace(tzinfo=UTC)
                return cls(at, int(match[2]))
        except ValueError:
            pass
        raise BadRequest("This page key is not one of ours. Start again from the first page.")


def older_than(key: Key | None, at: Any, id: Any) -> list[Any]:
    """The conditions for rows that stand behind `key` when the newest come first."""
    return [tuple_(at, id) < (key.at, key.id)] if key else []


def up_to(now: datetime, key: Key | None, at: Any, id: Any) -> ColumnElement[bool]:
    """The same for what begins at `now`, as one condition. Of two SQLite would take the first to
    enter its index and go through all rows down to the key; and PostgreSQL, which takes them for
    unrelated, would expect so few rows that it fetches and sorts all that are behind the key."""
    return tuple_(at, id) < (key.at, key.id) if key and key.at <= now else at <= now


def at_most(count: int) -> ColumnElement[int]:
    """A limit that stands in the text of the statement. PostgreSQL keeps the plan of one; where the
    limit is a value it plans anew each time, which takes as long as to find the rows."""
    return literal(count, literal_execute=True)


def cut(rows: list[Row], size: int) -> tuple[list[Row], bool]:
    """Of `size` + 1 fetched rows, those of the page and whether there are more behind it."""
    return rows[:size], len(rows) > size
