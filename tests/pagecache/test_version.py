"""The content version: raised with a public change, known everywhere once it is made."""

from contextlib import suppress

import pytest
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from app.lib import clock
from app.lib.db import Database
from app.pagecache.models import Content
from app.pagecache.version import Version, raise_version


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


def test_it_is_not_read_for_each_question(database, monkeypatch):
    monkeypatch.setattr("app.pagecache.version.LEASE", 0.5)
    version = Version(database)
    before = version.now()
    with database.engine.begin() as connection:  # Behind the back of raise_version.
        connection.execute(update(Content).values(version=before + 1))
    assert version.now() == before
    clock.pause(0.5)
    assert version.now() == before + 1


def test_without_its_row_it_is_not_known(database):
    with database.writing() as session:
        session.delete(session.get_one(Content, 1))
    with pytest.raises(SQLAlchemyError):
        Version(database).now()
