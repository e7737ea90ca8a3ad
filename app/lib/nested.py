"""Rows within a row: what hangs on each row of a statement, read along with it in one trip."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _AsList(FunctionElement):
    """A row as a list."""

    inherit_cache = True
    type = JSON()


class _Together(FunctionElement):
    """Such lists in one, in the order in which they come."""

    inherit_cache = True
    type = JSON()


NAMES = {
    "sqlite": {_AsList: "json_array", _Together: "json_group_array"},
    "postgresql": {_AsList: "json_build_array", _Together: "json_agg"},
}


@compiles(_AsList)
@compiles(_Together)
def _called(element: FunctionElement, compiler: Any, **options: Any) -> str:
    name = NAMES[compiler.dialect.name][type(element)]
    return f"{name}({compiler.process(element.clauses, **options)})"


def nested(rows: Select, name: str) -> ColumnElement:
    """A column that holds the rows of another statement as a list of lists; where there are none,
    an empty one or None. It correlates with the tables that `rows` says."""
    inner = rows.subquery()
    return select(_Together(_AsList(*inner.c))).scalar_subquery().label(name)


def moment_of(said: str | None) -> datetime | None:
    """A moment among such values: JSON has none, so each database writes it in a way of its own,
    SQLite as it is kept, in UTC."""
    if said is None:
        return None
    moment = datetime.fromisoformat(said)
    return moment.replace(tzinfo=moment.tzinfo or UTC)
