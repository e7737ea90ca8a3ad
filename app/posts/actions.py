"""Writing posts. Nothing here commits."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app import events
from app.lib import markup
from app.lib.errors import Conflict, Invalid, NotAllowed
from app.members.models import Member
from app.posts.events import PostSaved, PostWithdrawn
from app.posts.models import Kind, Post, State, Tagging
from app.posts.rules import (
    LONGEST_EXCERPT,
    Draft,
    check,
    has_been_public,
    is_reserved,
    path_of,
    slug_of,
    why_not_change,
    why_not_write,
)
from app.site import settings
from app.tags import actions as tags

EXCERPT = 280


def begin(session: Session, member: Member, draft: Draft, submission: str, now: datetime) -> Post:
    """A new post, not yet public; the same `submission` of a member makes one however often."""
    _refuse(why_not_write(member))
    session.refresh(member, ["id"], with_for_update=True)
    already = session.scalar(
        select(Post)
        .where(Post.author_id == member.id, Post.submission == submission)
        .options(selectinload(Post.taggings).joinedload(Tagging.tag))
    )
    return already or _begin(session, member, draft, submission, now)


def _begin(session: Session, member: Member, draft: Draft, submission: str, now: datetime) -> Post:
    post = Post(author_id=member.id, submission=submission, created_at=now, taggings=[])
    _take(session, post, draft, now)
    session.add(post)
    session.flush()
    events.record(session, PostSaved(post))
    return post


def save(session: Session, member: Member, post: Post, draft: Draft, now: datetime) -> Post:
    """Replace what the post says; a public post changes for its readers at once."""
    _refuse(why_not_change(member, post))
    if post.path is not None and draft.kind != post.kind:
        raise Invalid("What has an address stays what it is, a post or a page.", "kind")
    _take(session, post, draft, now)
    session.flush()
    events.record(session, PostSaved(post))
    return post


def publish(
    session: Session, member: Member, post: Post, now: datetime, at: datetime | None = None
) -> Post:
    """Make the post public now, or at `at`; one that was public keeps its day and address."""
    _refuse(why_not_change(member, post))
    if not has_been_public(post, now):
        post.published_at = at or now
        post.path = _free_path(session, post)
    elif at is not None and at != post.published_at:
        raise Invalid("What has been public keeps its date.", "publish_at")
    post.state = State.PUBLISHED
    _list(post)
    session.flush()
    events.record(session, PostSaved(post))
    return post


def withdraw(session: Session, member: Member, post: Post, now: datetime) -> Post:
    """Take a public post away; one that never was public becomes a draft again."""
    _refuse(why_not_change(member, post))
    if has_been_public(post, now):
        post.state = State.WITHDRAWN
    else:
        post.state, post.path, post.published_at = State.DRAFT, None, None
    _list(post)
    events.record(session, PostWithdrawn(post))
    return post


def _refuse(reason: str | None) -> None:
    if reason:
        raise NotAllowed(reason)


def _take(session: Session, post: Post, draft: Draft, now: datetime) -> None:
    check(draft)
    post.title, post.kind = draft.title, draft.kind
    post.comments, post.close_after_days = draft.comments, draft.close_after_days
    post.updated_at = now
    if post.path is None:
        post.slug = slug_of(draft.title)
    render(post, draft.text)
    post.has_own_excerpt = bool(draft.excerpt)
    post.excerpt = draft.excerpt or excerpt_of(post)
    _tag(session, post, draft.tags)


def render(post: Post, source: str) -> None:
    """Turn the author's text into what readers get; raises Invalid."""
    post.source = source
    post.html = markup.post_html(source)
    post.lead_html = markup.lead_html(source)
    post.renderer = markup.VERSION


def excerpt_of(post: Post) -> str:
    return markup.plain(post.lead_html or post.html, EXCERPT)[:LONGEST_EXCERPT]


def _tag(session: Session, post: Post, names: list[str]) -> None:
    rows = {tagging.tag_id: tagging for tagging in post.taggings}
    taggings = []
    for position, tag in enumerate(tags.named(session, names)):
        tagging = rows.get(tag.id) or Tagging(tag_id=tag.id, tag=tag)
        tagging.position = position
        taggings.append(tagging)
    post.taggings = taggings
    _list(post)


def _list(post: Post) -> None:
    """Keep the time by which the tags list the post; see Tagging."""
    public = post.state == State.PUBLISHED and post.kind == Kind.POST
    for tagging in post.taggings:
        tagging.published_at = post.published_at if public else None


def _free_path(session: Session, post: Post) -> str:
    """The address for a post that has none yet: its slug, numbered where it is taken."""
    zone = ZoneInfo(settings.site(session).zone)
    day = post.published_at.astimezone(zone).date()
    for number in range(1, 100):
        slug = post.slug if number == 1 else f"{post.slug[:76]}-{number}"
        path = path_of(post.kind, slug, day)
        if not is_reserved(path) and not _is_taken(session, path, post.id):
            post.slug = slug
            return path
    raise Conflict("A hundred posts have this title and month. Please choose another.", "title")


def _is_taken(session: Session, path: str, by_other_than: int) -> bool:
    others = select(func.count()).where(Post.path == path, Post.id != by_other_than)
    return session.scalar(others) > 0
