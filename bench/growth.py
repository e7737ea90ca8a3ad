"""What an answer costs as the blog grows: server time in process, through the whole application,
of answers that nobody had asked for before."""

import statistics
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from itertools import count

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import create_environ

from app.lib.db import Database
from app.lib.paging import Key
from app.posts.models import Post
from bench import visitors
from bench.blogs import SITE, Blog

TIMES = 40
FAR = timedelta(days=30)  # From the beginning of the blog: about where its last pages are.
_number = count(1)

Growth = dict[str, dict[str, dict[int, float]]]  # By page, backend and posts, in seconds.


def measure(made: list[Blog]) -> Growth:
    """Medians; the sizes take turns, so that what the machine does besides hits all alike."""
    found: Growth = defaultdict(lambda: defaultdict(dict))
    taken = defaultdict(list)
    with ExitStack() as stack:
        plan = [
            (blog, app, *page)
            for blog in made
            for app, database in [stack.enter_context(blog.opened())]
            for page in pages(app, database)
        ]
        for _ in range(TIMES):
            for blog, app, name, path, cookie in plan:
                taken[name, blog.backend, blog.posts].append(once(app, path, cookie))
    for (name, backend, posts), seconds in taken.items():
        found[name][backend][posts] = statistics.median(seconds)
    return found


def pages(app: Flask, database: Database) -> list[tuple[str, str, str]]:
    """Name, path and cookie of what is measured."""
    owner = visitors.owner(app, database).cookie
    with database.reading() as session:
        newest = _newest(session)
        oldest = session.scalars(select(Post).order_by(Post.published_at, Post.id).limit(1)).one()
    day_before = newest.published_at.replace(day=1) - timedelta(days=1)
    return [
        ("home", "/", ""),
        ("home, far back", f"/?before={Key(oldest.published_at + FAR, oldest.id)}", ""),
        ("post", f"/{newest.path}", ""),
        ("oldest post", f"/{oldest.path}", ""),
        ("tag", "/tags/paper", ""),
        ("feed", "/feed.atom", ""),
        ("archive month", f"/{day_before:%Y/%m}", ""),
        ("member’s home", "/", owner),
        ("desk list", "/desk/posts", owner),
    ]


def newest_path(blog: Blog) -> str:
    """The address of the newest post, which has 20 comments."""
    with blog.opened() as (_, database), database.reading() as session:
        return f"/{_newest(session).path}"


def once(app: Flask, path: str, cookie: str = "") -> float:
    """Seconds for one answer that was not kept."""
    asked = f"{path}{'&' if '?' in path else '?'}n={next(_number)}"
    environ = create_environ(asked, SITE, headers={"Cookie": cookie} if cookie else {})
    said: list[str] = []
    started = time.perf_counter()
    parts = app(environ, lambda status, _headers, _error=None: said.append(status))
    body = b"".join(parts)
    seconds = time.perf_counter() - started
    if hasattr(parts, "close"):
        parts.close()
    if not said[0].startswith("200") or not body:
        raise RuntimeError(f"{path}: {said[0]}")
    return seconds


def statements(blog: Blog) -> int:
    """How many SQL statements a missed post page takes."""
    path = newest_path(blog)
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    with blog.opened() as (app, database):
        once(app, path)
        event.listen(database.engine, "before_cursor_execute", note)
        once(app, path)
    count = sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)
    if not count:
        raise RuntimeError("What should have been missed was kept, so there is no miss to measure.")
    return count


def _newest(session: Session) -> Post:
    rows = select(Post).where(Post.path.is_not(None))
    return session.scalars(rows.order_by(Post.published_at.desc(), Post.id.desc()).limit(1)).one()
