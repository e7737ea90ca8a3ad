"""What a run was measured on."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from app.lib.engines import make_engine

PACKAGES = ("granian", "Flask", "SQLAlchemy", "psycopg")


def facts(postgresql: str | None) -> dict[str, str]:
    """Machine and versions by name; of the PostgreSQL server at the address, if there is one."""
    return {
        "Date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "Cores": str(len(os.sched_getaffinity(0))),
        "Processor": _read("/proc/cpuinfo", r"model name\s*: (.*)"),
        "Memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1024**3:.0f} GiB",
        "Kernel": platform.release(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **({"PostgreSQL": _postgresql(postgresql)} if postgresql else {}),
        **{package: version(package) for package in PACKAGES},
        "wrk": _wrk(),
    }


def _read(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text())
    return found[1].strip() if found else "unknown"


def _postgresql(url: str) -> str:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return str(connection.scalar(text("SHOW server_version")))
    finally:
        engine.dispose()


def _wrk() -> str:
    said = subprocess.run([shutil.which("wrk"), "-v"], capture_output=True, text=True).stdout
    return said.split()[1] if said else "unknown"
