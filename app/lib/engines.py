"""Engines for SQLite and PostgreSQL, and how a connection to each is used.

SQLite is driven by hand: the driver's own transactions lose updates when a transaction reads
before it writes, so a writing session opens with BEGIN IMMEDIATE and a reading one with BEGIN.
Who must wait for its one write lock asks for it often: left to itself SQLite sleeps ever longer
between its tries, up to 100 ms, while others come and take it.
"""

import sqlite3
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, NoSuchModuleError

from app.lib import clock
from app.lib.errors import Misconfigured

BUSY_SECONDS = 5
ASK_AGAIN_SECONDS = 0.0002
FRESH_SECONDS = 1.0
# A server that fell silent is given up after so long (in seconds, the last in milliseconds); what
# DATABASE_URL says of it counts instead.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
BUSY_TIMEOUT = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"


def make_engine(url: str, pool_size: int = 16) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; raises `Misconfigured` for others."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed, pool_size)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql_engine(parsed, pool_size)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise Misconfigured("DATABASE_URL: this is not the address of a database") from error
    raise Misconfigured("DATABASE_URL: only sqlite:///… and postgresql://… are understood")


def _engine(url: Any, pool_size: int, **arguments: Any) -> Engine:
    """What was given back last is used next, so that few connections do most of the work and the
    others need not remember anything. An error, and the log with it, names no value that was asked
    for or stored."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args=arguments,
    )


def _sqlite_engine(url: Any, pool_size: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Misconfigured("DATABASE_URL: SQLite needs a file, as in sqlite:////var/blog.sqlite3")
    engine = _engine(url, pool_size)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(url: Any, pool_size: int) -> Engine:
    patience = {name: value for name, value in PATIENCE.items() if name not in url.query}
    engine = _engine(url, pool_size, **patience)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _try_if_unused)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = clock.ticks()


def _try_if_unused(connection: Any, record: Any, _fairy: Any) -> None:
    """Ask a connection that lay in the pool for long whether it still lives. To ask each time
    would cost as much as a statement does."""
    used_at = record.info.get("used_at")
    if used_at is None or clock.ticks() - used_at < FRESH_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.Error as error:
        raise InvalidatePoolError("The database went away.") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # The driver must not send a BEGIN of its own.
    cursor = connection.cursor()
    cursor.execute(BUSY_TIMEOUT)
    cursor.execute("PRAGMA foreign_keys=ON")
    # In kilobytes, for each connection; what is read is in the system's memory as well.
    cursor.execute("PRAGMA cache_size=-500")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # NORMAL may lose the last commits at power loss.
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    driver = connection.connection.dbapi_connection
    if connection.get_execution_options().get("reading", False):
        driver.execute("BEGIN")
        return
    driver.execute("PRAGMA busy_timeout=0")
    try:
        if not _get_write_lock(driver):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # Raises as any other statement does.
    finally:
        driver.execute(BUSY_TIMEOUT)


def _get_write_lock(driver: sqlite3.Connection) -> bool:
    patient_until = clock.ticks() + BUSY_SECONDS
    while clock.ticks() < patient_until:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # Its first byte is the kind.
                return False
        clock.pause(ASK_AGAIN_SECONDS)
    return False
