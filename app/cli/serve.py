"""`flask serve`: the web server, and the worker beside it."""

import os
import signal
import socket
import subprocess
import sys
from threading import Event, Thread

import click
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces

from app.cli.failing import one_line
from app.http.store import house
from app.lib import migrate
from app.lib.errors import Misconfigured
from config import ROOT, Config

STOP_SECONDS = 10
THREADS = 4
RESTART_SECONDS = 3.0


@click.command()
@click.option("--workers", default=1, show_default=True, help="How many web processes.")
@with_appcontext
def serve(workers: int) -> None:
    """Serve the blog and run its worker, until stopped."""
    config = house().config
    with one_line():
        _check(config)
    stopping = Event()
    keeper = Thread(target=_keep_worker, args=(stopping,))
    keeper.start()
    click.echo(f"Commonplace is at {config.site_url} (Ctrl-C ends it)")
    try:
        _server(config, workers).serve()
    finally:
        stopping.set()
        keeper.join()


def _check(config: Config) -> None:
    house().database.check()
    if migrate.current(config.database_url) != migrate.newest():
        raise Misconfigured("DATABASE_URL: the schema is not up to date; run: flask db upgrade")
    with socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise Misconfigured(
                f"PORT: cannot listen at {config.host}:{config.port}: {error.strerror}"
            ) from error


def _server(config: Config, workers: int) -> Granian:
    return Granian(
        "wsgi:app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        websockets=False,
        log_level="warning",
        working_dir=ROOT,
    )


def _keep_worker(stopping: Event) -> None:
    """Run the worker as a process of its own, again if it should die."""
    while not stopping.is_set():
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "worker", "--until-parent-ends"],
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for us; we stop the worker when the web has ended.
        )
        while worker.poll() is None and not stopping.wait(0.2):
            pass
        _stop(worker)
        stopping.wait(RESTART_SECONDS)


def _stop(worker: subprocess.Popen) -> None:
    if worker.poll() is None:
        os.kill(worker.pid, signal.SIGTERM)
        try:
            worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
