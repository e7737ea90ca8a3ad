"""Statements that go past SQLAlchemy: the same rows, the same refusals, the same events."""

from contextlib import suppress
from logging import INFO

import pytest
from sqlalchemy import Integer, bindparam, event, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.jobs.models import Job
from app.lib.db import Database
from app.lib.nested import nested
from app.lib.prepared import Prepared
from app.members.models import Member, Role, Standing
from app.tags.models import Tag
from tests import cast
from tests.cast import NOW

SECRET = "secret-pond"
ODD = "it's 100 %: %% %(login)s ? :login \\"


@pytest.fixture
def slow(database):
    """What SQLAlchemy executes itself meanwhile."""
    executed = []
    event.listen(database.engine, "before_execute", lambda *given: executed.append(given[1]))
    return executed


@pytest.fixture
def _people(database):
    with database.writing() as session:
        cast.people(session)
        session.add_all(Tag(slug=name.lower(), name=name) for name in ("Pond", "Lake"))


def lay_tags(database: Database, *slugs: str) -> None:
    with database.writing() as session:
        rows = [{"slug": slug, "name": slug.title()} for slug in slugs]
        Prepared(insert(Tag.__table__)).run_each(session, rows)


def slugs_of(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Tag.slug).order_by(Tag.slug)))


def by_login():
    tags = select(Tag.slug, Tag.name).where(Tag.slug != "lake").order_by(Tag.slug).limit(2)
    return select(
        *(Member.id, Member.login, Member.role, Member.standing, Member.joined_at),
        *(Member.verified_at, (Member.role == Role.OWNER).label("is_owner")),
        nested(tags, "tags"),
        func.coalesce(func.nullif(Member.about, ""), ODD).label("about"),
    ).where(Member.login == bindparam("login"))


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("login", ["ada", "una", "nobody"])
def test_rows_are_those_that_sqlalchemy_gives(database, slow, login):
    statement = by_login()
    with database.reading() as session:
        found = session.connection().execute(statement, {"login": login})
        expected, names = found.all(), tuple(found.keys())
        del slow[:]
        rows = Prepared(statement).rows(session, login=login)
    assert rows == expected
    assert slow == []
    for row in rows:
        assert row._fields == names
        assert list(map(type, row)) == list(map(type, expected[0]))


@pytest.mark.usefixtures("_people")
def test_values_are_those_of_their_types(database):
    with database.reading() as session:
        ada, una = (Prepared(by_login()).rows(session, login=login)[0] for login in ("ada", "una"))
    assert (ada.role, ada.standing, ada.is_owner) == (Role.OWNER, Standing.ADMITTED, True)
    assert (ada.joined_at, ada.verified_at, una.verified_at) == (NOW, NOW, None)
    assert (ada.tags, ada.about) == ([["pond", "Pond"]], ODD)
    assert una.is_owner is False


@pytest.mark.parametrize("key", ["here", None])
def test_what_is_written_can_be_asked_back(database, slow, key):
    added = Prepared(insert(Job.__table__).returning(Job.id, Job.key, Job.run_at, Job.failed_at))
    values = {"kind": "none", "payload": "{}", "key": key, "run_at": NOW, "attempts": 0}
    with database.writing() as session:
        rows = [added.rows(session, **values | more)[0] for more in ({}, {"key": "other"})]
        assert slow == []
        assert rows[0] == (rows[0].id, key, NOW, None)
        assert rows[1].id > rows[0].id
        assert session.get_one(Job, rows[0].id).run_at == NOW


@pytest.mark.usefixtures("_people")
def test_values_are_written_as_their_types_are_kept(database, slow):
    rows = update(Member.__table__).where(Member.login == bindparam("who"))
    changed = Prepared(rows.values(standing=bindparam("standing"), about=ODD))
    with database.writing() as session:
        changed.run(session, who="cyd", standing=Standing.SUSPENDED)
        assert slow == []
        cyd = session.scalars(select(Member).where(Member.login == "cyd")).one()
        others = session.scalars(select(Member.about).where(Member.login != "cyd"))
        assert (cyd.standing, cyd.about) == (Standing.SUSPENDED, ODD)
        assert set(others) == {""}


def test_several_are_written_at_once(database, slow):
    lay_tags(database, "pond", "lake", "brook")
    lay_tags(database, "mere")
    lay_tags(database)
    assert slow == []
    assert slugs_of(database) == ["brook", "lake", "mere", "pond"]


def test_what_the_session_owes_goes_before(database):
    with database.writing() as session:
        session.add(Tag(slug="pond", name="Pond"))
        assert Prepared(select(Tag.slug)).rows(session) == [("pond",)]


def test_a_unit_of_work_that_raises_takes_it_back(database):
    with suppress(ZeroDivisionError), database.writing() as session:
        Prepared(insert(Tag.__table__)).run(session, slug="pond", name="Pond")
        raise ZeroDivisionError
    assert slugs_of(database) == []


