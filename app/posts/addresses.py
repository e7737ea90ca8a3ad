"""The addresses of posts: one for each, given at its publication, and those that it had before."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from app.lib.errors import Conflict
from app.posts.models import OldPath, Post
from app.posts.rules import has_been_public, has_own_slug, is_reserved, path_of
from app.site import settings

TAKEN = "Something else has this address already. Choose another."


def free(session: Session, post: Post) -> str:
    """The address for a post that was not public yet. A slug made of the title is numbered where
    it is taken; raises Conflict where the author chose the slug."""
    zone = ZoneInfo(settings.site(session).zone)
    day = post.published_at.astimezone(zone).date()
    for number in range(1, 100):
        slug = post.slug if number == 1 else f"{post.slug[:76]}-{number}"
        path = path_of(post.kind, slug, day)
        if _is_free(session, path, post):
            post.slug = slug
            return path
        if has_own_slug(post):
            raise Conflict(TAKEN, "slug")
    raise Conflict("A hundred posts have this title and month. Please choose another.", "title")


def move(session: Session, post: Post, slug: str, now: datetime) -> None:
    """Give the post another slug. If readers may know the address that it had, that one leads
    to the new one from now on."""
    folder, divider, _ = post.path.rpartition("/")
    path = f"{folder}{divider}{slug}"
    if not _is_free(session, path, post):
        raise Conflict(TAKEN, "slug")
    session.execute(delete(OldPath).where(OldPath.path == path))
    if has_been_public(post, now):
        session.add(OldPath(path=post.path, post_id=post.id))
    post.slug, post.path = slug, path


def new_path(session: Session, old: str) -> str | None:
    """Where the post is now that was public at `old`, if one was."""
    paths = select(Post.path).join(OldPath, OldPath.post_id == Post.id)
    return session.scalar(paths.where(OldPath.path == old))


def _is_free(session: Session, path: str, post: Post) -> bool:
    if is_reserved(path):
        return False
    others = exists().where(Post.path == path, Post.id != post.id)
    earlier = exists().where(OldPath.path == path, OldPath.post_id != post.id)
    return not session.scalar(select(or_(others, earlier)))
