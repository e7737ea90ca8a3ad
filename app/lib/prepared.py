"""Statements that stand on hot paths, compiled once and then handed to the driver as they are. What
SQLAlchemy does anew for each execution takes several times as long as the driver does."""

from collections import namedtuple
from collections.abc import Callable
from functools import cached_property
from logging import INFO
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Engine, Select, UpdateBase
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import cloned_traverse

from app.lib.db import Database

Values = dict[str, Any]
Process = Callable[[Any], Any]


class Prepared:
    """A statement of plain columns, made once by whoever asks it; its values are given each time.

    What else it compares with is a part of its text: then PostgreSQL, which plans anew as long as
    it expects to gain by knowing the values, soon keeps a plan. What cannot be compiled beforehand,
    such as a list of any length, goes SQLAlchemy's way each time, and so does everything while
    somebody listens to the statements or logs them.
    """

    def __init__(self, statement: Select | UpdateBase):
        self._statement = statement
        self._row = namedtuple("Row", statement.exported_columns.keys())._make
        self._ready: dict[tuple[str, ...], _Ready | None] = {}

    def rows(self, session: Session, /, **values: Any) -> list[Any]:
        """What is found, or was asked back of what is written, as named tuples."""
        return list(map(self._row, self._execute(session, [values])))

    def peek(self, database: Database, /, **values: Any) -> Any:
        """The first row, None without one, past all sessions and transactions: a session takes
        longer to open and to close than a row to be found."""
        ready = self._ready_for(database.engine.dialect, values)
        if ready is None or _is_watched(database.engine):
            with database.reading() as session:
                return next(iter(self.rows(session, **values)), None)
        row = ready.look(database, values)
        return row and self._row(row)

    def run(self, session: Session, /, **values: Any) -> None:
        self._execute(session, [values])

    def run_each(self, session: Session, rows: list[Values]) -> None:
        """Once for each of the rows, which all have the same columns."""
        if rows:
            self._execute(session, rows)

    def _execute(self, session: Session, each: list[Values]) -> Any:
        if session.autoflush:  # As before all that a session executes.
            session.flush()
        connection = session.connection()
        if isinstance(self._statement, UpdateBase):
            _refuse_if_reading(connection)
        ready = None if _is_watched(connection) else self._ready_for(connection.dialect, each[0])
        if ready is None:
            found = connection.execute(self._for_sqlalchemy, each)
            return found if found.returns_rows else ()
        return ready.execute(connection, each)

    @cached_property
    def _for_sqlalchemy(self) -> Any:
        """The same text, so that whoever listens hears what is sent at other times."""
        return _copied(self._statement, _put_into_text)

    def _ready_for(self, dialect: Dialect, values: Values) -> "_Ready | None":
        """All databases of a kind take the same, whichever engine asks."""
        key = (dialect.name, *values)
        try:
            return self._ready[key]
        except KeyError:
            return self._ready.setdefault(key, _made_ready(self._statement, dialect, values))


class _Ready:
    """A statement as the driver of one kind of database takes it."""

    def __init__(
        self,
        statement: Any,
        compiled: SQLCompiler,
        sent: dict[str, BindParameter],
        constants: Values,
    ):
        dialect = compiled.dialect
        types = {name: value.type.dialect_impl(dialect) for name, value in sent.items()}
        binding = ((name, type.bind_processor(dialect)) for name, type in types.items())
        self._sql = compiled.string
        self._binding = [(name, process) for name, process in binding if process]
        self._in_order = _in_order(compiled.positiontup) if compiled.positional else None
        self._constants = constants
        types = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
        reading = enumerate(type.result_processor(dialect, None) for type in types)
        self._reading = [(place, process) for place, process in reading if process]
        self._has_rows = bool(types)

    def execute(self, connection: Connection, each: list[Values]) -> list[Any]:
        driver = connection.connection
        cursor = given = None
        try:
            given = [self._bound(values) for values in each]
            cursor = driver.cursor()
            if len(given) == 1:
                cursor.execute(self._sql, given[0])
            else:
                cursor.executemany(self._sql, given)
            rows = cursor.fetchall() if self._has_rows else []
            cursor.close()
        except BaseException as error:
            # SQLAlchemy's own, though it is private: what it raises, and what it does about a
            # connection that is lost, shall be the same as for all other statements.
            connection._handle_dbapi_exception(error, self._sql, given, cursor, None)
        return self._read(rows) if rows and self._reading else rows

    def look(self, database: Database, values: Values) -> Any:
        row = database.look(self._sql, self._bound(values))
        return next(iter(self._read([row])), None) if row and self._reading else row

    def _bound(self, values: Values) -> Any:
        values = self._constants | values
        for name, process in self._binding:
            values[name] = process(values[name])
        return values if self._in_order is None else self._in_order(values)

    def _read(self, rows: list[Any]) -> Any:
        columns = list(zip(*rows, strict=True))
        for place, process in self._reading:
            columns[place] = map(process, columns[place])
        return zip(*columns, strict=True)


def _made_ready(statement: Any, dialect: Dialect, values: Values) -> _Ready | None:
    """None if its text is another for other values, or if it sends more than these."""
    met: list[BindParameter] = []

    def settle(value: BindParameter) -> None:
        met.append(value)
        _put_into_text(value)
        value.required = value.required and value.key not in values

    settled = _copied(statement, settle)
    if any(value.expanding or value.callable for value in met):
        return None
    compiled = settled.compile(
        dialect=dialect,
        column_keys=list(values),
        compile_kwargs={"render_postcompile": True},
    )
    is_part = compiled.literal_execute_params.__contains__
    sent = {name: value for value, name in compiled.bind_names.items() if not is_part(value)}
    # Some the compiler has put in itself, such as SQLite's OFFSET 0.
    others = {name: value for name, value in sent.items() if name not in values}
    makes_more = compiled.insert_prefetch or compiled.update_prefetch
    if makes_more or any(value.required for value in others.values()):
        return None
    constants = {name: value.value for name, value in others.items()}
    return _Ready(statement, compiled, sent, constants)


def _copied(statement: Any, change: Callable[[BindParameter], None]) -> Any:
    options = {"maintain_key": True, "detect_subquery_cols": True}  # As `params()` copies it.
    return cloned_traverse(statement, options, {"bindparam": change})


def _put_into_text(value: BindParameter) -> None:
    """Unless it is given at each call."""
    if not (value.required or value.expanding):
        value.literal_execute = True


def _in_order(names: list[str]) -> Callable[[Values], Any]:
    if len(names) == 1:
        return lambda values: (values[names[0]],)
    return itemgetter(*names) if names else lambda _values: ()


def _is_watched(bind: Connection | Engine) -> bool:
    watched = bind.dispatch.before_cursor_execute
    return bool(watched) or bind.engine.logger.isEnabledFor(INFO)


def _refuse_if_reading(connection: Connection) -> None:
    if connection.get_execution_options().get("reading"):
        raise RuntimeError("a reading session cannot write")
