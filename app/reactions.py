"""When this has happened, do that, in the same transaction. The whole of it on one page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments import own
from app.comments.events import (
    CommentAddressed,
    CommentChanged,
    CommentPosted,
    CommentSentAgain,
    CommentShownAgain,
    CommentWaiting,
)
from app.comments.models import Comment
from app.comments.models import State as CommentState
from app.comments.moderation.rules import LETTERS
from app.following import desk, owners, telling
from app.following import own as following
from app.jobs import queue
from app.lib import markup
from app.lib.clock import EPOCH
from app.media import actions as media
from app.media import queries as uploads
from app.media.events import MediaChanged
from app.members.events import MemberJoined, MemberLeft, ProfileChanged, RoleGiven
from app.pagecache.version import Reach, raise_version, wait_until_known
from app.posts import actions as posts
from app.posts import autosaves
from app.posts.events import PostSaved, PostWithdrawn
from app.posts.models import Post, State
from app.resources import targets
from app.resources.events import CollectionChanged
from app.resources.rules import link_key
from app.site import links, settings
from app.site.events import SiteChanged

NOTE_LINKS = "note links"
NOTED_AT_ONCE = 200


def note_links(session: Session, event: PostSaved) -> None:
    """A post's resources, and where a resource is spoken of, follow from the links in its text."""
    post = event.post
    at = post.published_at or post.updated_at
    targets.note_post(session, post.id, markup.named_links(post.html), at)


def note_comment_links(session: Session, event: CommentChanged) -> None:
    """So does what comments speak of. Most have no link and never had one, which costs nothing."""
    comment = event.comment
    links = markup.named_links(comment.html) if 'href="http' in comment.html else {}
    if not comment.is_published:
        targets.forget_comments(session, [comment.id])
    elif links or comment.edited_at is not None:
        place = (comment.post_id, comment.number)
        targets.note_comment(session, comment.id, place, links, comment.created_at)


