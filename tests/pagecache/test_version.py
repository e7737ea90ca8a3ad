"""The content version: raised with a public change, known everywhere once it is made."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

from sqlalchemy import event, update

from app.lib import clock
from app.lib.db import Database
from app.pagecache.models import Content
from app.pagecache.version import LEASE, Version, raise_version


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.get_one(Content, 1).version


def test_a_unit_of_work_raises_it_once(database):
    before = stored(database)
    with database.writing() as session:
        raise_version(session)
        raise_version(session)
    assert stored(database) == before + 1


def test_it_is_not_raised_before_the_commit_and_not_at_all_without(database):
    before = stored(database)
    with suppress(ZeroDivisionError), database.writing() as session:
        raise_version(session)
        assert stored(database) == before
        raise ZeroDivisionError
    assert stored(database) == before


def test_who_is_told_that_it_is_done_finds_no_process_that_does_not_know(database):
    """Each reader has looked as shortly before the commit as it can, so that its lease is new."""
    readers = [Version(database) for _ in range(3)]
    for _ in range(10):
        with database.writing() as session:
            raise_version(session)
            session.flush()
            before = [reader.now() for reader in readers]
        assert [reader.now() for reader in readers] == [version + 1 for version in before]


def test_it_is_read_once_in_a_lease(database):
    version, said = Version(database), []
    event.listen(database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    started = clock.ticks()
    for _ in range(1000):
        version.now()
    read = [statement for statement in said if statement.startswith("SELECT")]
    assert 1 <= len(read) <= (clock.ticks() - started) / LEASE + 1


def test_no_thread_finds_an_older_one_than_another_before(database, monkeypatch):
    """One has read and not yet said so when the version is raised and another reads."""
    monkeypatch.setattr("app.pagecache.version.LEASE", 60)
    version, has_read, may_go_on = Version(database), Event(), Event()

    def hold(*given) -> None:
        if given[2].startswith("SELECT") and not has_read.is_set():
            has_read.set()
            may_go_on.wait(0.3)

    event.listen(database.engine, "after_cursor_execute", hold)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(version.now)
        has_read.wait()
        with database.engine.begin() as connection:
            connection.execute(update(Content).values(version=Content.version + 1))
        found = [version.now()]
        may_go_on.set()
        slow.result()
        found.append(version.now())
    assert found == sorted(found)
