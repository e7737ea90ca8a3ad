"""What is owed is done at least once, by one worker at a time, and never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import func, select

from app.jobs import queue, timetable
from app.jobs.models import Job
from app.lib import clock, migrate
from app.lib.db import Database
from app.lib.storage import Folder
from app.mail.delivery import Carrier
from app.tags.models import Tag
from app.worker import HANDLERS, IDLE_SECONDS, Worker, check_foreign_keys, errands
from tests.cast import NOW

LEASE_ENDS = NOW + timedelta(seconds=60)


def owe(database, kind: str = "count", key: str | None = None, at=NOW, **payload) -> None:
    with database.writing() as session:
        queue.add(session, kind, payload, at, key)


def lease(database, now=NOW) -> Job | None:
    with database.writing() as session:
        return queue.lease(session, now)


def owed(database) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def break_down(_session, _payload, _now):
    raise ValueError("no water")


def count(session, payload, _now):
    """Leaves a row for each run."""
    session.add(Tag(slug=f"{payload['number']}", name="done"))


@pytest.fixture
def worker(database):
    return Worker(database, {"count": count, "break": break_down})


def test_a_job_with_a_key_is_owed_once(database):
    for _ in range(3):
        owe(database, key="once")
        owe(database)
    assert [job.key for job in owed(database)].count("once") == 1
    assert len(owed(database)) == 4


def test_a_job_is_not_done_before_its_time(database):
    owe(database, at=NOW + timedelta(seconds=1))
    assert lease(database, NOW) is None
    assert lease(database, NOW + timedelta(seconds=1)) is not None


def test_the_job_that_has_waited_longest_comes_first(database):
    owe(database, "late", at=NOW)
    owe(database, "early", at=NOW - timedelta(hours=1))
    assert [lease(database).kind for _ in range(2)] == ["early", "late"]


def test_safety_32_a_lease_is_for_one_worker_until_it_ends(database):
    owe(database)
    first = lease(database)
    assert lease(database, LEASE_ENDS - timedelta(seconds=1)) is None
    again = lease(database, LEASE_ENDS)
    assert (again.id, again.attempts) == (first.id, 2)


def test_safety_32_who_lost_the_lease_can_neither_finish_nor_fail_the_job(database):
    owe(database)
    slow, fast = lease(database), lease(database, LEASE_ENDS)
    with database.writing() as session:
        queue.finish(session, slow)
        queue.fail(session, slow, "too late", LEASE_ENDS)
        queue.again_at(session, slow, NOW)
    assert owed(database)[0].last_error is None
    assert lease(database, LEASE_ENDS) is None
    with database.writing() as session:
        queue.finish(session, fast)
    assert owed(database) == []


def test_safety_32_a_job_that_fails_is_tried_eight_times_and_then_kept_for_people(
    database, worker, caplog
):
    owe(database, "break")
    now, pauses = NOW, []
    while worker.run_once(now):
        job = owed(database)[0]
        pauses.append((job.run_at - now).total_seconds())
        now = job.run_at
    job = owed(database)[0]
    assert pauses[:4] == [30, 120, 480, 1920]
    assert max(pauses) <= 24 * 60 * 60
    assert (job.attempts, job.last_error) == (8, "ValueError: no water")
    assert job.failed_at is not None
    assert lease(database, now + timedelta(days=365)) is None


def test_safety_32_a_poisonous_job_does_not_hold_up_the_others(database, worker, caplog):
    owe(database, "break", at=NOW - timedelta(hours=1))
    owe(database, "unheard of", at=NOW - timedelta(hours=1))
    owe(database, number=1)
    with clock.frozen(NOW):
        assert [worker.run_once(NOW) for _ in range(4)] == [True, True, True, False]
    assert {job.kind: job.attempts for job in owed(database)} == {"break": 1, "unheard of": 1}
    assert [job.last_error for job in owed(database)][1].startswith("KeyError")


def test_safety_32_an_errand_that_hangs_holds_up_nothing_in_the_house(database):
    released, stopping = Event(), Event()

    def hang(*_):
        assert released.wait(20)

    def notice(session, payload, now):
        count(session, payload, now)
        done.set()

    done = Event()
    worker = Worker(database, {**HANDLERS, "count": notice}, {"hang": hang})
    owe(database, "hang")
    owe(database, number=1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run, stopping)
        assert done.wait(10)
        assert "hang" in {job.kind for job in owed(database)}
        stopping.set()
        released.set()
        running.result(20)
    assert "hang" not in {job.kind for job in owed(database)}


def test_an_errand_is_finished_by_itself_and_kept_when_it_is_hopeless(database, caplog):
    reasons = iter([None, queue.Failed("not today"), queue.FailedForGood("never")])

    def go(_database, _payload, _now):
        reason = next(reasons)
        if reason:
            raise reason

    worker = Worker(database, {}, {"go": go})
    for _ in range(3):
        owe(database, "go")
    while worker.run_once(NOW):
        pass
    found = [(job.last_error, job.failed_at is None) for job in owed(database)]
    assert found == [("not today", True), ("never", False)]


class Patient(Event):
    """Notes how long it is waited for, and is set after three times."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        if len(self.waits) == 3:
            self.set()
        return self.is_set()


