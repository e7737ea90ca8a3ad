"""Writing posts. Nothing here commits."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import events
from app.lib import markup
from app.lib.errors import Conflict, Invalid, refuse_if
from app.members.models import Member
from app.posts import addresses, revisions
from app.posts.events import PostSaved, PostWithdrawn
from app.posts.models import Kind, Post, Revision, State, Tagging
from app.posts.rules import (
    LONGEST_EXCERPT,
    Draft,
    Outdated,
    Written,
    check,
    check_correction,
    has_been_public,
    slug_of,
    why_not_change,
    why_not_write,
    written_of,
)
from app.tags import actions as tags

EXCERPT = 280
# A form tells a moment to the minute, so what it calls now may lie as far back.
MINUTE = timedelta(minutes=1)


def begin(session: Session, member: Member, draft: Draft, submission: str, now: datetime) -> Post:
    """A new post, not yet public. The same `submission` of a member makes one however often, and
    one that then says something else is Outdated."""
    refuse_if(why_not_write(member))
    session.refresh(member, ["id"], with_for_update=True)
    already = session.scalar(
        select(Post)
        .where(Post.author_id == member.id, Post.submission == submission)
        .options(selectinload(Post.taggings).joinedload(Tagging.tag))
    )
    if already:
        return save(session, member, already, draft, now, version=0)
    return _begin(session, member, draft, submission, now)


def _begin(session: Session, member: Member, draft: Draft, submission: str, now: datetime) -> Post:
    post = Post(
        author_id=member.id, submission=submission, created_at=now, updated_at=now, taggings=[]
    )
    _take(session, post, draft, now)
    session.add(post)
    session.flush()
    events.record(session, PostSaved(post))
    return post


def save(
    session: Session,
    member: Member,
    post: Post,
    draft: Draft,
    now: datetime,
    version: int | None = None,
    correction: str = "",
) -> Post:
    """Replace what the post says; a public post changes for its readers at once.

    `version` is that of the post which the draft began with: raises Outdated when it is another
    now and something would be overwritten. `correction` tells readers what is put right.
    """
    refuse_if(why_not_change(member, post))
    if post.path is not None and draft.kind != post.kind:
        raise Invalid("What has an address stays what it is, a post or a page.", "kind")
    session.refresh(post, ["version"], with_for_update=True)
    said, written, updated_at = _said(post), written_of(post), post.updated_at
    seen = _seen(post)
    _take(session, post, draft, now)
    is_read, is_rewritten = has_been_public(post, now), written_of(post) != written
    check_correction(correction, is_read, is_rewritten)
    if _said(post) == said:
        return post
    if version is not None and version != post.version:
        raise Outdated(post.id)
    post.version += 1
    post.updated_at = now
    if is_read and _seen(post) != seen:
        post.changed_at = now
    if is_read and is_rewritten:
        _revise(session, member, post, written, updated_at, correction)
    session.flush()
    events.record(session, PostSaved(post))
    return post


def restore(
    session: Session, member: Member, post: Post, revision: Revision, now: datetime
) -> Post:
    """Say again what an earlier revision said, which makes a new one."""
    draft = Draft(
        title=revision.title,
        text=revision.source,
        excerpt=revision.excerpt,
        tags=[tag.name for tag in post.tags],
        kind=post.kind,
        comments=post.comments,
        close_after_days=post.close_after_days,
        description=post.description,
        canonical_url=post.canonical_url,
        picture_url=post.picture_url,
        is_pinned=post.pinned_at is not None,
    )
    return save(session, member, post, draft, now)


def publish(
    session: Session, member: Member, post: Post, now: datetime, at: datetime | None = None
) -> Post:
    """Make the post public now, or at `at`; one that was public keeps its day and address."""
    refuse_if(why_not_change(member, post))
    if not has_been_public(post, now):
        if at is not None and at <= now - MINUTE:
            words = "That time has passed. Choose one to come, or none to publish now."
            raise Invalid(words, "publish_at")
        post.published_at = at or now
        post.path = addresses.free(session, post)
    elif at is not None and at != post.published_at:
        raise Invalid("What has been public keeps its date.", "publish_at")
    post.state = State.PUBLISHED
    _list(post)
    session.flush()
    events.record(session, PostSaved(post))
    return post


def plan(session: Session, member: Member, post: Post, at: datetime | None, now: datetime) -> None:
    """Remember when a draft is meant to be public, without making it so."""
    refuse_if(why_not_change(member, post))
    if post.state == State.DRAFT and not has_been_public(post, now):
        post.published_at = at


def withdraw(session: Session, member: Member, post: Post, now: datetime) -> Post:
    """Take a public post away; one that never was public becomes a draft again."""
    return _take_away(session, member, post, State.WITHDRAWN, now)


def back_to_draft(session: Session, member: Member, post: Post, now: datetime) -> Post:
    """Take the post away to go on writing it. One that was public keeps its day and address."""
    return _take_away(session, member, post, State.DRAFT, now)


def remove(session: Session, member: Member, post: Post, now: datetime) -> None:
    """Throw a draft away. What has been public is withdrawn and stays."""
    refuse_if(why_not_change(member, post))
    if post.state != State.DRAFT or has_been_public(post, now):
        raise Conflict("Only a draft that was never public is thrown away. This can be withdrawn.")
    session.delete(post)


def _take(session: Session, post: Post, draft: Draft, now: datetime) -> None:
    check(draft)
    post.title, post.kind = draft.title, draft.kind
    post.comments, post.close_after_days = draft.comments, draft.close_after_days
    post.description, post.canonical_url = draft.description, draft.canonical_url
    post.picture_url = draft.picture_url
    post.pinned_at = (post.pinned_at or now) if draft.is_pinned else None
    if post.path is None:
        post.slug = draft.slug or slug_of(draft.title)
    elif draft.slug and draft.slug != post.slug:
        addresses.move(session, post, draft.slug, now)
    # What is the same keeps its HTML, with its pictures as they were drawn.
    if draft.text != post.source or post.renderer != markup.VERSION:
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


def _said(post: Post) -> tuple:
    """All that a form can change, and by what its text is rendered."""
    names = "title kind source renderer excerpt has_own_excerpt comments close_after_days slug"
    names += " description canonical_url picture_url"
    tags = tuple(tagging.tag_id for tagging in post.taggings)
    return (*(getattr(post, name) for name in names.split()), post.pinned_at is not None, tags)


def _seen(post: Post) -> tuple:
    """What readers have of it in their feeds."""
    return (post.title, post.source, post.excerpt, [tagging.tag_id for tagging in post.taggings])


def _revise(
    session: Session,
    member: Member,
    post: Post,
    before: Written,
    since: datetime,
    correction: str,
) -> None:
    revisions.keep(session, post, member, before, since, correction)
    if correction:
        post.correction, post.corrected_at = correction, post.updated_at


def _take_away(session: Session, member: Member, post: Post, state: State, now: datetime) -> Post:
    refuse_if(why_not_change(member, post))
    if has_been_public(post, now):
        post.state = state
    else:
        post.state, post.path = State.DRAFT, None
    post.preview_digest = None  # Who had the link would read on what nobody shall.
    _list(post)
    events.record(session, PostWithdrawn(post))
    return post


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
