"""What one comment costs at the least: its rows written and committed by the bare driver, in the
same transaction as our action writes them, with the same settings of the connection."""

import secrets
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle

import psycopg
from sqlalchemy import make_url

from app.lib.engines import BUSY_SECONDS

LONG = timedelta(days=365)  # So that no worker looks for what the jobs are about.
COUNT = (
    "UPDATE posts SET last_comment_number = last_comment_number + 1,"
    " comment_count = comment_count + 1, talk_state = ? WHERE id = ? RETURNING last_comment_number"
)
COMMENT = (
    "INSERT INTO comments (post_id, post_author_id, number, thread_number, parent_id, member_id,"
    " source, html, excerpt, renderer, state, created_at, submission)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 3, 'published', ?, ?) RETURNING id"
)
ANSWER = "INSERT INTO answers (comment_id, to_id) VALUES (?, ?)"
LIMIT = (
    "INSERT INTO counts (key, count, started_at, ends_at) VALUES (?, 1, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET count = counts.count + 1"
)
JOB = "INSERT INTO jobs (kind, payload, key, run_at, attempts) VALUES ('bare', '{}', ?, ?, 0)"
VERSION = "UPDATE content SET version = version + 1, traced = version + 1"


def commit_all(url: str, rows: list[dict], begin: float, end: float) -> list[float]:
    """Commit comments like these over and over, from one moment to another of the monotonic
    clock; when each was done."""
    write = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url)
    time.sleep(max(0.0, begin - time.monotonic()))
    done = []
    for row in cycle(rows):
        if time.monotonic() >= end:
            break
        write(row)
        done.append(time.monotonic())
    return done


def _sqlite(url: str):
    connection = sqlite3.connect(make_url(url).database, isolation_level=None)
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")

    def write(row: dict) -> None:
        connection.execute("BEGIN IMMEDIATE")
        _write(connection.execute, row)
        connection.execute("COMMIT")

    return write


def _postgresql(url: str):
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain, autocommit=True)

    def execute(statement: str, values: tuple = ()):
        return connection.execute(statement.replace("?", "%s"), values)

    def write(row: dict) -> None:
        with connection.transaction():
            _write(execute, row)

    return write


def _write(execute, row: dict) -> None:
    now = datetime.now(UTC)
    for name, seconds in (("comment", 60), ("comment-day", 86_400)):
        ends_at = now + timedelta(seconds=seconds)
        execute(LIMIT, (f"{name}:bare {row['member_id']}", str(now), str(ends_at)))
    (number,) = execute(COUNT, (secrets.randbits(62), row["post_id"])).fetchone()
    thread = 1 if row["parent_id"] else number
    values = (row["post_id"], row["post_author_id"], number, thread, row["parent_id"])
    values += (row["member_id"], row["source"], row["html"], row["excerpt"], str(now))
    values += (secrets.token_urlsafe(24),)
    (id,) = execute(COMMENT, values).fetchone()
    if row["parent_id"]:
        execute(ANSWER, (id, row["parent_id"]))
    execute(JOB, (f"bare {id}", str(now + LONG)))
    execute(VERSION)
