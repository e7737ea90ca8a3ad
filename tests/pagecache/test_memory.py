"""What a process remembers of the public content is as new as the content version."""

from datetime import timedelta

import pytest

from app.pagecache.memory import Memory
from app.pagecache.version import Version, raise_version
from app.site.models import Site
from tests.cast import NOW

MOMENT = NOW + timedelta(minutes=1)


@pytest.fixture
def read():
    """How often was read."""
    return []


@pytest.fixture
def memory(database, read):
    def title(session, now):
        read.append(now)
        return session.get_one(Site, 1).title, MOMENT if now < MOMENT else None

    return Memory(database, Version(database).now, title)


def test_what_is_remembered_is_read_once(memory, read):
    assert {memory.get(NOW) for _ in range(3)} == {"Commonplace"}
    assert read == [NOW]


def test_a_public_change_is_found_at_once(memory, read, database):
    memory.get(NOW)
    for number in range(3):
        with database.writing() as session:
            session.get_one(Site, 1).title = f"Title {number}"
            raise_version(session)
        assert memory.get(NOW) == f"Title {number}"
    assert len(read) == 4


def test_it_holds_until_its_moment(memory, read):
    for now in (NOW, MOMENT - timedelta(microseconds=1), MOMENT, MOMENT + timedelta(days=1)):
        memory.get(now)
    assert read == [NOW, MOMENT]


def test_what_was_read_at_its_moment_is_nothing_for_a_request_that_came_before(memory, read):
    before = MOMENT - timedelta(microseconds=1)
    for now in (MOMENT, before, before, MOMENT):
        memory.get(now)
    assert read == [MOMENT, before, MOMENT]
