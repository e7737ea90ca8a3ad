"""Changing the schema: all that is pending in one transaction, one program at a time, after a
copy of the old database was put aside. Alembic does the steps; this sees to their safety."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from app.lib import schema
from app.lib.engines import make_engine

KEPT_COPIES = 3
# Any number that no other program takes as its lock on the same PostgreSQL server.
LOCK = 7_240_109_019


def upgrade(url: str, to: str = "head") -> bool:
    """Bring the schema up to revision `to`; whether there was anything to do."""
    return _change(url, to, command.upgrade)


def downgrade(url: str, to: str) -> bool:
    return _change(url, to, command.downgrade)


def begin(connection: Connection, message: str) -> None:
    """Write a migration from what the models have and the database has not."""
    command.revision(configuration(connection), message, autogenerate=True)


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _change(url: str, to: str, step: Callable[[Config, str], None]) -> bool:
    engine = make_engine(url)
    try:
        with engine.connect() as connection, _alone(connection):
            before = MigrationContext.configure(connection).get_current_revision()
            if to == "head" and before == schema.newest():
                return False
            if before is not None and engine.dialect.name == "sqlite":
                _put_copy_aside(Path(engine.url.database), before)
            step(configuration(connection), to)
            return True
    finally:
        engine.dispose()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """A transaction that waits for any other migration, and is undone whole if one step fails."""
    if connection.dialect.name == "sqlite":
        # Off before BEGIN, where alone it has effect: with foreign keys on, a table that is
        # made anew takes all the rows that point to it with it.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def _check_foreign_keys(connection: Connection) -> None:
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        raise RuntimeError(f"the migration would leave rows without their parents in: {tables}")


def _put_copy_aside(path: Path, revision: str) -> None:
    """Copy the database as it was before the change to a file beside it, for its owner alone."""
    copy = path.with_name(f"{path.name}.before-{revision}")
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    copies = sorted(
        path.parent.glob(f"{path.name}.before-*"), key=lambda file: file.stat().st_mtime
    )
    for old in copies[:-KEPT_COPIES]:
        old.unlink()
