"""The database: declarative base, column types, sessions, and every difference between
SQLite and PostgreSQL. It holds no table of its own.

SQLite is driven by hand: the driver's own transactions lose updates when a transaction reads
before it writes, so a writing session opens with BEGIN IMMEDIATE and a reading one with BEGIN.
Who must wait for its one write lock asks for it often: left to itself SQLite sleeps ever longer
between its tries, up to 100 ms, while others come and take it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock, RLock
from typing import Annotated, Any

import psycopg
from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Enum,
    Integer,
    MetaData,
    Row,
    Select,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InvalidatePoolError,
    NoResultFound,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    mapped_column,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

from app.lib import clock
from app.lib.errors import Misconfigured

BUSY_SECONDS = 5
ASK_AGAIN_SECONDS = 0.0005
FRESH_SECONDS = 1.0
BUSY_TIMEOUT = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"
_LASTLY, _AFTERWARDS = "lastly", "afterwards"
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite would drop the zone of any other without a word."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only in an INTEGER primary key, which has 64 bits there.
WideInteger = BigInteger().with_variant(Integer, "sqlite")
Id = Annotated[int, mapped_column(WideInteger, primary_key=True)]


def choice(kind: type[StrEnum]) -> Enum:
    """A column of one of the enum's values, stored as its value in plain text."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UTCDateTime()}


class Database:
    """An engine and its two kinds of session.

    `react` is called with (session, event) by `events.record`, inside the same transaction.
    """

    def __init__(
        self, url: str, react: Callable[[Session, Any], None] | None = None, pool_size: int = 16
    ):
        self.engine = make_engine(url, pool_size)
        info = {"react": react}
        options = {"expire_on_commit": False, "info": info}
        self._reader = sessionmaker(
            _for_reading(self.engine),
            execution_options={"reading": True},
            autoflush=False,
            **options,
        )
        event.listen(self._reader, "before_flush", _refuse_flush)
        event.listen(self._reader, "do_orm_execute", _refuse_change)
        self._writer = sessionmaker(self.engine, **options)
        # In a file there is one writer at a time. Those of a process wait for each other here,
        # where the next begins at once, and not in SQLite, where each asks again after a pause.
        self._turn = RLock() if self.engine.dialect.name == "sqlite" else nullcontext()
        self._peephole: Any = None
        self._peeking = Lock()

    def open_reader(self) -> Session:
        return self._reader()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; it refuses to change anything."""
        with self._reader() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work: committed at the end, or rolled back whole if anything is raised.

        Keep it short and speak to no network inside it: on SQLite it holds the only write lock.
        """
        with self._turn, self._writer() as session, session.begin():
            yield session
            for act in session.info.get(_LASTLY, ()):
                act(session)
        for act in session.info.get(_AFTERWARDS, ()):
            act()

    def peek(self, query: str) -> Any:
        """The one value of a query, read outside of any transaction over a connection kept for
        this: what is asked many times a second shall cost one trip. Raises SQLAlchemyError."""
        with self._peeking:
            try:
                row = self._look(query)
            except self.engine.dialect.dbapi.Error as error:
                self._close_peephole()
                raise OperationalError(query, None, error) from error
        if row is None:
            raise NoResultFound(query)
        return row[0]

    def check(self) -> None:
        """Raise `Misconfigured` unless the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise Misconfigured(f"DATABASE_URL: the database does not answer: {reason}") from error

    def close(self) -> None:
        self._close_peephole()
        self.engine.dispose()

    def _look(self, query: str) -> Any:
        """The row; a connection that was open may have been lost since, so another is tried."""
        if self._peephole is not None:
            try:
                return self._peephole.execute(query).fetchone()
            except self.engine.dialect.dbapi.Error:
                self._close_peephole()
        self._peephole = self._open_peephole()
        return self._peephole.execute(query).fetchone()

    def _open_peephole(self) -> Any:
        pooled = self.engine.raw_connection()
        connection = pooled.dbapi_connection
        pooled.detach()
        if self.engine.dialect.name == "postgresql":
            connection.autocommit = True
        return connection

    def _close_peephole(self) -> None:
        connection, self._peephole = self._peephole, None
        if connection is not None:
            connection.close()


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


def _for_reading(engine: Engine) -> Engine:
    """PostgreSQL shows each statement what is committed, in a transaction or without; without one
    two trips to it are saved."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _refuse_flush(_session: Session, _context: Any, _objects: Any) -> None:
    raise RuntimeError("a reading session cannot write")


def _refuse_change(execution: ORMExecuteState) -> None:
    if execution.is_insert or execution.is_update or execution.is_delete:
        raise RuntimeError("a reading session cannot write")


def plain_rows(session: Session, statement: Select, **values: object) -> Sequence[Row]:
    """The rows of a statement of plain columns, asked past the session: it keeps nothing of them
    and takes as long again as the database."""
    session.flush()
    return session.connection().execute(statement, values).all()


def lastly(session: Session, act: Callable[[Session], None]) -> None:
    """Do this as the last thing in the unit of work, shortly before it is committed."""
    session.info.setdefault(_LASTLY, []).append(act)


def afterwards(session: Session, act: Callable[[], None]) -> None:
    """Do this once the unit of work is committed and keeps nobody waiting any more."""
    session.info.setdefault(_AFTERWARDS, []).append(act)


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _engine(url: Any, pool_size: int) -> Engine:
    """What was given back last is used next, so that few connections do most of the work and the
    others need not remember anything."""
    return create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_use_lifo=True)


def _sqlite_engine(url: Any, pool_size: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Misconfigured("DATABASE_URL: SQLite needs a file, as in sqlite:////var/blog.sqlite3")
    engine = _engine(url, pool_size)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(url: Any, pool_size: int) -> Engine:
    engine = _engine(url, pool_size)
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
    except psycopg.Error as error:
        raise InvalidatePoolError("The database went away.") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # The driver must not send a BEGIN of its own.
    cursor = connection.cursor()
    cursor.execute(BUSY_TIMEOUT)
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # NORMAL may lose the last commits at power loss.
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    if connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.dbapi_connection
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
