"""Reading posts. Who may see which is decided here and nowhere else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from app.lib.errors import Gone, Moved, NotFound
from app.lib.paging import Key, at_most, cut, older_than, up_to
from app.lib.prepared import Prepared
from app.members.models import Member
from app.posts import addresses
from app.posts.models import Kind, Post, State, Tagging
from app.posts.rules import is_public, why_not_change
from app.tags.models import Tag

Page = tuple[list[Post], Key | None]

WITHDRAWN = (
    "Its author has withdrawn this post. The address is kept, so that nothing else takes it."
)
MOST_AT_ONCE = 1000
MOST_IN_MENU = 20


def latest(session: Session, now: datetime, size: int, before: Key | None = None) -> Page:
    return _page(session, _listed(), size, now, before)


def pinned(session: Session, now: datetime) -> Post | None:
    """The public post that home begins with, if one is pinned."""
    # Not "is not none": with a bound, SQLite takes the index that has the order as well.
    rows = _listed().where(Post.published_at <= now, Post.pinned_at <= now)
    rows = rows.order_by(Post.pinned_at.desc())
    return session.scalar(_full(rows.limit(at_most(1))))


def by_tag(
    session: Session, tag_id: int, now: datetime, size: int, before: Key | None = None
) -> Page:
    """Posts under a tag, found and sorted by the index of the taggings alone."""
    tagged = (
        select(Tagging.post_id)
        .where(Tagging.tag_id == tag_id, up_to(now, before, Tagging.published_at, Tagging.post_id))
        .order_by(Tagging.published_at.desc(), Tagging.post_id.desc())
        .limit(at_most(size + 1))
    )
    found = visible(session, list(session.scalars(tagged)), now)
    return _with_key(list(found.values()), size)


def by_author(
    session: Session, author_id: int, now: datetime, size: int, before: Key | None = None
) -> Page:
    return _page(session, _listed().where(Post.author_id == author_id), size, now, before)


def in_period(
    session: Session,
    start: datetime,
    end: datetime,
    now: datetime,
    size: int,
    before: Key | None = None,
) -> Page:
    """Posts published from `start` up to, not including, `end`."""
    last = min(now, end - timedelta.resolution)
    return _page(session, _listed().where(Post.published_at >= start), size, last, before)


def visible(session: Session, ids: list[int], now: datetime) -> dict[int, Post]:
    """Those of the posts that everybody may see, by id, in the order of `ids`."""
    # Not asked for by state as well: SQLite would go through all that are public to find some.
    rows = session.scalars(_full(select(Post).where(Post.id.in_(ids)))) if ids else []
    found = {post.id: post for post in rows if is_public(post, now)}
    return {id: found[id] for id in ids if id in found}


def at_path(session: Session, path: str, now: datetime) -> Post:
    """The post or page at an address; raises NotFound, Gone when it was withdrawn, or Moved when
    it has another address now."""
    rows = _full(select(Post).where(Post.path == path))
    return if_public(session, path, session.scalar(rows), now)


def bare_at_path(session: Session, path: str, now: datetime) -> Post:
    """The post at an address without its author and tags, for those who change what is under it;
    raises as above."""
    return if_public(session, path, session.scalar(_bare(), {"path": path}), now)


def shown_at_path(session: Session, path: str, now: datetime) -> Row:
    """What a page shows of the post or page at an address, without what is around it; raises as
    above."""
    found = _at_its_path().rows(session, path=path)
    return if_public(session, path, found[0] if found else None, now)


def ids_at(session: Session, paths: Sequence[str]) -> dict[str, int]:
    """Which posts and pages have these addresses, where one does."""
    found: dict[str, int] = {}
    for start in range(0, len(paths), MOST_AT_ONCE):
        rows = select(Post.path, Post.id).where(Post.path.in_(paths[start : start + MOST_AT_ONCE]))
        found.update((path, id) for path, id in session.execute(rows))
    return found


def tags_of(session: Session, post_id: int) -> Sequence[Row]:
    """Slugs and names of a post's tags, in the author's order."""
    return _tags().rows(session, post_id=post_id)


def menu(session: Session, now: datetime) -> list[Row]:
    """Paths and titles of the published pages, oldest first."""
    pages = (
        select(Post.path, Post.title)
        .where(Post.kind == Kind.PAGE, Post.state == State.PUBLISHED, Post.published_at <= now)
        .order_by(Post.published_at, Post.id)
    )
    return list(session.execute(pages.limit(MOST_IN_MENU)))


def next_publication(session: Session, now: datetime) -> datetime | None:
    """When the next scheduled post or page becomes public, if one is scheduled."""
    coming = select(func.min(Post.published_at)).where(
        Post.state == State.PUBLISHED, Post.published_at > now
    )
    moments = session.scalars(union_all(*(coming.where(Post.kind == kind) for kind in Kind)))
    return min(filter(None, moments), default=None)


def written(session: Session, member: Member, size: int, before: Key | None = None) -> Page:
    """What `member` may change, last changed first: everything for an owner."""
    rows = _own(select(Post), member).where(*older_than(before, Post.updated_at, Post.id))
    rows = rows.order_by(Post.updated_at.desc(), Post.id.desc()).limit(size + 1)
    posts, has_more = cut(list(session.scalars(_full(rows))), size)
    return posts, Key(posts[-1].updated_at, posts[-1].id) if has_more else None


def drafts(session: Session, member: Member, size: int) -> list[Post]:
    """Those that `member` may go on with, last changed first."""
    rows = _own(select(Post), member).where(Post.state == State.DRAFT)
    rows = rows.order_by(Post.updated_at.desc(), Post.id.desc()).limit(size)
    return list(session.scalars(rows.options(joinedload(Post.author))))


def scheduled(session: Session, member: Member, now: datetime, size: int) -> list[Post]:
    """Those of `member` that become public by themselves, the next first."""
    rows = _own(select(Post), member).where(Post.state == State.PUBLISHED, Post.published_at > now)
    rows = rows.options(joinedload(Post.author)).order_by(Post.published_at, Post.id).limit(size)
    found = [post for kind in Kind for post in session.scalars(rows.where(Post.kind == kind))]
    return sorted(found, key=lambda post: (post.published_at, post.id))[:size]


def named(session: Session, member: Member, ids: list[int], now: datetime) -> Sequence[Row]:
    """Id, path and title of those of the posts that `member` may know of at the desk: what is
    public, and what they may change."""
    rows = select(Post.id, Post.path, Post.title, Post.state, Post.published_at, Post.author_id)
    found = session.execute(rows.where(Post.id.in_(ids)).order_by(Post.id.desc())).all()
    return [row for row in found if is_public(row, now) or why_not_change(member, row) is None]


def for_writing(session: Session, member: Member, id: int) -> Post:
    """A post that `member` may change; NotFound for any other, whose existence is private."""
    post = session.scalar(_full(select(Post).where(Post.id == id)))
    if post is None or not (member.is_owner or post.author_id == member.id):
        raise NotFound
    return post


def _own(posts: Select[tuple[Post]], member: Member) -> Select[tuple[Post]]:
    """All of them for an owner."""
    return posts if member.is_owner else posts.where(Post.author_id == member.id)


def if_public(session: Session, path: str, post: Any, now: datetime) -> Any:
    """What was found at an address; raises as `at_path` does."""
    if post is None:
        new = addresses.new_path(session, path)
        raise Moved(path, new) if new else NotFound
    if post.published_at is None or post.published_at > now:
        raise NotFound
    if not is_public(post, now):
        raise Gone(WITHDRAWN)
    return post


# To build a statement takes longer than to run it. Those for the page of a post, which is asked
# for most, are built once and have their values left open.


@cache
def _bare() -> Select[tuple[Post]]:
    return select(Post).where(Post.path == bindparam("path"))


@cache
def _at_its_path() -> Prepared:
    return Prepared(at_its_path())


def at_its_path() -> Select:
    return shown().where(Post.path == bindparam("path"))


def shown() -> Select:
    """What a page shows of posts, public or not."""
    columns = "id kind state path title html excerpt author_id published_at comments"
    columns += " close_after_days comment_count last_comment_number talk_state"
    columns += " changed_at description canonical_url picture_url correction corrected_at"
    shown = [getattr(Post, name) for name in columns.split()]
    author = (Member.login.label("author_login"), Member.name.label("author_name"))
    return select(*shown, *author).join(Post.author)


@cache
def _tags() -> Prepared:
    tags = select(Tag.slug, Tag.name).join_from(Tagging, Tagging.tag)
    tags = tags.where(Tagging.post_id == bindparam("post_id"))
    return Prepared(tags.order_by(Tagging.position))


def _listed() -> Select[tuple[Post]]:
    """The posts, not pages, that are public when their time has come."""
    return select(Post).where(Post.kind == Kind.POST, Post.state == State.PUBLISHED)


def _newest_first(posts: Select[tuple[Post]]) -> Select[tuple[Post]]:
    return posts.order_by(Post.published_at.desc(), Post.id.desc())


def _full(posts: Select[tuple[Post]]) -> Select[tuple[Post]]:
    return posts.options(
        joinedload(Post.author), selectinload(Post.taggings).joinedload(Tagging.tag)
    )


def _page(
    session: Session, posts: Select[tuple[Post]], size: int, now: datetime, before: Key | None
) -> Page:
    posts = posts.where(up_to(now, before, Post.published_at, Post.id))
    posts = _full(_newest_first(posts)).limit(at_most(size + 1))
    return _with_key(list(session.scalars(posts)), size)


def _with_key(rows: list[Post], size: int) -> Page:
    posts, has_more = cut(rows, size)
    return posts, Key(posts[-1].published_at, posts[-1].id) if has_more else None
