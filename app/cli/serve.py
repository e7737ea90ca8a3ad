"""`flask serve`: the web server, and the worker beside it."""

import ctypes
import fcntl
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from tempfile import TemporaryFile
from threading import Event, Thread
from typing import IO, Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from sqlalchemy.exc import SQLAlchemyError

from app.cli.failing import one_line, ready
from app.cli.family import end_with
from app.http.pages import read_templates
from app.http.store import House, house
from app.lib import clock
from app.lib.db import Database
from app.lib.errors import Misconfigured
from app.pagecache.board import Board
from app.pagecache.watcher import Watcher
from app.posts import queries as posts
from app.site import links
from config import ROOT, Config

Load = Callable[[str], Any]
STOP_SECONDS = 10
# Enough that readers find one free while others write, which is mostly waiting: for their turn,
# for the disk, and with PostgreSQL for the page caches of all processes.
THREADS = 16
RESTART_SECONDS = 3.0
# As glibc numbers what can be set: among how many heaps threads are spread. By itself it takes
# eight for each processor, and what one thread has given back is of no use to another's heap.
M_ARENA_MAX, HEAPS = -8, 2


@click.command()
@click.option("--workers", default=1, show_default=True, help="How many web processes.")
@click.option("--threads", default=THREADS, show_default=True, help="How many in each of them.")
@with_appcontext
def serve(workers: int, threads: int) -> None:
    """Serve the blog and run its worker, until stopped."""
    config = house().config
    with one_line():
        ready()
        _check_port(config)
    _share_heaps()
    stopping = Event()
    keeper = Thread(target=_keep_worker, args=(_start_worker(), stopping))
    keeper.start()
    click.echo(f"Commonplace is at {config.site_url} (Ctrl-C ends it)")
    app = current_app._get_current_object()
    try:
        read_templates(app)  # Once for all web processes, and before anybody waits for a page.
        rehearse(app, house())
        house().database.close()  # No connection may go with the web processes, which are forked.
        gc.collect()
        gc.freeze()  # What stands by now stays. In each of them it need not be looked through.
        with watched(house()), settled(workers, partial(_web, app, os.getpid())) as load:
            server(config, workers, threads).serve(target_loader=load)
    finally:
        stopping.set()
        keeper.join()


def rehearse(app: Flask, house: House) -> None:
    """Answer what is asked for most, once for all web processes: what is made at a first time, such
    as statements, takes ten times as long as an answer, and longer when many come at once."""
    nobody = {"User-Agent": ""}  # Who is not counted as a reader.
    with suppress(SQLAlchemyError):  # If something is wrong, readers are told as at other times.
        with house.database.reading() as session:
            newest, _ = posts.latest(session, clock.now(), 1)
        for path in (links.HOME, *map(links.post, newest)):
            # In the context of this command each would leave its session open, for the next and for
            # the web processes.
            with app.app_context():
                app.test_client().get(path, base_url=house.config.site_url, headers=nobody).close()


@contextmanager
def watched(house: House) -> Iterator[None]:
    """A board for the web processes that are forked meanwhile, and one who posts on it. With SQLite
    they look themselves, which takes no longer than to read what is posted."""
    if house.database.engine.dialect.name == "sqlite":
        yield
        return
    board = Board()
    house.version.read_from(board)
    watcher = Watcher(Database(house.config.database_url, pool_size=1), board)
    watcher.start()
    try:
        yield
    finally:
        watcher.stop()


def _share_heaps() -> None:
    """Let the threads of this process, and of those forked from it, share few heaps."""
    with suppress(AttributeError, OSError):  # Other systems than Linux with glibc have no such.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


@contextmanager
def settled(workers: int, load: Load) -> Iterator[Load]:
    """`load` in a web process that keeps to a processor of its own, if there are as many of the one
    as of the other. Sent from one to the next, as its threads take turns in Python, a process finds
    nothing in the caches there of what it works with, and takes a third longer."""
    if not hasattr(os, "sched_setaffinity") or workers != len(os.sched_getaffinity(0)):
        yield load
        return
    with TemporaryFile() as places:
        yield partial(_load_settled, places, load)


def _load_settled(places: IO, load: Load, target: str) -> Any:
    _settle(places)
    return load(target)


def _settle(places: IO) -> None:
    """Take the first processor that no other web process has. Its number is the place of a lock,
    which is given back with the end of the process, however that comes."""
    for processor in sorted(os.sched_getaffinity(0)):
        try:
            fcntl.lockf(places, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, processor)
        except OSError:  # Another has it.
            continue
        with suppress(OSError):  # Where it may not be chosen, all goes on as it would without.
            os.sched_setaffinity(0, {processor})
        return


def _web(app: Flask, parent: int, _target: str) -> Flask:
    """The application of a web process, called in it; what is read there is counted."""
    # A terminal's Ctrl-C is meant for the server, which then ends us. Of two signals at once both
    # may be taken by a thread that does not wake the one that would act on them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    end_with(parent, lambda: os.kill(os.getpid(), signal.SIGTERM))
    app.extensions["commonplace"].ledger.keep()
    return app


def _check_port(config: Config) -> None:
    with socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise Misconfigured(
                f"PORT: cannot listen at {config.host}:{config.port}: {error.strerror}"
            ) from error


def server(config: Config, workers: int, threads: int = THREADS) -> Granian:
    # At each start it would warn that there are more threads than processors, of which most wait.
    logging.getLogger("_granian").addFilter(lambda said: "Python threads" not in said.getMessage())
    return Granian(
        "wsgi:app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # No browser speaks HTTP/2 without TLS, which is the proxy's affair.
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        websockets=False,
        log_level="warning",
        working_dir=ROOT,
    )


def _start_worker() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "worker", "--child-of", str(os.getpid())],
        cwd=ROOT,
        # Ctrl-C is for us; we stop the worker when the web has ended. In a session of its own it
        # would get as much of the processors as all the rest (sched(7), autogroup).
        process_group=0,
    )


def _keep_worker(worker: subprocess.Popen, stopping: Event) -> None:
    """Start the worker again if it should die, and stop it at the end.

    The first is started before this thread is: a web process that was forked between would
    inherit the pipe by which a new program tells that it runs, and hold it open.
    """
    while not stopping.wait(0.2):
        if worker.poll() is not None:
            stopping.wait(RESTART_SECONDS)
            worker = _start_worker()
    _stop(worker)


def _stop(worker: subprocess.Popen) -> None:
    if worker.poll() is None:
        os.kill(worker.pid, signal.SIGTERM)
        try:
            worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
