"""A page of the discussion under a post, in one of its two orders: by number, which is by time, or
in threads. What is chosen stands in the address, so the page is the same for everybody."""

import re
from collections.abc import Callable
from sys import getsizeof
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.comments import queries
from app.comments.queries import MOST_ANSWERS, ThreadKey
from app.comments.rules import Thread, threads
from app.http.pages import BESIDE_ITS_TEXT
from app.lib.errors import NotFound
from app.site import links
from app.site.links import COMMENTS_ON_A_PAGE
from app.web.freshness import recalled, remember
from app.web.places import KEY, place_of

NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


class Shown(NamedTuple):
    """A comment on a page: its row, the address of what it answers and whether that is quoted,
    and the numbers and addresses of those that answer it."""

    row: Row
    answered_url: str | None
    quotes: bool
    answers: tuple[tuple[int, str], ...]
    has_more_answers: bool

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def thread_number(self) -> int:
        return self.row.thread_number


class Pages(NamedTuple):
    """The page and the ways to the others. `last` is where a page by numbers ends."""

    threads: tuple[Thread, ...]
    in_threads: bool
    after: int = 0
    last: int = 0
    first_url: str | None = None
    earlier_url: str | None = None
    later_url: str | None = None
    last_url: str | None = None


def number_in(text: str | None) -> int | None:
    """The number of a comment; none for all that is no such number."""
    return int(text) if text and NUMBER.fullmatch(text) else None


def asked_for(session: Session, post: Row) -> Pages:
    """The page that the address names; raises NotFound when there is no such page."""
    after = request.args.get("after", "")
    if request.args.get("view") == "threads":
        key = _key(after)
        if after and (key is None or key.thread > post.last_comment_number):
            raise NotFound("This discussion has no such page.")
        return _in_threads(session, post, key)
    number = number_in(after)
    if after and (number is None or number >= max(1, post.last_comment_number)):
        raise NotFound("This discussion has no such page.")
    return holding(session, post, (number or 0) + 1)


def around(session: Session, post: Row, number: int) -> Pages:
    """The page from which the reader writes about comment `number`, or on which it would stand."""
    if place_of(post).view:
        return _in_threads(session, post, _key(request.args.get("after", "")))
    return holding(session, post, number)


def holding(session: Session, post: Row, number: int) -> Pages:
    """The page by numbers on which comment `number` stands, or would stand."""
    after = (number - 1) // COMMENTS_ON_A_PAGE * COMMENTS_ON_A_PAGE
    return _remembered(_by_number, session, post, after)


def _by_number(session: Session, post: Row, after: int) -> Pages:
    size, last = COMMENTS_ON_A_PAGE, post.last_comment_number
    has_later = last > after + size
    return Pages(
        threads=tuple(map(Thread, _shown(post, queries.of_post(session, post, after)))),
        in_threads=False,
        after=after,
        last=min(after + size, last),
        first_url=links.comments_after(post, 0) if after > size else None,
        earlier_url=links.comments_after(post, after - size) if after else None,
        later_url=links.comments_after(post, after + size) if has_later else None,
        last_url=links.comments_after(post, last - 1) if last > after + 2 * size else None,
    )


def _key(text: str) -> ThreadKey | None:
    match = KEY.fullmatch(text)
    return ThreadKey(int(match[1]), int(match[2])) if match else None


def _in_threads(session: Session, post: Row, key: ThreadKey | None) -> Pages:
    if key is None:
        return _remembered(_threads, session, post, key)
    return _threads(session, post, key)  # Whoever asks can think of as many keys as they like.


def _threads(session: Session, post: Row, key: ThreadKey | None) -> Pages:
    rows, later = queries.in_threads(session, post, key)
    return Pages(
        threads=threads(_shown(post, rows, in_threads=True)),
        in_threads=True,
        first_url=links.in_threads(post) if key else None,
        later_url=links.in_threads(post, f"{later.thread}-{later.number}") if later else None,
    )


def _remembered(read: Callable[..., Pages], session: Session, post: Row, after: Any) -> Pages:
    """A page of the discussion as it is now. Most are asked for again before it changes."""
    what = (read, post.id, post.talk_state, after)
    pages = recalled(what)
    if pages is None:
        pages = read(session, post, after)
        remember(what, pages, BESIDE_ITS_TEXT + sum(map(_size, pages.threads)))
    return pages


def _size(thread: Thread) -> int:
    """In bytes, about."""
    shown = filter(None, (thread.comment, *thread.replies))
    return sum(BESIDE_ITS_TEXT + getsizeof(one.row.html) for one in shown)


def _shown(post: Row, rows: list[Row], in_threads: bool = False) -> list[Shown]:
    here = {row.number for row in rows}

    def address(number: int) -> str:
        return f"#comment-{number}" if number in here else links.comment(post, number)

    def is_near(row: Row, above: Row | None) -> bool:
        """What stands right above, or leads the thread, needs no repeating."""
        leads = in_threads and row.parent_number == row.thread_number
        is_above = above is not None and above.number == row.parent_number
        return is_above or (leads and row.parent_number in here)

    def shown(row: Row, above: Row | None) -> Shown:
        parent = row.parent_number
        by = sorted(map(int, row.answered_by.split(","))) if row.answered_by else []
        return Shown(
            row,
            address(parent) if parent else None,
            bool(row.parent_excerpt) and not is_near(row, above),
            tuple((number, address(number)) for number in by[:MOST_ANSWERS]),
            len(by) > MOST_ANSWERS,
        )

    return [shown(row, above) for row, above in zip(rows, [None, *rows], strict=False)]
