"""The load: wrk, one run of it and what it said."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SCRIPTS = Path(__file__).parent
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Measured:
    """Requests a second, and seconds that half and 99 of 100 of them took at most."""

    rate: float
    p50: float
    p99: float


def require() -> None:
    if shutil.which("wrk") is None:
        sys.exit("bench: wrk is missing; on Debian: apt-get install wrk")


def run(
    port: int,
    path: str,
    headers: dict[str, str],
    seconds: int,
    script: str | None = None,
    *arguments: str,
) -> Measured:
    """Ask for `path` as fast as it is answered; raises RuntimeError for any answer but a good
    one. A script stands beside this file."""
    line = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in headers.items():
        line += ["-H", f"{name}: {value}"]
    if script:
        line += ["-s", str(SCRIPTS / script)]
    line += [f"http://127.0.0.1:{port}{path}", *(("--", *arguments) if arguments else ())]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{path}: not all was answered:\n{said}")
    return Measured(float(_found(r"Requests/sec:\s+([\d.]+)", said)[1]), *_latencies(said))


def _latencies(said: str) -> tuple[float, float]:
    return tuple(
        float(found[1]) * UNITS[found[2]]
        for percent in (50, 99)
        if (found := _found(rf"\s{percent}%\s+([\d.]+)(us|ms|s|m)\b", said))
    )


def _found(pattern: str, said: str) -> re.Match:
    found = re.search(pattern, said)
    if found is None:
        raise RuntimeError(f"wrk said something else than expected:\n{said}")
    return found
