"""What members choose to be told, and their private feeds. Nothing here commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.following.models import Choice, Follow, Preference
from app.following.rows import add_missing, unchosen
from app.lib import tokens
from app.members.models import Member
from app.posts.models import Post


def choose(
    session: Session, member: Member, post: Post, choice: Choice | None, now: datetime
) -> None:
    """For the thread under a post; None leaves it to what the member has chosen for all."""
    theirs = {"member_id": member.id, "post_id": post.id}
    add_missing(session, Follow, [{**theirs, "choice": choice, "since": now}])
    session.get_one(Follow, theirs, with_for_update=True).choice = choice


def choose_for_all(
    session: Session, member: Member, by_default: Choice, as_author: Choice, by_mail: bool
) -> None:
    """For threads without a choice of their own, for those under the member's own posts, and
    whether there are letters at all."""
    mine = _preference(session, member)
    mine.by_default, mine.as_author, mine.by_mail = by_default, as_author, by_mail


def begin_feed(session: Session, member: Member, now: datetime) -> str:
    """The token of a new private feed; the one before ends. Only its digest is kept."""
    token, mine = tokens.new(), _preference(session, member)
    mine.feed_digest, mine.feed_made_at = tokens.digest(token), now
    return token


def end_feed(session: Session, member: Member) -> None:
    mine = _preference(session, member)
    mine.feed_digest = mine.feed_made_at = None


def _preference(session: Session, member: Member) -> Preference:
    add_missing(session, Preference, [unchosen(member.id)])
    return session.get_one(Preference, member.id, with_for_update=True)
