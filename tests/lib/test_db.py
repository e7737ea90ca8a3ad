"""The database: sessions that lose nothing, moments in UTC, refusals of bad addresses."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from app.jobs.models import Job
from app.lib import clock, migrate
from app.lib.db import Database, afterwards, as_stored
from app.lib.engines import FRESH_SECONDS
from app.lib.errors import Misconfigured
from app.members.models import SignIn
from app.site.models import Site
from app.tags.models import Tag
from tests.cast import NOW
from tests.lib.crowd import count_up, crowd

ABSENT = 4_000_000_000


def slugs_of(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Tag.slug).order_by(Tag.slug)))


def add_tags(database: Database, *slugs: str, error: BaseException | None = None) -> None:
    with database.writing() as session:
        for slug in slugs:
            session.add(Tag(slug=slug, name=slug.title()))
            session.flush()
        if error:
            raise error


def a_job(at: datetime) -> Job:
    return Job(kind="none", payload="{}", run_at=at)


def test_safety_09_eight_processes_that_write_at_once_lose_nothing(database, database_url):
    with database.writing() as session:
        session.get(Site, 1).posts_per_page = 0
    crowd(8, count_up, database_url, 100)
    with database.reading() as session:
        assert session.get(Site, 1).posts_per_page == 800


@pytest.fixture
def sqlite(tmp_path):
    url = f"sqlite:///{tmp_path}/blog.sqlite3"
    migrate.upgrade(url)
    database = Database(url)
    yield database
    database.close()


def test_safety_25_every_pooled_connection_enforces_foreign_keys(sqlite):
    reader = sqlite.engine.execution_options(reading=True)
    connections = [reader.connect() for _ in range(20)]
    said = [connection.scalar(text("PRAGMA foreign_keys")) for connection in connections]
    for connection in connections:
        connection.close()
    assert said == [1] * 20


def test_safety_25_a_row_without_its_parent_is_refused(database):
    orphan = SignIn(digest="d", member_id=ABSENT, created_at=NOW, seen_at=NOW)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(orphan)


def test_safety_36_a_moment_without_a_zone_is_refused(database):
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a time zone"), database.writing() as session:
        session.add(a_job(naive))
    with pytest.raises(StatementError), database.reading() as session:
        session.scalar(select(Job).where(Job.run_at < naive))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (NOW, NOW),
        (datetime(2026, 3, 29, 3, tzinfo=timezone(timedelta(hours=2))), "2026-03-29T01:00:00"),
        (datetime(2026, 1, 1, 0, tzinfo=timezone(timedelta(hours=14))), "2025-12-31T10:00:00"),
        (datetime(1, 1, 2, tzinfo=UTC), "0001-01-02T00:00:00"),
        (datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC), "9999-12-30T23:59:59.999999"),
    ],
)
def test_safety_36_a_moment_comes_back_in_utc(database, given, kept):
    with database.writing() as session:
        session.add(a_job(given))
    with database.reading() as session:
        found = session.scalars(select(Job.run_at)).one()
    expected = kept if kept is NOW else datetime.fromisoformat(kept).replace(tzinfo=UTC)
    assert found == expected == given
    assert found.utcoffset() == timedelta(0)


def test_moments_are_compared_as_moments_whatever_their_zone(database):
    later_by_the_clock = NOW.astimezone(timezone(timedelta(hours=5)))
    with database.writing() as session:
        session.add(a_job(NOW))
        session.flush()
        assert session.scalar(select(Job).where(Job.run_at <= later_by_the_clock))
        assert not session.scalar(select(Job).where(Job.run_at < later_by_the_clock))


def test_a_reading_session_refuses_to_write(database):
    with database.reading() as session:
        session.add(Tag(slug="pond", name="Pond"))
        with pytest.raises(RuntimeError):
            session.flush()
    for change in (insert(Tag).values(slug="pond", name="Pond"), update(Tag), delete(Tag)):
        with database.reading() as session, pytest.raises(RuntimeError):
            session.execute(change)
    assert slugs_of(database) == []


def test_connections_lost_while_they_lay_in_the_pool_are_made_again(database, backend, monkeypatch):
    monkeypatch.setattr(clock, "ticks", lambda: 0.0)
    with database.reading() as third:
        third.connection()
        with database.reading() as one, database.reading() as other:
            lost = [session.connection().connection.dbapi_connection for session in (one, other)]
        if backend == "postgresql":
            for connection in lost:
                third.execute(select(func.pg_terminate_backend(connection.info.backend_pid)))
    monkeypatch.setattr(clock, "ticks", lambda: FRESH_SECONDS)
    add_tags(database, "pond")
    with database.reading() as one, database.reading() as other:
        assert [session.scalar(select(Tag.slug)) for session in (one, other)] == ["pond"] * 2


def test_a_unit_of_work_is_kept_when_it_ends(database):
    add_tags(database, "pond")
    assert slugs_of(database) == ["pond"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_unit_of_work_that_raises_is_rolled_back_whole(database, error):
    with pytest.raises(error):
        add_tags(database, "pond", "lake", error=error())
    assert slugs_of(database) == []


def test_a_unit_of_work_that_the_database_refuses_is_rolled_back_whole(database):
    with pytest.raises(IntegrityError):
        add_tags(database, "pond", "lake", "pond")
    assert slugs_of(database) == []


def test_refusals_do_not_use_up_the_pool(database):
    for _ in range(40):
        with pytest.raises(IntegrityError):
            add_tags(database, "pond", "pond")
    add_tags(database, "pond")
    assert slugs_of(database) == ["pond"]


def test_a_reader_on_sqlite_sees_one_state_while_others_write(sqlite):
    with sqlite.reading() as session:
        before = session.scalar(select(Site.posts_per_page))
        with sqlite.writing() as other:
            other.get(Site, 1).posts_per_page = before + 1
        assert session.scalar(select(Site.posts_per_page)) == before


def test_threads_write_in_the_order_in_which_they_came(sqlite):
    written = []

    def write(number: int) -> None:
        with sqlite.writing() as session:
            session.add(Tag(slug=f"tag-{number}", name=f"Tag {number}"))
            written.append(number)

    threads = [Thread(target=write, args=(number,)) for number in range(8)]
    with sqlite.writing():
        for thread in threads:
            thread.start()
            clock.pause(0.005)  # Until it waits.
    for thread in threads:
        thread.join()
    assert written == list(range(8))


def test_what_comes_afterwards_keeps_no_writer_waiting(database):
    found = []
    with database.writing() as session:
        session.add(Tag(slug="pond", name="Pond"))
        afterwards(session, lambda: add_tags(database, "lake"))
        afterwards(session, lambda: found.extend(slugs_of(database)))
    assert found == ["lake", "pond"]


def test_nothing_comes_after_a_unit_of_work_that_was_rolled_back(database):
    found = []
    with suppress(ZeroDivisionError), database.writing() as session:
        afterwards(session, lambda: found.append("told"))
        raise ZeroDivisionError
    assert found == []


def test_one_that_waits_for_itself_or_for_another_process_is_refused_in_the_end(
    sqlite, monkeypatch
):
    monkeypatch.setattr("app.lib.engines.BUSY_SECONDS", 0.05)
    other = Database(str(sqlite.engine.url))
    with sqlite.writing() as session:
        session.add(Tag(slug="pond", name="Pond"))
        session.flush()
        for database in (sqlite, other):
            with pytest.raises(OperationalError, match="database is locked"):
                add_tags(database, "lake")
    other.close()
    add_tags(sqlite, "lake")
    assert slugs_of(sqlite) == ["lake", "pond"]


def test_a_database_that_is_there_answers(database):
    database.check()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://a.example/blog",
        "oracle://a.example/blog",
        "postgresql+nonesuch://a.example/blog",
        "nonesuch:///blog",
        "postgresql://a.example:port/blog",
        "http://a.example/",
    ],
)
def test_an_address_that_is_no_database_is_refused_by_name(url):
    with pytest.raises(Misconfigured) as error:
        Database(url)
    assert str(error.value).startswith("DATABASE_URL:")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///{folder}/nowhere/blog.sqlite3",
        "sqlite:///{folder}",
        "sqlite:///{folder}/text.txt",
        "postgresql+psycopg://nobody@127.0.0.1:1/blog?connect_timeout=2",
    ],
)
def test_a_database_that_does_not_answer_is_told_in_one_line(url, tmp_path):
    (tmp_path / "text.txt").write_text("This is no database, but a text of some length." * 50)
    database = Database(url.format(folder=tmp_path))
    with pytest.raises(Misconfigured) as error:
        database.check()
    database.close()
    assert str(error.value).startswith("DATABASE_URL: the database does not answer: ")
    assert "\n" not in str(error.value)


def test_safety_46_an_error_of_the_database_names_no_value(database):
    add_tags(database, "secret-pond")
    with pytest.raises(IntegrityError) as caught:
        add_tags(database, "secret-pond")
    assert "Secret-Pond" not in str(caught.value)


def test_what_is_made_as_stored_is_no_change_until_it_is_changed(database):
    with database.writing() as session:
        session.add(tag := Tag(slug="water", name="Water"))
        session.flush()
        stored = as_stored(Tag, {"id": tag.id, "slug": "water", "name": "as it was read"})
    with database.writing() as session:
        session.add(stored)
        assert not session.dirty
    assert names_of(database) == ["Water"]
    with database.writing() as session:
        session.add(stored)
        assert stored.slug == "water"
        stored.name = "Waters"
    assert names_of(database) == ["Waters"]


def names_of(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Tag.name)))
