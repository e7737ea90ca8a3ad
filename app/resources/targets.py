"""What posts and comments point to: noted when they are written, and looked through for what no
collection has yet. Nothing here commits."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Delete, Row, Select, case, delete, exists, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lib.db import is_sqlite
from app.lib.paging import Key, cut, older_than
from app.lib.prepared import Prepared
from app.posts.models import Post, State
from app.resources.models import CommentLink, Item, Link, Target
from app.resources.rules import LONGEST_URL, link_key

LONGEST_WORDS = 200
MOST_COUNTED = 100
PLAIN = {"synchronize_session": False}


class Uncurated(NamedTuple):
    """A target with how many public posts and comments point to it, MOST_COUNTED at most, and the
    newest of each."""

    target: Target
    posts: int
    comments: int
    in_post: Link | None
    in_comment: CommentLink | None

    @property
    def url(self) -> str:
        known = (link.url for link in (self.in_post, self.in_comment) if link)
        return next(filter(None, known), f"https://{self.target.key}")

    @property
    def words(self) -> str:
        known = (link.words for link in (self.in_post, self.in_comment) if link)
        return next(filter(None, known), "")


def note_post(session: Session, post_id: int, links: dict[str, str], at: datetime) -> None:
    """Remember which addresses a post points to, and in which words, in the order of its text."""
    found = _keyed(links)
    had = set(session.scalars(select(Link.key).where(Link.post_id == post_id)))
    _lock_targets(session, had | found.keys())
    session.execute(delete(Link).where(Link.post_id == post_id))
    session.add_all(
        Link(post_id=post_id, key=key, position=position, url=url, words=words)
        for position, (key, (url, words)) in enumerate(found.items())
    )
    session.flush()
    note_targets(session, found, at)
    _forget_targets(session, had - found.keys())


def note_comment(
    session: Session, comment_id: int, place: tuple[int, int], links: dict[str, str], at: datetime
) -> None:
    """The same for a public comment; `place` is its post and its number there."""
    found = _keyed(links)
    had = _forget_links(session, [comment_id])
    _lock_targets(session, had | found.keys())
    post_id, number = place
    where = {"comment_id": comment_id, "post_id": post_id, "number": number}
    rows = [
        {**where, "key": key, "url": url, "words": words} for key, (url, words) in found.items()
    ]
    if rows:
        session.execute(insert(CommentLink), rows)
    note_targets(session, found, at)
    _forget_targets(session, had - found.keys())


def note_targets(session: Session, keys: Collection[str], at: datetime) -> None:
    """That these are spoken of, as of then. In their order, so that nobody who writes waits for
    another in a circle."""
    rows = [{"key": key, "spoken_at": at} for key in sorted(keys)]
    _noting(is_sqlite(session)).run_each(session, rows)


def forget_comments(session: Session, ids: Select[tuple[int]] | list[int]) -> None:
    """Know nothing more of what these comments pointed to; they are not public any more."""
    gone = _forget_links(session, ids)
    _lock_targets(session, gone)
    _forget_targets(session, gone)


def forget_unlinked(session: Session) -> None:
    """Those that only drafts had which were thrown away."""
    session.execute(_unlinked(), execution_options=PLAIN)


def uncurated(
    session: Session, ours: str, now: datetime, size: int, before: Key | None
) -> tuple[list[Uncurated], Key | None]:
    """What public texts point to that is no resource yet and not on this site, whose own key is
    `ours`; spoken of last first."""
    is_own = or_(Target.key == ours, Target.key.startswith(f"{ours}/", autoescape=True))
    in_posts, in_comments = _in_posts(now), _in_comments(now)
    rows = (
        select(
            Target,
            _count(in_posts),
            _count(in_comments),
            _newest(in_posts, Link.post_id),
            _newest(in_comments, CommentLink.comment_id),
        )
        .where(~exists().where(Item.key == Target.key), ~is_own)
        .where(or_(exists(in_posts.correlate(Target)), exists(in_comments.correlate(Target))))
        .where(*older_than(before, Target.spoken_at, Target.id))
        .order_by(Target.spoken_at.desc(), Target.id.desc())
    )
    found, has_more = cut(list(session.execute(rows.limit(size + 1))), size)
    last = found[-1][0] if has_more else None
    return _with_links(session, found), Key(last.spoken_at, last.id) if last else None


def _with_links(session: Session, rows: list[Row]) -> list[Uncurated]:
    keys = [target.key for target, *_ in rows]
    posts = _rows(session, Link, Link.post_id, keys, [row[3] for row in rows])
    comments = _rows(session, CommentLink, CommentLink.comment_id, keys, [row[4] for row in rows])
    return [
        Uncurated(
            target,
            in_posts,
            in_comments,
            posts.get((post_id, target.key)),
            comments.get((comment_id, target.key)),
        )
        for target, in_posts, in_comments, post_id, comment_id in rows
    ]


def _rows(session: Session, model: Any, id: Any, keys: list[str], ids: list[int | None]) -> dict:
    known = {one for one in ids if one is not None}
    rows = select(id, model).where(model.key.in_(keys), id.in_(known)) if known else None
    found = session.execute(rows) if rows is not None else ()
    return {(of, row.key): row for of, row in found}


def _in_posts(now: datetime) -> Select:
    """The links of public posts to a target."""
    rows = select(Link.post_id).join(Post, Post.id == Link.post_id)
    return rows.where(Link.key == Target.key, *_is_public(now))


def _in_comments(now: datetime) -> Select:
    """Those of comments, which are public as far as their posts are."""
    rows = select(CommentLink.comment_id).join(Post, Post.id == CommentLink.post_id)
    return rows.where(CommentLink.key == Target.key, *_is_public(now))


def _is_public(now: datetime) -> tuple:
    return Post.state == State.PUBLISHED, Post.published_at <= now


def _count(links: Select):
    """How many, without going through all of those to what everybody points to."""
    some = links.limit(MOST_COUNTED).correlate(Target).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _newest(links: Select, id: Any):
    return links.order_by(id.desc()).limit(1).correlate(Target).scalar_subquery()


def _keyed(links: dict[str, str]) -> dict[str, tuple[str, str]]:
    """By the key of each address the address itself and its words."""
    found: dict[str, tuple[str, str]] = {}
    for url, words in links.items():
        key = link_key(url) if len(url) <= LONGEST_URL else None
        if key:
            found.setdefault(key, (url, "" if link_key(words) else words[:LONGEST_WORDS]))
    return found


def _forget_links(session: Session, ids: Select[tuple[int]] | list[int]) -> set[str]:
    gone = delete(CommentLink).where(CommentLink.comment_id.in_(ids)).returning(CommentLink.key)
    return set(session.scalars(gone, execution_options=PLAIN))


def _lock_targets(session: Session, keys: Collection[str]) -> None:
    """Make others who note these wait, each in the same order."""
    if keys and not is_sqlite(session):
        rows = select(Target.id).where(Target.key.in_(sorted(keys))).order_by(Target.key)
        session.execute(rows.with_for_update()).all()


def _forget_targets(session: Session, keys: Collection[str]) -> None:
    """Those of the targets that nothing points to any more."""
    if keys:
        gone = _unlinked().where(Target.key.in_(sorted(keys)))
        session.execute(gone, execution_options=PLAIN)


def _unlinked() -> Delete:
    in_posts = exists().where(Link.key == Target.key)
    in_comments = exists().where(CommentLink.key == Target.key)
    return delete(Target).where(~in_posts, ~in_comments)


@cache
def _noting(is_in_sqlite: bool) -> Prepared:
    """Built once: it stands behind each post and each comment with a link."""
    statement = (sqlite.insert if is_in_sqlite else postgresql.insert)(Target.__table__)
    newer = case(
        (statement.excluded.spoken_at > Target.spoken_at, statement.excluded.spoken_at),
        else_=Target.spoken_at,
    )
    newest = {"spoken_at": newer}
    return Prepared(statement.on_conflict_do_update(index_elements=[Target.key], set_=newest))
