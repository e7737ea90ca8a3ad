"""The content version: raised with a public change, known everywhere once it is made."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import update

from app.lib import clock
from app.lib.db import Database, lastly
from app.pagecache.models import Content
from app.pagecache.version import LEASES, LOOK, Reach, Version, raise_version

FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def first_day():
    """The clock stands at a moment that no version is below."""
    with clock.frozen(FIRST) as frozen:
        yield frozen


@pytest.fixture
def lease(backend) -> float:
    return LEASES[backend]


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.get_one(Content, 1).version


def test_a_unit_of_work_raises_it_once(database):
    before = stored(database)
    with database.writing() as session:
        raise_version(session)
        raise_version(session)
    assert stored(database) == before + 1


@pytest.mark.parametrize("reach", Reach)
def test_it_tells_how_far_what_was_changed_reaches(database, lease, reach):
    version = Version(database)
    with database.writing() as session:
        raise_version(session, Reach.SETTINGS)
    before = (version.now(), version.texts(), version.settings())
    with database.writing() as session:
        for one in sorted({Reach.DISCUSSION, reach}, reverse=True):
            raise_version(session, one)
    clock.pause(lease)
    after = (version.now(), version.texts(), version.settings())
    assert after == tuple(
        (before[0] + 1 if reach >= least else old) for least, old in zip(Reach, before, strict=True)
    )


def test_a_change_by_the_release_before_may_have_reached_anything(database, lease):
    """It raises the version and knows of nothing else; the two may run side by side for a while."""
    version, seen = Version(database), []
    for old in (False, True, False, True, True):
        with database.writing() as session:
            if old:
                session.execute(update(Content).values(version=Content.version + 1))
            else:
                raise_version(session, Reach.DISCUSSION)
        clock.pause(lease)
        seen.append((version.now(), version.texts()))
    first = seen[0][1]
    versions = [number for number, _ in seen]
    assert [texts for _, texts in seen] == [first, versions[1], versions[2], *versions[3:]]


def test_no_version_comes_again_when_an_earlier_database_takes_its_place(database, first_day):
    before = stored(database)
    first_day.travel(timedelta(days=1))
    with database.writing() as session:
        raise_version(session)
    seen = stored(database)
    with database.writing() as session:  # As it was before, and then something else happens.
        session.get_one(Content, 1).version = before
    first_day.travel(timedelta(seconds=1))
    with database.writing() as session:
        raise_version(session)
    assert stored(database) > seen > before


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


@pytest.mark.on("sqlite")
def test_who_shares_a_file_looks_as_soon_as_another_has_written(database, monkeypatch):
    """However long the lease is; and goes on to look if nothing came of what was announced."""
    monkeypatch.setitem(LEASES, "sqlite", 60)
    other = Database(database.engine.url)
    version, read = Version(other), watch(other, monkeypatch)
    before = version.now()
    with database.writing() as session:
        raise_version(session)
    assert version.now() == version.texts() == before + 1
    with suppress(ZeroDivisionError), database.writing() as session:
        raise_version(session)
        lastly(session, lambda _session: 1 / 0)
    del read[:]
    assert [version.now(), version.now()] == [before + 1] * 2
    assert len(read) == 2
    with database.writing() as session:
        raise_version(session)
    assert version.now() == version.now() == before + 2
    assert len(read) == 3
    other.close()


@pytest.mark.on("sqlite")
def test_where_nothing_can_be_announced_all_look_and_who_writes_waits(database, monkeypatch):
    """Others may announce something that is not seen here."""
    monkeypatch.setitem(LEASES, "sqlite", 0.2)
    beside(database).mkdir()
    read, version, waits = watch(database, monkeypatch), Version(database), []
    monkeypatch.setattr(clock, "pause", waits.append)
    with database.writing() as session:
        raise_version(session)
    assert waits == [0.2]
    assert version.now() == version.now() == stored(database)
    assert len(read) == 2
    beside(database).rmdir()
    database._shared_not_before = 0.0
    version.now()
    assert database.announced() is not None


@pytest.mark.on("sqlite")
def test_what_cannot_be_made_is_tried_and_told_of_seldom(database, monkeypatch, caplog):
    """Each try has a name of its own."""
    tries = []

    def refuse_link(draft, _path) -> None:
        tries.append(draft)
        raise PermissionError(1, "Operation not permitted", draft)

    monkeypatch.setattr("os.link", refuse_link)
    for _ in range(3):
        assert database.announced() is None
    assert len(tries) == 1
    database._shared_not_before = 0.0
    assert database.announced() is None
    assert len(tries) == 2
    assert len(caplog.records) == 1
    assert not list(beside(database).parent.glob(f"{beside(database).name}*"))


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("is_ours", [True, False])
def test_what_is_announced_belongs_to_the_owner_of_the_file(database, monkeypatch, is_ours):
    file = Path(database.engine.url.database)
    file.chmod(0o660)
    if not is_ours:
        monkeypatch.setattr("os.fchown", refuse)
    database.announced()
    assert beside(database).stat().st_mode == file.stat().st_mode
    assert beside(database).stat().st_uid == file.stat().st_uid
    assert beside(database).read_bytes() == bytes(8)


@pytest.mark.on("sqlite")
def test_nobody_is_led_elsewhere_by_a_link(database):
    theirs = beside(database).with_suffix(".theirs")
    theirs.write_bytes(b"12345678")
    theirs.chmod(0o600)
    Path(database.engine.url.database).chmod(0o666)
    for link in (beside(database).symlink_to, beside(database).hardlink_to):
        link(theirs)
        with database.writing() as session:
            raise_version(session)
        assert theirs.read_bytes() == b"12345678"
        assert theirs.stat().st_mode & 0o777 == 0o600
        beside(database).unlink()
    theirs.unlink()


@pytest.mark.on("sqlite")
def test_who_has_a_file_that_was_removed_takes_the_new_one(database):
    other = Database(database.engine.url)
    for one in (database, other):
        one.announced()
    beside(database).unlink()
    database.announced()[0] = 7
    assert other.announced()[0] == 7
    other.close()


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("address", ["sqlite:///{link}", "sqlite:///file:{file}?uri=true"])
def test_who_names_a_file_otherwise_has_the_same_announced(database, tmp_path, address):
    file, link = Path(database.engine.url.database), tmp_path / "link.sqlite3"
    link.symlink_to(file)
    other = Database(address.format(file=file, link=link))
    database.announced()[0] = 7
    assert other.announced()[0] == 7
    other.close()


def beside(database: Database) -> Path:
    return Path(f"{database.engine.url.database}-version")


def refuse(*_arguments) -> None:
    raise PermissionError


def watch(database: Database, monkeypatch, act=lambda: None) -> list[tuple]:
    """The versions that are read from now on; `act` is called with each, before it is told."""
    read, peek = [], database.peek

    def peek_and_act(query: str) -> tuple:
        row = peek(query)
        if query == LOOK:
            read.append(row)
            act()
        return row

    monkeypatch.setattr(database, "peek", peek_and_act)
    return read


def test_it_is_read_once_in_half_a_lease(database, lease, monkeypatch):
    read, version = watch(database, monkeypatch), Version(database)
    started = clock.ticks()
    for _ in range(1000):
        version.now()
    assert 1 <= len(read) <= (clock.ticks() - started) / (lease / 2) + 1


def test_no_thread_finds_an_older_one_than_another_before(database, backend, monkeypatch):
    """One has read and not yet said so when the version is raised and another reads."""
    monkeypatch.setitem(LEASES, backend, 60)
    has_read, may_go_on = Event(), Event()

    def hold() -> None:
        if not has_read.is_set():
            has_read.set()
            may_go_on.wait(0.3)

    watch(database, monkeypatch, hold)
    version = Version(database)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(version.now)
        has_read.wait(5)
        with database.engine.begin() as connection:
            connection.execute(update(Content).values(version=Content.version + 1))
        found = [version.now()]
        may_go_on.set()
        slow.result()
        found.append(version.now())
    assert found == sorted(found)


def test_while_one_renews_it_the_others_go_on(database, lease, monkeypatch):
    ticks, has_read, may_go_on = [0.0], Event(), Event()
    monkeypatch.setattr(clock, "ticks", lambda: ticks[0])
    version = Version(database)
    known = version.now()
    watch(database, monkeypatch, lambda: has_read.set() or may_go_on.wait(5))
    ticks[0] = lease * 0.6
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(version.now)
        assert has_read.wait(5)
        assert version.now() == known
        assert not slow.done()
        may_go_on.set()
        assert slow.result() == known


def test_a_connection_that_was_lost_is_made_again(database, lease):
    version = Version(database)
    known = version.now()
    database._peepholes[-1].close()
    clock.pause(lease)
    assert version.now() == known
