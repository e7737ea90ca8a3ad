"""Starting, refusing to start, and stopping, as the owner's shell sees it."""

import os
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cast import PASSWORD
from tests.server import command, free_port, serving, settings

MISCONFIGURED = 2
WEAK = {"SECRET_KEY": "short"}
DEBUG = {"SITE_URL": "https://blog.example.org", "FLASK_DEBUG": "1"}


@pytest.fixture
def in_haste():
    """There are other processes, which have to learn of what is written."""


@pytest.mark.parametrize(
    ("words", "name", "given"),
    [
        ("db upgrade", "DATABASE_URL", {"DATABASE_URL": "mysql://somewhere/blog"}),
        ("demo", "DATABASE_URL", {"DATABASE_URL": "sqlite:////no/such/folder/blog.sqlite3"}),
        ("serve", "DATABASE_URL", {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}),
        ("serve", "SITE_URL", {"HOST": "0.0.0.0"}),
        ("demo", "SECRET_KEY", WEAK),
        ("serve", "FLASK_DEBUG", DEBUG),
    ],
)
def test_safety_24_a_setting_that_cannot_work_is_named_in_one_line(tmp_path, words, name, given):
    """Some with one of the commands each: all read their settings in one place, where each setting
    is tried (test_config)."""
    _refuses(settings(tmp_path, **given), words.split(), name)


def test_an_instance_folder_that_cannot_be_written_is_named_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    _refuses(settings(tmp_path / "file" / "instance"), ("db", "upgrade"), "INSTANCE_PATH")


def test_a_schema_that_is_not_there_yet_is_named_in_one_line(tmp_path):
    _refuses(settings(tmp_path), ("serve",), "DATABASE_URL")


def test_a_port_that_is_taken_is_named_in_one_line(tmp_path):
    env = settings(tmp_path)
    command(env, "db", "upgrade")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        _refuses({**env, "PORT": port}, ("serve",), "PORT")


def test_the_first_start_makes_everything_and_the_second_changes_nothing(tmp_path):
    env = settings(tmp_path / "a folder", DEMO_PASSWORD=PASSWORD)
    for _ in range(2):
        command(env, "db", "upgrade")
    first = command(env, "demo", "--if-empty").stdout
    assert PASSWORD in first
    assert "jeffrey" in first
    assert command(env, "demo", "--if-empty").stdout == ""
    assert "there already" in command(env, "demo").stdout
    assert (tmp_path / "a folder" / "secret_key").stat().st_mode & 0o777 == 0o600
    with serving(env) as server:
        assert "Informal Learning - 2010" in server.get("/").decode()
    said = (tmp_path / "a folder" / "serve.log").read_text()
    assert said == f"Commonplace is at {server.url} (Ctrl-C ends it)\n"


@pytest.fixture
def server(tmp_path):
    env = settings(tmp_path)
    command(env, "db", "upgrade")
    with serving(env) as server:
        yield server


def test_stopping_stops_all_that_was_started(server):
    started = _family(server.process.pid)
    assert len(started) >= 3  # The server, its web process, the worker.
    assert server.stop(signal.SIGTERM) == 0
    assert _gone(started)


def test_ctrl_c_ends_the_server_which_ends_the_others(server):
    """A terminal sends it to the web process as well, where it must not cross the server's word."""
    started = _family(server.process.pid)
    group = os.getpgid(started[0])
    web = next(pid for pid in started[1:] if os.getpgid(pid) == group)
    os.kill(web, signal.SIGINT)
    time.sleep(0.3)
    assert web in _below(started[0])
    assert server.stop(signal.SIGINT) == 0
    assert _gone(started)


@pytest.mark.on("postgresql")
def test_stopping_stops_who_looks_for_the_web_processes(tmp_path, database_url):
    env = settings(tmp_path, DATABASE_URL=database_url)
    command(env, "db", "upgrade")
    with serving(env) as server:
        for _ in range(200):  # So closely that somebody looks into the database for all.
            server.get("/")
        started = _family(server.process.pid)
        assert server.stop(signal.SIGTERM) == 0
        assert _gone(started)


def test_a_killed_server_leaves_nothing_behind(server):
    started = _family(server.process.pid)
    server.stop(signal.SIGKILL)
    assert _gone(started)


def test_a_worker_that_dies_is_started_again(server):
    worker = _worker(server.process.pid)
    os.kill(worker, signal.SIGKILL)
    assert _wait(lambda: _worker(server.process.pid) not in (None, worker))


def test_the_worker_is_no_stranger_to_the_web_processes(server):
    """In one session with them, so that it stands behind them; but apart when Ctrl-C is pressed."""
    started = server.process.pid
    assert _wait(lambda: _worker(started))
    worker = _worker(started)
    assert os.getsid(worker) == os.getsid(started)
    assert os.getpgid(worker) != os.getpgid(started)


def _refuses(env: dict[str, str], words: Sequence[str], name: str) -> None:
    env = {"PORT": str(free_port()), **env}
    done = command(env, *words, status=MISCONFIGURED)
    assert done.stderr.startswith(f"{name}: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def _family(pid: int) -> list[int]:
    """The process and all that it started, once the worker is among them."""
    assert _wait(lambda: _worker(pid))
    return [pid, *_below(pid)]


def _below(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children = [int(child) for child in (task / "children").read_text().split()]
        found += [one for child in children for one in (child, *_below(child))]
    return found


def _worker(pid: int) -> int | None:
    for child in _below(pid):
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
            return child
    return None


def _gone(pids: list[int]) -> bool:
    return _wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def _wait(is_so) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return False
