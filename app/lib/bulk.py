"""Laying very many rows at once, which have their ids from us and no defaults."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from app.lib.db import is_sqlite

Row = dict[str, Any]


def new_ids(session: Session, table: Table, count: int) -> list[int]:
    """So many ids that no other row of the table has or will get, rising."""
    if is_sqlite(session):  # The unit of work holds the only write lock.
        last = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return sorted(session.scalars(drawn))


def lay(session: Session, table: Table, rows: list[Row]) -> int:
    """Insert the rows, which all have the same columns; how many they were."""
    if rows and is_sqlite(session):
        session.execute(insert(table), rows)
    elif rows:
        _copy(session, table, rows)
    return len(rows)


def analyse(session: Session) -> None:
    """Tell PostgreSQL's planner what has come, as its own housekeeping does some time later.
    SQLite plans by the indexes alone."""
    if not is_sqlite(session):
        session.execute(text("ANALYZE"))


def _copy(session: Session, table: Table, rows: list[Row]) -> None:
    """By PostgreSQL's COPY, which takes five times as many rows in the same time."""
    names = list(rows[0])
    preparer = session.get_bind().dialect.identifier_preparer
    columns = ", ".join(map(preparer.quote, names))
    statement = f"COPY {preparer.format_table(table)} ({columns}) FROM STDIN"
    driver = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*(_stored(session, table, name, rows) for name in names), strict=True):
            copy.write_row(row)


def _stored(session: Session, table: Table, name: str, rows: list[Row]) -> Iterator[Any]:
    """The values of a column as the driver takes them."""
    dialect = session.get_bind().dialect
    process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    values = (row[name] for row in rows)
    return map(process, values) if process else values