def note_links_anew(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Note the links of texts from before links were noted, some at a time; a handler. What a post
    points to shows beside it."""
    raise_version(session)
    last_post, last_comment = payload.get("post", 0), payload.get("comment", 0)
    rows = select(Post).where(Post.id > last_post).order_by(Post.id)
    texts = session.scalars(rows.limit(NOTED_AT_ONCE)).all()
    rows = select(Comment).where(Comment.id > last_comment).order_by(Comment.id)
    remarks = session.scalars(rows.limit(NOTED_AT_ONCE)).all()
    seen = [*texts, *(remark for remark in remarks if remark.is_published)]
    keys = (link_key(url) for text in seen for url in markup.links(text.html))
    targets.note_targets(session, set(filter(None, keys)), EPOCH)
    for post in texts:
        note_links(session, PostSaved(post))
        last_post = post.id
    for comment in remarks:
        note_comment_links(session, CommentChanged(comment))
        last_comment = comment.id
    further = {"post": last_post, "comment": last_comment}
    if further != {"post": 0, "comment": 0, **payload}:
        queue.add(session, NOTE_LINKS, further, now)


def show_media(session: Session, event: PostSaved) -> None:
    """Pictures get their widths, and what was uploaded the address of its present file."""
    post = event.post
    media.note_uses(session, post.id, post.html, post.picture_url)
    post.html = uploads.as_shown(session, post.html)
    if post.lead_html:
        post.lead_html = uploads.as_shown(session, post.lead_html)


def show_anew(session: Session, event: MediaChanged) -> None:
    """The posts that show an upload are made anew, from their sources: it may be gone."""
    rows = select(Post).where(Post.id.in_(event.post_ids)).with_for_update()
    for post in session.scalars(rows.execution_options(populate_existing=True)):
        posts.render(post, post.source)
        show_media(session, PostSaved(post))


def renew_if_shown(session: Session, event: MediaChanged) -> None:
    if event.post_ids:
        raise_version(session)


def draw_header(session: Session, event: SiteChanged) -> None:
    event.site.header_html = uploads.header_html(session, event.site.header_picture)


def draw_header_anew(session: Session, event: MediaChanged) -> None:
    site = settings.site(session)
    if site.header_picture == links.media(event.media):
        html = uploads.header_html(session, site.header_picture)
        settings.put(session, {} if html else {"header_picture": ""})


def renew_unless_draft(session: Session, event: PostSaved) -> None:
    """Nobody but its author sees a draft, so writing it makes no page old, unless there is an
    address that says where it was."""
    if event.post.state != State.DRAFT or event.post.path is not None:
        raise_version(session)


def renew(session: Session, _event: Any) -> None:
    """What the public sees has changed, so no finished answer is good any more."""
    raise_version(session)


def renew_discussion(session: Session, _event: CommentChanged) -> None:
    """Nor is this, but what a post says besides is the same as before."""
    raise_version(session, Reach.DISCUSSION)


def renew_settings(session: Session, _event: SiteChanged) -> None:
    raise_version(session, Reach.SETTINGS)


def wait(session: Session, _event: CommentSentAgain) -> None:
    """Nobody is told of a change before all processes know of it, nor who asks a second time."""
    wait_until_known(session)


def tell(session: Session, event: CommentPosted) -> None:
    """Whom it concerns, the worker finds out: posting costs the same however many follow."""
    telling.owe(session, event.comment, event.comment.created_at)


def tell_others(session: Session, event: CommentAddressed) -> None:
    """If it was let in just now, that may still be undone."""
    telling.owe(session, event.comment, event.comment.created_at + LETTERS)


def tell_after_all(session: Session, event: CommentShownAgain) -> None:
    """Whom it concerns have not been told yet if it went out of sight too soon."""
    if event.comment.told_at is None:
        telling.owe(session, event.comment, event.at + LETTERS)


def tell_moderators(session: Session, event: CommentWaiting) -> None:
    desk.owe(session, event.comment)


def tell_owners(session: Session, event: MemberJoined) -> None:
    owed = owners.owing(event.member, settings.site(session).told_members)
    if owed is not None:
        queue.add(session, owners.JOINED, owed.payload, owed.at, key=owed.key)


def forget_links(session: Session, event: MemberLeft) -> None:
    theirs = select(Comment.id).where(Comment.member_id == event.member.id)
    withdrawn = theirs.where(Comment.state != CommentState.PUBLISHED)
    targets.forget_comments(session, withdrawn)


def forget_following(session: Session, event: MemberLeft) -> None:
    following.forget(session, event.member)


def withdraw_texts(session: Session, event: MemberLeft) -> None:
    own.forget_reports(session, event.member)
    if event.withdraws:
        own.withdraw_all(session, event.member)


def forget_typed(session: Session, event: MemberLeft) -> None:
    autosaves.forget_all(session, event.member)


REACTIONS: dict[type, tuple[Callable[[Session, Any], None], ...]] = {
    PostSaved: (note_links, show_media, renew_unless_draft),
    # One that was only scheduled is a draft again, but may have opened since the author asked.
    PostWithdrawn: (renew,),
    MediaChanged: (show_anew, draw_header_anew, renew_if_shown),
    CommentChanged: (note_comment_links, renew_discussion),
    CommentPosted: (tell,),
    CommentAddressed: (tell_others,),
    CommentShownAgain: (tell_after_all,),
    CommentWaiting: (tell_moderators,),
    CommentSentAgain: (wait,),
    CollectionChanged: (renew,),
    SiteChanged: (draw_header, renew_settings),
    MemberJoined: (tell_owners,),
    RoleGiven: (renew,),
    ProfileChanged: (renew,),
    MemberLeft: (withdraw_texts, forget_links, forget_following, forget_typed, renew),
}


def react(session: Session, event: Any) -> None:
    for reaction in REACTIONS.get(type(event), ()):
        reaction(session, event)
