"""`flask worker`: the second program."""

import os
import signal
from threading import Event

import click
from flask.cli import with_appcontext

from app.cli.failing import one_line, ready
from app.cli.family import end_with
from app.cli.mail import carrier
from app.http.store import house
from app.spam import akismet
from app.worker import HANDLERS, Worker, errands

# Beside a web server on the same processors: who reads or writes comes before letters.
BEHIND = 10


@click.command()
@click.option("--child-of", type=int, help="End when this process, which started it, has ended.")
@with_appcontext
def worker(child_of: int | None) -> None:
    """Run what is owed, until stopped."""
    stopping = Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopping.set())
    if child_of is not None:
        end_with(child_of, stopping.set)
        os.nice(BEHIND)
    with one_line():
        ready()
        config, fetcher = house().config, house().fetcher
        service = akismet.service(fetcher, config.akismet_url, config.akismet_key, config.site_url)
        outside = errands(carrier(config), house().storage, service)
        Worker(house().database, HANDLERS, outside).run(stopping)
