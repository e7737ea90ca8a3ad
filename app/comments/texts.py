"""What a comment says: its text as HTML, the comments that it names, such as #3, and the members
whom it speaks to, such as @cyd. Nobody is found in it who does not take part under the post."""

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.comments.models import Comment, State
from app.comments.rules import LONGEST, NOTHING
from app.lib import markup
from app.lib.db import plain_rows
from app.lib.errors import Invalid
from app.members.models import Member, Standing
from app.site import links

EXCERPT = 160
NUMBER = re.compile(r"#([1-9][0-9]{0,6})\b", re.ASCII)
# A name has up to 60 characters; which of the words behind an @ are one, only the members tell.
NAME = re.compile(r"(?<![\w@#&/])@(\w[^\n@]{0,70})")
MOST_NAMES = MOST_NUMBERS = 10
MOST_WORDS = 4
AROUND = " .,;:!?…()[]*\"'”’"


class Written(NamedTuple):
    """`named` are numbers of comments, `mentioned` ids of members."""

    html: str
    excerpt: str
    named: tuple[int, ...]
    mentioned: tuple[int, ...]


def written(session: Session, post: Any, text: str) -> Written:
    """The comment as it will be shown under `post`; raises Invalid when it cannot be posted."""
    _check(text)
    return _made(text, _numbers(post, text), _people(session, post, text))


def plainly(text: str) -> Written:
    """What a page elsewhere says, as plain words: nothing in it is a mark or a link, and it speaks
    to nobody. Raises Invalid as well."""
    _check(text)
    html = markup.plain_html(text)
    return Written(html, markup.plain(html, EXCERPT), (), ())


def _check(text: str) -> None:
    if not text.strip():
        raise Invalid(NOTHING, "text")
    if len(text) > LONGEST:
        raise Invalid(
            f"A comment has up to {LONGEST:,} characters; this one has {len(text):,}.", "text"
        )


@lru_cache(maxsize=32)
def _made(text: str, numbers: markup.Marks, people: tuple[tuple[str, str, int], ...]) -> Written:
    """The last ones are remembered: a comment is looked at before it is posted, and made ready
    before a lock is taken under which it is wanted again."""
    marks = numbers + tuple((mark, address) for mark, address, _ in people)
    html = markup.comment_html(text, marks)
    found = markup.anchors(html) if marks else set()
    return Written(
        html,
        markup.plain(html, EXCERPT),
        tuple(int(mark[1:]) for mark, address in numbers if (mark, address) in found),
        tuple(sorted({id for mark, address, id in people if (mark, address) in found})),
    )


def _numbers(post: Any, text: str) -> markup.Marks:
    """The marks of comments that are there, with their permalinks."""
    numbers = map(int, NUMBER.findall(text)) if "#" in text else ()
    there = dict.fromkeys(number for number in numbers if number <= post.last_comment_number)
    # Each of them is told: one comment shall not write to a whole thread.
    first = sorted(list(there)[:MOST_NUMBERS])
    return tuple((f"#{number}", links.comment(post, number)) for number in first)


def _people(session: Session, post: Any, text: str) -> tuple[tuple[str, str, int], ...]:
    """The marks of participants, with where each last spoke, or else the page of the author."""
    called = _called(text)
    if not called:
        return ()
    values = {"post_id": post.id, "logins": [name.lower() for name in called], "names": called}
    rows = plain_rows(session, _participants(), **values)
    found: dict[str, tuple[str, str, int]] = {}
    # Who spoke last comes last: of two with one name, that one is meant. But nobody is found
    # under a name who is not under it as a login: that one is nobody else's.
    rows = sorted(rows, key=lambda row: row.last_number or 0)
    here = [row for row in rows if row.last_number is not None or row.id == post.author_id]
    for is_called in (lambda name, row: name == row.name, _is_login):
        for row in here:
            for name in filter(lambda name: is_called(name, row), called):
                found[name] = (f"@{name}", _address(post, row), row.id)
    return tuple(found[name] for name in sorted(found))


def _is_login(name: str, row: Row) -> bool:
    return name.lower() == row.login


def _called(text: str) -> list[str]:
    """All that may be a login or a name behind an @."""
    found: set[str] = set()
    for behind in NAME.findall(text)[:MOST_NAMES] if "@" in text else ():
        words = behind.split(" ", MOST_WORDS)[:MOST_WORDS]
        found.add(re.match(r"[\w-]+", behind)[0])
        found.update(" ".join(words[: count + 1]).rstrip(AROUND) for count in range(len(words)))
    return sorted(found)


def _address(post: Any, row: Row) -> str:
    if row.last_number is None:
        return links.author(row.login)
    return links.comment(post, row.last_number)


@cache
def _participants() -> Select:
    """Members of these names and the number of the last comment of each under the post."""
    last = (
        select(Comment.number)
        .where(
            Comment.post_id == bindparam("post_id"),
            Comment.member_id == Member.id,
            Comment.state == State.PUBLISHED,
        )
        .order_by(Comment.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    has_name = or_(
        Member.login.in_(bindparam("logins", expanding=True)),
        Member.name.in_(bindparam("names", expanding=True)),
    )
    rows = select(Member.id, Member.login, Member.name, last.label("last_number"))
    return rows.where(has_name, Member.standing != Standing.LEFT)
