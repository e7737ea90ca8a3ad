"""The database: declarative base, column types, sessions. It holds no table of its own."""

import logging
from collections import namedtuple
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Enum,
    Integer,
    MetaData,
    Select,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, NoResultFound, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    make_transient_to_detached,
    mapped_column,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

from app.lib import clock
from app.lib.engines import make_engine
from app.lib.errors import Misconfigured
from app.lib.shared import SharedNumber

T = TypeVar("T", bound="Base")
log = logging.getLogger(__name__)
TRY_AGAIN_SECONDS = 1.0
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
        info = {"react": react, "database": self}
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
        self._peepholes: list[Any] = []  # Connections that nobody looks through just now.
        self._shared: SharedNumber | None = None
        self._shared_not_before = 0.0

    def open_reader(self) -> Session:
        return self._reader()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; it refuses to change anything."""
        with self._reader() as session:
            yield session

    @contextmanager
    def writing(self, owed: list[Callable[[], None]] | None = None) -> Iterator[Session]:
        """One unit of work: committed at the end, or rolled back whole if anything is raised. What
        is to be done after that is done at once, or else `owed` by the caller.

        Keep it short and speak to no network inside it: on SQLite it holds the only write lock.
        """
        with self._turn, self._writer() as session, session.begin():
            yield session
            for act in session.info.get(_LASTLY, ()):
                act(session)
        acts = session.info.get(_AFTERWARDS, ())
        if owed is not None:
            owed.extend(acts)
            return
        for act in acts:
            act()

    def peek(self, query: str) -> Any:
        """The one row of a query; otherwise as `look`."""
        row = self.look(query)
        if row is None:
            raise NoResultFound(query)
        return row

    def look(self, query: str, values: Any = ()) -> Any:
        """The first row of a query, if there is one, read outside of any transaction over
        connections kept for this: what is asked many times a second shall cost one trip. The driver
        gets it as it stands, with its values. Raises SQLAlchemyError."""
        try:
            return self._look(query, values)
        except self.engine.dialect.dbapi.Error as error:
            raise OperationalError(query, None, error) from error

    def announced(self) -> MutableSequence[int] | None:
        """Of a database in a file, a number that all see at once who use it, in `[0]`. None of one
        that other machines may use as well, and where there is none to be had just now. Raises
        SQLAlchemyError."""
        if self.engine.dialect.name != "sqlite":
            return None
        if self._shared is not None and not self._shared.is_lost:
            return self._shared.number
        if clock.ticks() < self._shared_not_before:
            return None
        _, _, file = self.peek("PRAGMA database_list")  # Whatever the address says of it.
        try:
            self._shared = SharedNumber(Path(file))
        except OSError as error:
            self._shared_not_before = clock.ticks() + TRY_AGAIN_SECONDS
            _complain(f"{file}: nothing can be shared beside it ({error.strerror})")
            return None
        return self._shared.number

    def check(self) -> None:
        """Raise `Misconfigured` unless the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise Misconfigured(f"DATABASE_URL: the database does not answer: {reason}") from error

    def close(self) -> None:
        while self._peepholes:
            self._peepholes.pop().close()
        self.engine.dispose()

    def _look(self, query: str, values: Any) -> Any:
        """The row; a connection that was open may have been lost since, so another is tried."""
        with suppress(IndexError, self.engine.dialect.dbapi.Error):
            return self._look_through(self._peepholes.pop(), query, values)
        return self._look_through(self._open_peephole(), query, values)

    def _look_through(self, peephole: Any, query: str, values: Any) -> Any:
        try:
            row = peephole.execute(query, values).fetchone()
        except BaseException:
            peephole.close()
            raise
        self._peepholes.append(peephole)
        return row

    def _open_peephole(self) -> Any:
        pooled = self.engine.raw_connection()
        connection = pooled.dbapi_connection
        pooled.detach()
        if self.engine.dialect.name == "postgresql":
            connection.autocommit = True
        return connection


@cache
def _complain(reason: str) -> None:
    """Once for each reason."""
    log.warning("%s: so each change waits a little, and each page asks the database", reason)


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


def plain_rows(session: Session, statement: Select, **values: object) -> list[Any]:
    """The rows of a statement of plain columns, as named tuples. They are asked for past the
    session, which would keep nothing of them and take as long again as the database; and to read or
    compare SQLAlchemy's own takes several times as long."""
    session.flush()
    found = session.connection().execute(statement, values)
    return list(map(_row_of(tuple(found.keys()))._make, found))


@lru_cache(maxsize=200)
def _row_of(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


def as_stored(model: type[T], values: dict[str, Any]) -> T:
    """What is stored with these values, as if it had been read, and in no session yet. Its
    constructor would note each of them as a change, which takes three times as long."""
    made = model()
    vars(made).update(values)
    make_transient_to_detached(made)
    return made


def lastly(session: Session, act: Callable[[Session], None]) -> None:
    """Do this as the last thing in the unit of work, shortly before it is committed."""
    session.info.setdefault(_LASTLY, []).append(act)


def afterwards(session: Session, act: Callable[[], None]) -> None:
    """Do this once the unit of work is committed and keeps nobody waiting any more."""
    session.info.setdefault(_AFTERWARDS, []).append(act)


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
