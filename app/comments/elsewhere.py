"""What pages elsewhere say about a post, as comments without a member. Finding that out is not done
here, and nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import events
from app.comments import actions
from app.comments.events import CommentChanged, CommentPosted
from app.comments.models import LONGEST_URL, Comment, State, Version
from app.comments.moderation import waiting
from app.comments.moderation.models import Case
from app.comments.rules import why_not_talk
from app.comments.texts import plainly
from app.lib import markup, web
from app.lib.errors import Invalid, refuse_if
from app.members.queries import staff_names
from app.members.rules import check_name
from app.posts.models import Post
from app.site import settings


@dataclass(frozen=True)
class Said:
    """What the page at `url` says in plain words, and the name of who speaks there."""

    url: str
    name: str
    text: str


def hear(session: Session, post: Post, said: Said, now: datetime) -> Comment:
    """Have it stand under the post, or wait for a moderator. A page says one thing about a post:
    the next time it is heard, that changes. Raises NotAllowed, Invalid, or Conflict for a name that
    readers would take for one of the blog's authors."""
    _check(session, said)
    actions.lock(session, post)
    refuse_if(why_not_talk(post, now))
    same = (Comment.post_id == post.id, Comment.elsewhere_url == said.url)
    comment = session.scalar(select(Comment).where(*same))
    if comment is None:
        return _add(session, post, said, now)
    # What a moderator did not let in cannot come again as something else.
    is_news = (comment.elsewhere_name, comment.source) != (said.name, said.text)
    if is_news and comment.state != State.REFUSED:
        _change(session, post, comment, said, now)
    return comment


def _check(session: Session, said: Said) -> None:
    # An index has room for so much, and an address is written in ASCII (RFC 3986 §2).
    is_short = len(said.url) <= LONGEST_URL and said.url.isascii()
    if not is_short or not web.is_address(said.url):
        raise Invalid("The address of a page elsewhere begins with https:// or http://.", "url")
    check_name(said.name, staff_names(session))


def _add(session: Session, post: Post, said: Said, now: datetime) -> Comment:
    new = plainly(said.text)
    comment = Comment(
        post_id=post.id,
        post_author_id=post.author_id,
        elsewhere_url=said.url,
        elsewhere_name=said.name,
        source=said.text,
        html=new.html,
        excerpt=new.excerpt,
        renderer=markup.VERSION,
        state=State.WAITING,
        created_at=now,
        submission="",
    )
    session.add(comment)
    session.flush()
    reason = waiting.why_from_elsewhere(settings.site(session), said.text, now)
    if reason:
        waiting.hold(session, comment, post.author_id, reason, now)
    else:
        actions.publish(session, post, comment, now)
        events.record(session, CommentPosted(comment))
    return comment


def _change(session: Session, post: Post, comment: Comment, said: Said, now: datetime) -> None:
    """Nobody lets one in and shows another: what would have to wait now waits, in its place."""
    new = plainly(said.text)
    if comment.number is not None:
        session.add(Version(comment_id=comment.id, source=comment.source, replaced_at=now))
        comment.edited_at = now
    comment.elsewhere_name, comment.source = said.name, said.text
    actions.put(comment, new)
    reason = waiting.why_from_elsewhere(settings.site(session), said.text, now)
    if comment.is_published and reason:
        session.execute(delete(Case).where(Case.comment_id == comment.id))
        actions.take_away(session, post, comment, State.WAITING)
        waiting.hold(session, comment, post.author_id, f"Its page has changed. {reason}", now)
    else:
        events.record(session, CommentChanged(comment))
