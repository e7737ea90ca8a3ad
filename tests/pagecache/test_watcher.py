"""Who posts the content version for the processes of a server; and reading it there. With SQLite
nobody does."""

import multiprocessing
from contextlib import closing

import pytest
from sqlalchemy import text

from app.lib import clock
from app.lib.db import Database
from app.pagecache import watcher as watching
from app.pagecache.board import Board
from app.pagecache.models import Content
from app.pagecache.version import LEASES, Version, raise_version
from app.pagecache.watcher import SLEEPS_AFTER, Watcher

pytestmark = pytest.mark.on("postgresql")

POSTED = (7, 5, 3)
forking = multiprocessing.get_context("fork")


@pytest.fixture
def lease(backend) -> float:
    return LEASES[backend]


@pytest.fixture
def board():
    board = Board()
    yield board
    board.close()


@pytest.fixture
def version(database, board) -> Version:
    version = Version(database)
    version.read_from(board)
    return version


@pytest.fixture
def looks(database, monkeypatch) -> list:
    """What the web process reads by itself."""
    read, peek = [], database.peek
    monkeypatch.setattr(database, "peek", lambda query: read.append(query) or peek(query))
    return read


@pytest.fixture
def watcher(database_url, board):
    watcher = Watcher(Database(database_url, pool_size=1), board)
    watcher.start()
    yield watcher
    watcher.stop()
    assert not watcher._thread.is_alive()


@pytest.fixture
def moment(monkeypatch) -> float:
    """At which the time stands."""
    monkeypatch.setattr(clock, "ticks", lambda: 100.0)
    return clock.ticks()


def until(is_so) -> None:
    deadline = clock.ticks() + 15
    while not is_so():
        assert clock.ticks() < deadline
        clock.pause(0.0002)  # The watcher is a thread of this very process here, and needs a turn.


def raised(database: Database) -> int:
    with database.writing() as session:
        raise_version(session)
    with database.reading() as session:
        return session.get_one(Content, 1).version


def test_what_is_posted_is_taken_without_a_look(version, board, looks, moment, lease):
    board.post(POSTED, moment - lease / 2)
    assert (version.now(), version.texts(), version.settings()) == POSTED
    assert looks == []


def test_what_is_posted_is_not_believed_as_long_as_a_lease(version, board, looks, moment, lease):
    board.post(POSTED, moment - lease)
    assert version.now() != POSTED[0]
    assert len(looks) == 1


def test_without_anything_posted_the_version_is_right(version, database):
    for _ in range(3):
        newest = raised(database)
        assert version.now() == newest


def test_what_was_asked_for_before_is_not_taken_after(version, board, looks, lease, monkeypatch):
    """Another process has asked before this one was answered, and may not have seen as much."""
    ticks = iter([0.0, 0.0, 0.2 * lease])
    monkeypatch.setattr(clock, "ticks", lambda: next(ticks, 0.6 * lease))
    known = version.now()
    board.post(POSTED, 0.1 * lease)
    assert version.now() == known
    board.post(POSTED, 0.3 * lease)
    assert version.now() == POSTED[0]
    assert len(looks) == 1


def test_who_is_told_that_it_is_done_finds_no_process_that_does_not_know(
    watcher, database, version, board
):
    until(lambda: version.now() and board.read())
    posted = 0
    for _ in range(10):
        with database.writing() as session:
            raise_version(session)
            session.flush()
            before = version.now()
        after = version.now()
        assert after > before
        posted += board.read()[0][0] == after
    assert posted


def test_it_looks_only_while_somebody_asks_closely(watcher, database, version, board, lease):
    for _ in range(3):
        version.now()
        clock.pause(2 * lease)
    assert board.read() is None
    until(lambda: version.now() and board.read())

    def is_asleep() -> bool:
        before = board.read()
        clock.pause(3 * SLEEPS_AFTER * lease)
        return board.read() == before

    until(is_asleep)
    newest = raised(database)
    until(lambda: version.now() == newest and board.read()[0][0] == newest)


def test_no_connection_goes_with_a_process_that_is_forked(watcher, version, board):
    until(lambda: version.now() and watcher._database._peepholes)
    ours, its = forking.Pipe()

    def tell() -> None:
        its.send((bool(watcher._database._peepholes), watcher._looking.locked(), board.read()))

    process = forking.Process(target=tell)
    process.start()
    assert ours.poll(15)
    is_connected, is_locked, posted = ours.recv()
    process.join(10)
    assert (is_connected, is_locked) == (False, False)
    assert posted is not None
    until(lambda: version.now() and board.read()[1] > posted[1])


def test_a_database_that_is_away_is_asked_again(tmp_path, board, monkeypatch):
    monkeypatch.setattr(watching, "RETRY_SECONDS", 0.01)
    database = Database(f"sqlite:///{tmp_path / 'blog.sqlite3'}")
    watcher = Watcher(Database(str(database.engine.url)), board)
    watcher.start()
    with closing(database):
        for _ in range(3):
            board.want(clock.ticks())
            board.ring()
            clock.pause(0.02)
        assert board.read() is None
        with database.engine.begin() as connection:
            columns = ("version", "traced", "texts", "settings")
            connection.execute(text(f"CREATE TABLE content ({', '.join(columns)})"))
            connection.execute(text("INSERT INTO content VALUES (7, 7, 5, 3)"))
        until(lambda: board.want(clock.ticks()) or board.ring() or board.read())
        assert board.read()[0] == POSTED
        watcher.stop()
