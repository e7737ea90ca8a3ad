"""Several processes that change a text and a discussion and read both at once; a module of its own,
so that they start fast."""

import mmap
import re
import struct
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flask import request_started
from sqlalchemy.orm import Session
from werkzeug.test import create_environ, run_wsgi_app

from app.comments import actions as comments
from app.comments.models import Comment
from app.factory import create_app
from app.lib import clock
from app.members.models import Member
from app.posts.models import Post
from app.resources import actions as resources
from app.resources import queries
from app.resources.rules import Reference
from config import Config
from tests.processes import forked

PROCESSES, ROUNDS = 4, 250
TEXT, DISCUSSION = range(2)
SAID = re.compile(rb"(\d) says (\d+)")
NOTES = struct.Struct(f"{PROCESSES}q")
NOTE = struct.Struct("q")


class Ours(NamedTuple):
    """What they change: who may, one resource each, and one comment each under the post there."""

    curator: int
    items: list[int]
    comments: list[int]
    path: str


@dataclass
class Tally:
    writes: int = 0
    reads: int = 0
    asked: int = 0
    stale: int = 0


def crowd(url: str, folder: Path, ours: Ours) -> list[Tally]:
    """What each of the processes found."""
    board = folder / "board"
    board.write_bytes(bytes(3 * NOTES.size))
    with ProcessPoolExecutor(PROCESSES, mp_context=forked()) as pool:
        tasks = [pool.submit(take_part, url, folder, me, ours) for me in range(PROCESSES)]
        return [task.result() for task in tasks]


def take_part(url: str, folder: Path, me: int, ours: Ours) -> Tally:
    """Change a text or a discussion, note the number that it now says, and read them: they have to
    show of each process the number that was noted before they were asked for, or a later one."""
    app = create_app(Config(database_url=url, instance_path=folder / f"instance-{me}"))
    database, tally = app.extensions["commonplace"].database, Tally()
    text, discussion = ("/resources.opml", ""), (ours.path, "")
    # One is asked for under ever new addresses, so that it is made of what is remembered.
    others = [(ours.path, "view=threads"), (ours.path, "n=")]
    asked = [text, discussion, *others, text, discussion, text, discussion, text]

    def count(*_given, **_more) -> None:
        tally.asked += 1

    with _board(folder) as board, request_started.connected_to(count, sender=app):
        _wait_for_the_others(board, me)
        for number in range(1, ROUNDS + 1):
            kind = DISCUSSION if number % 4 else TEXT
            with database.writing() as session:
                (change_text, change_discussion)[kind](session, me, ours, number)
            NOTE.pack_into(board, kind * NOTES.size + me * NOTE.size, number)
            tally.writes += 1
            for path, query in asked:
                query += str(number) if query == "n=" else ""
                noted = NOTES.unpack_from(board, NOTES.size if path == ours.path else 0)
                environ = create_environ(path, query_string=query)
                body, _, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
                shown = {int(who): int(number) for who, number in SAID.findall(b"".join(body))}
                tally.stale += any(shown[who] < number for who, number in enumerate(noted))
                tally.reads += 1
    database.close()
    return tally


def change_text(session: Session, me: int, ours: Ours, number: int) -> None:
    row, member = queries.item(session, ours.items[me]), session.get_one(Member, ours.curator)
    said = Reference(f"https://{me}.example/", f"{me} says {number}")
    resources.change_item(session, member, row, said, clock.now())


def change_discussion(session: Session, me: int, ours: Ours, number: int) -> None:
    comment = session.get_one(Comment, ours.comments[me])
    post = session.get_one(Post, comment.post_id)
    comments.lock(session, post)
    comment.html = f"<p>{me} says {number}</p>"
    comments.tell_of(session, post, comment)


@contextmanager
def _board(folder: Path):
    """Memory that all share: the last numbers of each, then who is there."""
    with (folder / "board").open("r+b") as file, mmap.mmap(file.fileno(), 0) as board:
        yield board


def _wait_for_the_others(board: mmap.mmap, me: int) -> None:
    NOTE.pack_into(board, 2 * NOTES.size + me * NOTE.size, 1)
    while not all(NOTES.unpack_from(board, 2 * NOTES.size)):
        clock.pause(0.005)