def test_the_worker_rests_for_longer_than_it_worked(database):
    stopping, efforts = Patient(), []

    def work(_session, _payload, _now):
        began = clock.effort()
        while clock.effort() - began < 0.02:
            pass
        efforts.append(clock.effort() - began)

    for _ in range(2):
        owe(database)
    worker = Worker(database, {"count": work})
    worker._keep_on(worker.run_handler, stopping)
    *rests, idle = stopping.waits
    assert len(efforts) == 2
    assert not [rest for rest, effort in zip(rests, efforts, strict=True) if rest <= 2 * effort]
    assert idle == IDLE_SECONDS


def test_what_a_failed_job_did_is_undone(database, caplog):
    def half(session, payload, now):
        count(session, payload, now)
        session.flush()
        raise RuntimeError("half way")

    owe(database, number=1)
    Worker(database, {"count": half}).run_once(NOW)
    with database.reading() as session:
        assert session.scalar(select(func.count(Tag.id))) == 0


def test_workers_at_once_do_each_job_once(database, worker):
    for number in range(40):
        owe(database, number=number)

    def work(_):
        while worker.run_once(NOW):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert owed(database) == []
    with database.reading() as session:
        assert session.scalar(select(func.count(Tag.id))) == 40


def test_an_idle_worker_keeps_nobody_from_writing(servers):
    with servers("sqlite").fresh() as url:
        database = Database(url)
        owe(database, at=NOW + timedelta(seconds=1))
        writer = database.engine.raw_connection()
        writer.execute("BEGIN IMMEDIATE")
        assert Worker(database, HANDLERS, {"go": count}).run_once(NOW) is False
        writer.rollback()
        writer.close()
        database.close()


def test_what_recurs_waits_for_its_next_time(database, tmp_path):
    with database.writing() as session:
        timetable.put_up(session, NOW)
        timetable.put_up(session, NOW + timedelta(minutes=5))
    assert {job.kind for job in owed(database)} == set(timetable.EVERY)
    carrier = Carrier("file:", "blog@pond.example", "https://pond.example", "pond", tmp_path)
    worker, later = (
        Worker(database, HANDLERS, errands(carrier, Folder(carrier.folder))),
        NOW + timedelta(days=1),
    )
    while worker.run_once(later):
        pass
    for job in owed(database):
        assert (job.run_at, job.attempts) == (later + timetable.EVERY[job.kind], 0)


def test_safety_32_what_recurs_is_never_given_up(database, caplog):
    kind, now = "owe daily letters", NOW
    owe(database, kind, key=kind)
    worker = Worker(database, {kind: break_down})
    for number in range(1, 30):
        assert worker.run_once(now)
        (job,) = owed(database)
        assert (job.attempts, job.last_error) == (number, "ValueError: no water")
        pause, now = job.run_at - now, job.run_at
        assert pause <= timetable.EVERY[kind]
    assert pause == timetable.EVERY[kind]
    with database.writing() as session:
        queue.fail(session, job, "by an earlier release", now, 0)
        timetable.put_up(session, now)
    assert next(job for job in owed(database) if job.kind == kind).failed_at is None


def test_safety_25_orphans_are_noticed(tmp_path):
    """Only SQLite lets anyone make one."""
    url = f"sqlite:///{tmp_path}/blog.sqlite3"
    migrate.upgrade(url)
    database = Database(url)
    connection = database.engine.raw_connection()
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(
        "INSERT INTO sign_ins (digest, member_id, created_at, seen_at) VALUES ('d', 99, 1, 1)"
    )
    connection.close()
    with database.reading() as session, pytest.raises(RuntimeError, match="1 rows"):
        check_foreign_keys(session, {}, NOW)
    database.close()
