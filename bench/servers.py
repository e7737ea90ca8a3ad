"""Starting the programs that are measured, and what they take."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.blogs import Blog
from config import ROOT

PATIENCE_SECONDS = 30
WORKERS = 2


@dataclass
class Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Server:
    name: str
    port: int
    process: subprocess.Popen
    log: Path
    first_answer: float = field(default=0.0)  # Seconds from its start.

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.putrequest("GET", path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return Answer(
                f"{response.status} {response.reason}",
                [(name.lower(), value) for name, value in response.getheaders()],
                response.read(),
            )
        finally:
            connection.close()


@contextmanager
def ours(blog: Blog) -> Iterator[Server]:
    """`flask serve` as its owner starts it."""
    line = ["-m", "flask", "serve", "--workers", str(WORKERS)]
    with _running(blog.backend, line, blog.env, blog.instance / "serve.log", "/") as server:
        yield server


@contextmanager
def bare(kind: str, file: Path, path: str) -> Iterator[Server]:
    """A program of bench.bare that answers with what the file has."""
    line = ["-m", "bench.bare", kind, "PORT", str(WORKERS), str(file)]
    env = {"PATH": "/usr/bin:/bin"}
    with _running(kind, line, env, file.with_name(f"{kind}.log"), path) as server:
        yield server


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def memory(pid: int) -> tuple[int, int]:
    """Resident set and proportional set, in bytes."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in rollup[1:]}
    return sizes["Rss"], sizes["Pss"]


@contextmanager
def _running(name: str, line: list[str], env: dict, log: Path, path: str) -> Iterator[Server]:
    port = free_port()
    line = [str(port) if word == "PORT" else word for word in line]
    with log.open("a") as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *line],
            cwd=ROOT,
            env={**env, "PORT": str(port)},
            stdout=out,
            stderr=out,
        )
    server = Server(name, port, process, log)
    try:
        _wait_for(server, path)
        server.first_answer = time.perf_counter() - started
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: Server, path: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.name} did not start: {server.log.read_text()[-2000:]}")
        try:
            server.get(path)
            return
        except OSError:
            time.sleep(0.002)
    raise RuntimeError(f"{server.name}: no answer in {PATIENCE_SECONDS} s")
