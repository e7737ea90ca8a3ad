"""What a page of a long discussion costs beside a short one: server time in process, as for
growth. Whatever the length, a page has 50 comments, so it should cost the same."""

import statistics
from collections import defaultdict
from contextlib import ExitStack

from sqlalchemy import select

from app.lib.db import Database
from app.posts.models import Post
from app.site import links
from app.site.links import COMMENTS_ON_A_PAGE
from bench.blogs import Blog
from bench.growth import TIMES, once

SHORT, LONG = LENGTHS = (COMMENTS_ON_A_PAGE, 10_000)
HOW = f"Server time in process, median of {TIMES} answers that nobody had asked for before."
ALL_OF_IT = f"a post with {SHORT} comments"

Threads = dict[str, dict[str, float]]  # By page and backend, in seconds.


def measure(made: list[Blog]) -> Threads:
    """Medians; the pages take turns."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        plan = [
            (blog, app, *page)
            for blog in made
            for app, database in [stack.enter_context(blog.opened())]
            for page in _pages(blog, database)
        ]
        for _ in range(TIMES):
            for blog, app, name, path in plan:
                taken[name, blog.backend].append(once(app, path))
    found: Threads = defaultdict(dict)
    for (name, backend), seconds in taken.items():
        found[name][backend] = statistics.median(seconds)
    return found


def _pages(blog: Blog, database: Database) -> list[tuple[str, str]]:
    """Names and paths. The oldest post has as many comments as wanted; the newest has twenty."""
    with database.reading() as session:
        post = session.scalars(select(Post).order_by(Post.published_at).limit(1)).one()
    if post.last_comment_number != blog.comments:
        raise RuntimeError(f"The oldest post has {post.last_comment_number} comments.")
    if blog.comments == SHORT:
        return [(ALL_OF_IT, links.post(post))]
    middle = _address(links.comment(post, LONG // 2 + 1))
    in_threads = _address(links.in_threads(post, f"{LONG // 2}-{LONG // 2}"))
    return [
        ("the first page", links.post(post)),
        ("a permalink in the middle", middle),
        ("the last page", _address(links.comment(post, LONG))),
        ("threads, the first page", _address(links.in_threads(post))),
        ("threads, in the middle", in_threads),
    ]


def _address(link: str) -> str:
    return link.partition("#")[0]
