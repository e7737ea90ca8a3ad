"""`flask serve`: the web server, and the worker beside it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from functools import partial
from threading import Event, Thread

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces

from app.cli.failing import one_line, ready
from app.cli.family import end_with
from app.http.store import house
from app.lib.errors import Misconfigured
from config import ROOT, Config

STOP_SECONDS = 10
# Enough that readers find one free while others write, which is mostly waiting: for their turn,
# for the disk, for the page caches of all processes.
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
    house().database.close()  # No connection may go with the web processes, which are forked.
    stopping = Event()
    keeper = Thread(target=_keep_worker, args=(_start_worker(), stopping))
    keeper.start()
    click.echo(f"Commonplace is at {config.site_url} (Ctrl-C ends it)")
    app = current_app._get_current_object()
    try:
        server(config, workers, threads).serve(target_loader=partial(_web, app, os.getpid()))
    finally:
        stopping.set()
        keeper.join()


def _share_heaps() -> None:
    """Let the threads of this process, and of those forked from it, share few heaps."""
    with suppress(AttributeError, OSError):  # Other systems than Linux with glibc have no such.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def _web(app: Flask, parent: int, _target: str) -> Flask:
    """The application of a web process, called in it; what is read there is counted."""
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
    return Granian(
        "wsgi:app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
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
        start_new_session=True,  # Ctrl-C is for us; we stop the worker when the web has ended.
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
