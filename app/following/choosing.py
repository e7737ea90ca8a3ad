"""What members choose to be told, and their private feeds. Nothing here commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.following.models import Choice, Follow, Preference
from app.following.telling import fresh
from app.lib import tokens
from app.members.models import Member
from app.posts.models import Post


def choose(
    session: Session, member: Member, post: Post, choice: Choice | None, now: datetime
) -> None:
    """For the thread under a post; None leaves it to what the member has chosen for all."""
    found = session.get(Follow, (member.id, post.id), with_for_update=True)
    if found is None:
        session.add(Follow(member_id=member.id, post_id=post.id, choice=choice, since=now))
    else:
        found.choice = choice


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
    found = session.get(Preference, member.id, with_for_update=True)
    if found is None:
        found = Preference(**fresh(member.id))
        session.add(found)
        session.flush()
    return found
