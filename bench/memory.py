"""What each process takes when it has worked and its page cache is full."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.posts.models import Post
from bench import servers, wrk
from bench.blogs import Blog
from bench.servers import Server
from config import Config

MEGABYTE = 1024 * 1024
SECONDS = 3
MOST_RUNS = 20
ACCEPT = {"Accept-Encoding": "br"}


@dataclass(frozen=True)
class Process:
    name: str
    rss: int
    pss: int


def measure(blog: Blog, server: Server) -> list[Process]:
    _fill_caches(blog, server)
    found = []
    for pid in servers.family(server.process.pid):
        found.append(Process(_name(pid, server), *servers.memory(pid)))
    return sorted(found, key=lambda process: process.name)


def _fill_caches(blog: Blog, server: Server) -> None:
    """Ask for ever other posts until half as many bytes again have come as all caches hold."""
    bound = Config.from_env(blog.env).page_cache_mb * MEGABYTE * servers.WORKERS
    paths = paths_of(blog)
    size = len(server.get(paths[0]).body)
    came, asked = 0, 0
    with tempfile.NamedTemporaryFile("w", dir=blog.instance) as file:
        for _ in range(MOST_RUNS):
            if came >= 1.5 * bound:
                return
            file.seek(0)
            file.truncate()
            file.write("\n".join(paths[asked % len(paths) :]))
            file.flush()
            measured = wrk.run(server.port, "/", ACCEPT, SECONDS, "each.lua", file.name)
            asked += round(measured.rate * SECONDS)
            came += round(measured.rate * SECONDS) * size
    raise RuntimeError(
        f"{server.name}: the caches did not fill, {came:,} of {1.5 * bound:,.0f} bytes"
    )


def paths_of(blog: Blog) -> list[str]:
    """The addresses of many posts, the newest first."""
    rows = select(Post.path).where(Post.path.is_not(None)).order_by(Post.id.desc()).limit(20_000)
    with blog.opened() as (_, database), database.reading() as session:
        return [f"/{path}" for path in session.scalars(rows)]


def _name(pid: int, server: Server) -> str:
    if pid == server.process.pid:
        return "parent"
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return "worker of jobs" if b"worker" in words else "web process"
