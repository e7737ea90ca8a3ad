"""What pages elsewhere say about a post, as comments without a member. Finding that out is not done
here, and nothing here commits."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.comments import actions
from app.comments.models import LONGEST_URL, Comment, State
from app.comments.moderation import waiting
from app.comments.rules import why_not_talk
from app.comments.texts import Written, plainly
from app.comments.withdrawing import take_out
from app.lib import limits, markup, names, web
from app.lib.errors import Invalid, refuse_if
from app.members.queries import staff_names
from app.members.rules import looks_like_staff
from app.posts.models import Post

# Each change asks for a moderator again, and leaves a row without words: if that were deleted,
# SQLite could give its id to the new one, and who has the queue open would let that in unseen.
CHANGES = limits.Limit("elsewhere-change", 10, 86_400)
# What others took out of sight, or did not let in, cannot come again as something else.
DECIDED = (State.HIDDEN, State.REFUSED)


@dataclass(frozen=True)
class Said:
    """What the page at `url` says in plain words, and the name of who speaks there."""

    url: str
    name: str
    text: str


def hear(session: Session, post: Post, said: Said, now: datetime) -> Comment:
    """Have it wait for a moderator, since nobody knows who is behind a page. A page says one thing
    about a post: when it says another, or under another name, what it said is withdrawn and the
    new waits as a comment of its own, so nothing is let in that was not seen. Raises NotAllowed,
    Invalid or TooMany."""
    _check(said)
    new = plainly(said.text)
    said = replace(said, url=said.url.partition("#")[0])  # A part of a page is no page of its own.
    actions.lock(session, post)
    refuse_if(why_not_talk(post, now))
    same = (Comment.post_id == post.id, Comment.elsewhere_url == said.url)
    before = session.scalar(select(Comment).where(*same, Comment.state != State.WITHDRAWN))
    if before is None:
        return _add(session, post, said, new, now)
    is_same = (before.elsewhere_name, before.source) == (said.name, said.text)
    if is_same or before.state in DECIDED:
        return before
    limits.take(session, CHANGES, f"{post.id} {said.url}", now)
    take_out(session, post, before)
    return _add(session, post, said, new, now, is_change=True)


def _check(said: Said) -> None:
    # An index has room for so much, and an address is written in ASCII (RFC 3986 §2).
    is_short = len(said.url) <= LONGEST_URL and said.url.isascii()
    if not is_short or not web.is_address(said.url):
        raise Invalid("The address of a page elsewhere begins with https:// or http://.", "url")
    reason = names.why_not_name(said.name)
    if reason:
        raise Invalid(reason, "name")


def _add(
    session: Session,
    post: Post,
    said: Said,
    new: Written,
    now: datetime,
    is_change: bool = False,
) -> Comment:
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
    waiting.hold(session, comment, post.author_id, _why(session, said, is_change), now)
    return comment


def _why(session: Session, said: Said, is_change: bool) -> str:
    """Why it waits, in words for the moderator."""
    why = "It was said on a page elsewhere"
    if is_change:
        why += ", which said something else before"
    if looks_like_staff(said.name, staff_names(session)):
        # It may be the author, on another blog.
        why += ", under a name that looks like an author's of this blog"
    return f"{why}."
