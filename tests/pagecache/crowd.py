"""Several processes that change a page and read it at once; a module of its own, so that they
start fast."""

import mmap
import re
import struct
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import request_started
from werkzeug.test import create_environ, run_wsgi_app

from app.factory import create_app
from app.lib import clock
from app.members.models import Member
from app.resources import actions, queries
from app.resources.rules import Reference
from config import Config
from tests.processes import forked

PROCESSES, ROUNDS, READS = 4, 250, 9
ADDRESS = "/resources.opml"
SAID = re.compile(rb'text="(\d) says (\d+)"')
NOTES = struct.Struct(f"{PROCESSES}q")
NOTE = struct.Struct("q")


@dataclass
class Tally:
    writes: int = 0
    reads: int = 0
    asked: int = 0
    stale: int = 0


def crowd(url: str, folder: Path, curator: int, items: list[int]) -> list[Tally]:
    """What each of the processes found. `items` are the resources that they change, one each."""
    board = folder / "board"
    board.write_bytes(bytes(2 * NOTES.size))
    with ProcessPoolExecutor(PROCESSES, mp_context=forked()) as pool:
        tasks = [
            pool.submit(take_part, url, folder, me, curator, item) for me, item in enumerate(items)
        ]
        return [task.result() for task in tasks]


def take_part(url: str, folder: Path, me: int, curator: int, item: int) -> Tally:
    """Change an item, note the number that it now says, and read the page: it has to show of each
    process the number that was noted before it was asked for, or a later one."""
    app = create_app(Config(database_url=url, instance_path=folder / f"instance-{me}"))
    database, tally = app.extensions["commonplace"].database, Tally()
    environ = create_environ(ADDRESS)

    def count(*_given, **_more) -> None:
        tally.asked += 1

    with _board(folder) as board, request_started.connected_to(count, sender=app):
        _wait_for_the_others(board, me)
        for number in range(1, ROUNDS + 1):
            with database.writing() as session:
                row, member = queries.item(session, item), session.get_one(Member, curator)
                said = Reference(f"https://{me}.example/", f"{me} says {number}")
                actions.change_item(session, member, row, said, clock.now())
            NOTE.pack_into(board, me * NOTE.size, number)
            tally.writes += 1
            for _ in range(READS):
                noted = NOTES.unpack_from(board)
                body, _, _ = run_wsgi_app(app.wsgi_app, dict(environ), buffered=True)
                shown = {int(who): int(number) for who, number in SAID.findall(b"".join(body))}
                tally.stale += any(shown[who] < number for who, number in enumerate(noted))
                tally.reads += 1
    database.close()
    return tally


@contextmanager
def _board(folder: Path):
    """Memory that all share: the last number of each, then who is there."""
    with (folder / "board").open("r+b") as file, mmap.mmap(file.fileno(), 0) as board:
        yield board


def _wait_for_the_others(board: mmap.mmap, me: int) -> None:
    NOTE.pack_into(board, NOTES.size + me * NOTE.size, 1)
    while not all(NOTES.unpack_from(board, NOTES.size)):
        clock.pause(0.005)
