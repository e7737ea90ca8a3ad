"""`flask worker`: the second program."""

import os
import signal
from threading import Event, Thread

import click
from flask.cli import with_appcontext

from app.cli.failing import one_line
from app.http.store import house
from app.worker import HANDLERS, Worker

LOOK_EVERY_SECONDS = 1.0


@click.command()
@click.option("--until-parent-ends", is_flag=True, help="End with the program that started this.")
@with_appcontext
def worker(until_parent_ends: bool) -> None:
    """Run what is owed, until stopped."""
    stopping = Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopping.set())
    if until_parent_ends:
        Thread(target=_watch, args=(os.getppid(), stopping), daemon=True).start()
    with one_line():
        house().database.check()
        Worker(house().database, HANDLERS).run(stopping)


def _watch(parent: int, stopping: Event) -> None:
    """A parent that was killed cannot say so; then somebody else is our parent."""
    while not stopping.wait(LOOK_EVERY_SECONDS):
        if os.getppid() != parent:
            stopping.set()
