"""A post under which people talk, and a worker that takes its letters to a real mail server."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from app.following import choosing
from app.following.models import Choice
from app.jobs import timetable
from app.lib.storage import Folder
from app.mail.delivery import Carrier
from app.members.models import Member
from app.posts.models import Post
from app.worker import HANDLERS, Worker, errands
from tests import cast
from tests.cast import NOW
from tests.mail.server import listening


@pytest.fixture
def mail_server():
    with listening() as server:
        yield server


@pytest.fixture
def carrier(mail_server, tmp_path):
    site = ("blog@pond.example", "https://pond.example", "pond.example")
    return Carrier(mail_server.url, *site, folder=tmp_path / "mail")


@pytest.fixture
def worker(database, carrier):
    return Worker(database, HANDLERS, errands(carrier, Folder(carrier.folder)))


@pytest.fixture
def pond(database):
    """Everybody, and Bow's post."""
    with database.writing() as session:
        people = cast.people(session)
        post = cast.post(session, people["bow"])
        cast.comment(session, people["bea"], cast.post(session, people["bea"], "Noise"))
        timetable.put_up(session, NOW)
    return SimpleNamespace(post=post.id, **{login: row.id for login, row in people.items()})


@pytest.fixture
def say(database, pond):
    """Comment under the post; what was said, as a row."""

    def say(login: str, text: str = "Well said.", answer: int | None = None, at: datetime = NOW):
        with database.writing() as session:
            by, under = session.get(Member, getattr(pond, login)), session.get(Post, pond.post)
            return cast.comment(session, by, under, text, answer, at)

    return say


@pytest.fixture
def choose(database, pond):
    """Choose for the thread; for all threads, without letters or as an author where it says so."""

    def choose(login: str, choice: Choice | None, by_mail: bool = True) -> None:
        with database.writing() as session:
            member = session.get(Member, getattr(pond, login))
            choosing.choose(session, member, session.get(Post, pond.post), choice, NOW)
            if not by_mail:
                choosing.choose_for_all(session, member, choice, choice, by_mail)

    return choose


@pytest.fixture
def deliver(worker, mail_server):
    """The letters that come once all that is owed by now is done, as (login, message)."""

    def deliver(now: datetime = NOW) -> list[tuple]:
        before = len(mail_server.taken)
        while worker.run_once(now):
            pass
        taken = mail_server.taken[before:]
        return [(one["To"].addresses[0].username, one) for one in taken]

    return deliver


@pytest.fixture
def told(deliver):
    """Who gets a letter, each as often as it comes."""
    return lambda now=NOW: sorted(login for login, _ in deliver(now))
