"""What a process remembers as of a content version."""

from datetime import timedelta

import pytest

from app.pagecache.memory import Memory
from app.pagecache.version import Version, raise_version
from app.site import settings
from tests.cast import NOW


@pytest.fixture
def asked():
    return []


@pytest.fixture
def memory(database, asked):
    """The site's title, which holds for an hour."""

    def read(session, now):
        asked.append(now)
        return settings.site(session).title, now + timedelta(hours=1)

    return Memory(database, Version(database), read)


def test_it_is_read_once(memory, asked):
    assert memory.get(NOW) == memory.get(NOW + timedelta(minutes=59)) == "Commonplace"
    assert asked == [NOW]


def test_it_is_read_anew_when_the_content_has_changed(memory, database, asked):
    memory.get(NOW)
    with database.writing() as session:
        settings.change(session, "title", "Ponds")
    assert memory.get(NOW) == "Ponds"
    with database.writing() as session:
        raise_version(session)
    assert memory.get(NOW) == "Ponds"
    assert len(asked) == 3


def test_it_is_read_anew_when_its_moment_has_come(memory, asked):
    memory.get(NOW)
    memory.get(NOW + timedelta(hours=1))
    assert asked == [NOW, NOW + timedelta(hours=1)]
