"""Web process and worker are killed while members talk: what was acknowledged is there, and whom
it concerns gets a letter."""

import os
import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from app.comments.models import Comment
from app.jobs import queue
from app.jobs.models import Job
from app.lib import clock
from app.lib.storage import Folder
from app.members import signin
from app.worker import HANDLERS, Worker, errands
from tests import cast
from tests.following.crowd import Commenter, Talk, commenter
from tests.following.working import work
from tests.processes import forked
from tests.server import Server, serving, settings

# Comments of each member within a minute: as many as one may write.
EACH = 5
TALKERS = 4
WEBS = 2
KILLS_AND_COMMENTS = {"sqlite": (20, 200), "postgresql": (6, 60)}


@pytest.fixture
def in_haste():
    """There are other processes, which have to learn of what is written."""


@pytest.fixture
def start(database_url, carrier):
    """Workers beside the one that belongs to the server; forked from a process that has the
    imports done, so that one is there as soon as another is killed."""
    context = forked()
    started = []

    def start():
        stopping = context.Event()
        given = (database_url, carrier, stopping)
        process = context.Process(target=work, args=given, daemon=True)
        process.start()
        started.append(process)
        return process, stopping

    yield start
    for process in started:
        process.kill()
        process.join(20)


def test_safety_20_kills_lose_no_comment_and_no_letter(
    app, house, backend, database_url, mail_server, carrier, tmp_path, start
):
    kills, size = KILLS_AND_COMMENTS[backend]
    address, known = _gather(app, house, size // EACH)
    env = settings(tmp_path, DATABASE_URL=database_url, MAIL_URL=mail_server.url)
    with ThreadPoolExecutor(TALKERS) as pool, serving(env, "--workers", str(WEBS)) as server:
        talk = Talk(server.url, address)
        talks = [pool.submit(talk.hold, known[n::TALKERS], EACH) for n in range(TALKERS)]
        last, stopping = _kill_while_they_talk(server, start, talk, kills, size)
        for one in talks:
            one.result()
    stopping.set()
    last.join(20)
    assert last.exitcode == 0
    _finish(house.database, carrier)
    assert talk.refused == []
    assert sorted(talk.acknowledged) == list(range(1, size + 1))
    owed = _owed(house.database, talk)
    sent = Counter(map(_whom_and_what, mail_server.taken))
    assert set(sent) == owed
    assert sum(sent.values()) - len(owed) <= kills


def _gather(app, house, members: int) -> tuple[str, list[Commenter]]:
    """The address of a post, and members who are signed in."""
    with house.database.writing() as session:
        bow = cast.member(session, "bow", role="author")
        people = [cast.member(session, f"reed{number}") for number in range(members)]
        session.flush()
        address = f"/{cast.post(session, bow).path}"
        tokens = {one.login: signin.begin(session, one, "", clock.now()) for one in people}
    return address, [commenter(app, login, token, address) for login, token in tokens.items()]


def _owed(database, talk: Talk) -> set[tuple[str, int]]:
    """Who is to be told of which comment, by what was acknowledged; each of them is there."""
    with database.reading() as session:
        rows = session.execute(select(Comment.number, Comment.id, Comment.source))
        there = {number: (id, source) for number, id, source in rows}
    owed = set()
    for number, (login, answered) in talk.acknowledged.items():
        id, source = there[number]
        assert source.startswith(f"{login} says")
        owed |= {("bow", id), (talk.acknowledged[answered][0] if answered else "bow", id)}
        owed -= {(login, id)}
    return owed


def _kill_while_they_talk(server: Server, start, talk: Talk, kills: int, size: int):
    """The worker of ours that is left."""
    chance, ours = random.Random(20), start()
    victims = ["web", "worker"] * (kills // 2)
    chance.shuffle(victims)
    for victim in victims:
        talk.tickets.release(size // kills)
        clock.pause(chance.uniform(0.02, 0.2))
        if victim == "web":
            os.kill(_oldest_web(server), signal.SIGKILL)
        else:
            ours[0].kill()
            ours[0].join(20)
            assert ours[0].exitcode == -signal.SIGKILL
            ours = start()
    return ours


def _finish(database, carrier) -> None:
    """Let a worker do what is left, later than all leases of those that were killed."""
    worker, now = (
        Worker(database, HANDLERS, errands(carrier, Folder(carrier.folder))),
        clock.now() + 2 * queue.LEASE,
    )
    while worker.run_once(now):
        pass
    with database.reading() as session:
        assert not session.scalars(select(Job.kind).where(Job.run_at <= now)).all()


def _whom_and_what(letter) -> tuple[str, int]:
    id = letter["Message-ID"].removeprefix("<comment-").partition("@")[0]
    return letter["To"].addresses[0].username, int(id)


def _oldest_web(server: Server) -> int:
    """The web process that has served longest, of two. A server gives up when the same one dies
    twice in a row."""
    pid, deadline = server.process.pid, clock.ticks() + 20
    while clock.ticks() < deadline:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        web = [int(one) for one in children if b"serve" in _line(one)]
        if len(web) == WEBS:
            return min(web)
        clock.pause(0.01)
    raise AssertionError("no web process")


def _line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
