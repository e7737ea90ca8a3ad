"""The real thing: `flask …` as its owner starts it, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config import ROOT

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen

    def get(self, address: str) -> bytes:
        with urlopen(self.url + address, timeout=PATIENCE_SECONDS) as answer:
            return answer.read()

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """What it ended with."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE_SECONDS)


def settings(instance: Path, **more: str) -> dict[str, str]:
    """An environment with these settings and none of whoever runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "INSTANCE_PATH": str(instance), "JOIN_SECONDS": "0", **more}


def command(env: dict[str, str], *words: str, status: int = 0) -> subprocess.CompletedProcess:
    """`flask` with these words; fails unless it ends with `status`."""
    line = [sys.executable, "-m", "flask", *words]
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stdout + done.stderr
    return done


@contextmanager
def serving(env: dict[str, str], *words: str, host: str = "127.0.0.1") -> Iterator[Server]:
    """`flask serve`, with more words, under this name until the block ends, which also sees that
    it ends well."""
    port = free_port()
    url, line = f"http://{host}:{port}", [sys.executable, "-m", "flask", "serve", *words]
    log = Path(env["INSTANCE_PATH"]) / "serve.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            line, cwd=ROOT, env={**env, "PORT": str(port), "SITE_URL": url}, stdout=out, stderr=out
        )
        server = Server(url, process)
        try:
            _wait_for(server, log)
            yield server
        finally:
            if process.poll() is None:
                server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: Server, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert server.process.poll() is None, log.read_text()
        try:
            server.get("/healthz")
            return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"no answer in {PATIENCE_SECONDS} s: {log.read_text()}")