def test_a_list_of_any_length_goes_the_other_way(database, slow):
    lay_tags(database, "pond", "lake", "brook")
    some = Prepared(select(Tag.slug).where(Tag.slug.in_(bindparam("slugs"))).order_by(Tag.slug))
    given = [["pond"], ["lake", "pond"], []]
    with database.reading() as session:
        assert [[row.slug for row in some.rows(session, slugs=slugs)] for slugs in given] == given
    assert len(slow) == 3


def test_a_default_of_the_house_is_not_forgotten(database):
    with database.writing() as session:
        cyd = cast.member(session, "cyd")
        session.flush()
        names = (c.name for c in Member.__table__.columns if c.default is None and c.name != "id")
        values = {name: getattr(cyd, name) for name in names}
        values |= {"login": "dot", "email": "dot@example.org"}
        Prepared(insert(Member.__table__)).run(session, **values)
        assert session.scalars(select(Member).where(Member.login == "dot")).one().about == ""


def test_a_reading_session_refuses_to_write(database):
    with database.reading() as session, pytest.raises(RuntimeError, match="cannot write"):
        Prepared(insert(Tag.__table__)).run(session, slug="pond", name="Pond")
    assert slugs_of(database) == []


def test_safety_46_what_the_database_refuses_is_refused_as_ever_and_names_no_value(database):
    lay_tags(database, SECRET)
    said = []
    statement, values = insert(Tag.__table__), {"slug": SECRET, "name": "Other"}
    for write in (
        lambda session: session.connection().execute(statement, values),
        lambda session: Prepared(statement).run(session, **values),
    ):
        with pytest.raises(IntegrityError) as caught, database.writing() as session:
            write(session)
        assert type(caught.value.orig).__name__ in ("UniqueViolation", "IntegrityError")
        assert not caught.value.connection_invalidated
        said.append(str(caught.value).replace("%(id_1)s", "?").partition("\n[SQL")[2])
    assert said[0].splitlines()[1:] == said[1].splitlines()[1:]
    assert "parameters hidden" in said[1]
    assert SECRET not in said[1]


def test_safety_36_a_moment_without_a_zone_is_refused(database):
    rows = Prepared(select(Job.id).where(Job.run_at < bindparam("at")))
    with database.reading() as session, pytest.raises(StatementError, match="without a time zone"):
        rows.rows(session, at=NOW.replace(tzinfo=None))


def test_a_value_that_was_not_given_is_missed(database):
    rows = Prepared(select(Tag.slug).where(Tag.slug == bindparam("slug")))
    with database.reading() as session, pytest.raises(StatementError, match="slug"):
        rows.rows(session)


def test_a_connection_that_is_lost_meanwhile_is_not_used_again(database, backend):
    lay_tags(database, "pond")
    slugs = Prepared(select(Tag.slug))
    with database.writing() as other, database.reading() as session:
        assert slugs.rows(session) == [("pond",)]
        driver = session.connection().connection.dbapi_connection
        if backend == "postgresql":
            other.execute(select(func.pg_terminate_backend(driver.info.backend_pid)))
        else:
            driver.close()
        with pytest.raises(DBAPIError) as caught:
            slugs.rows(session)
        assert caught.value.connection_invalidated
    with database.reading() as session:
        assert session.connection().connection.dbapi_connection is not driver
        assert slugs.rows(session) == [("pond",)]


def test_whoever_listens_to_the_statements_hears_all_of_them(database, slow):
    lay_tags(database, "pond", "lake")
    heard = []

    def listener(*given) -> None:
        heard.append(given[2])

    slugs = Prepared(select(Tag.slug).where(Tag.slug == bindparam("slug"), Tag.name != "Lake"))
    event.listen(database.engine, "before_cursor_execute", listener)
    with database.reading() as session:
        assert slugs.rows(session, slug="pond") == [("pond",)]
    event.remove(database.engine, "before_cursor_execute", listener)
    assert len(heard) == len(slow) == 1
    assert "tags.name != 'Lake'" in heard[0]
    with database.reading() as session:
        assert slugs.rows(session, slug="lake") == []
    assert len(heard) == len(slow) == 1


def test_safety_46_they_are_logged_with_the_others_and_no_value_with_them(database, caplog):
    caplog.set_level(INFO, "sqlalchemy.engine")
    lay_tags(database, SECRET)
    assert "INSERT INTO tags" in caplog.text
    assert SECRET not in caplog.text


@pytest.fixture
def postgresql(servers):
    with servers("postgresql").fresh() as url:
        database = Database(url)
        yield database
        database.close()


def test_postgresql_keeps_the_plan_of_what_is_limited(postgresql):
    number = func.generate_series(text("1"), text("100000")).column_valued("number")
    above = select(number).where(number > bindparam("last", type_=Integer)).limit(1)
    plans = "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '% LIMIT 1'"
    next_one = Prepared(above)
    with postgresql.reading() as session:
        for _ in range(12):
            assert next_one.rows(session, last=7) == [(8,)]
        assert session.scalar(text(plans)) > 0
