"""What a member has here of following: to take along, and to be forgotten."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from app.following import days, desk, telling
from app.following.models import Follow, Notice, Preference
from app.following.queries import told_of, wishes
from app.following.rules import LETTERS_KEPT, NOTICES_LIVE
from app.jobs import queue
from app.members.models import Member
from app.site import links


def own_data(session: Session, member: Member) -> dict[str, Any]:
    """What the member has chosen, follows and was told, as plain values."""
    mine = wishes(session, member)
    rows = select(Follow).where(Follow.member_id == member.id).options(joinedload(Follow.post))
    follows = session.scalars(rows.order_by(Follow.since, Follow.post_id))
    return {
        "by_default": mine.by_default,
        "under_own_posts": mine.as_author,
        "by_mail": mine.by_mail,
        "private_feed_since": mine.feed_made_at,
        "threads": [
            {"url": links.post(row.post), "choice": row.choice, "since": row.since}
            for row in follows
            if row.post.path
        ],
        "told_of": [
            {
                "url": links.comment(row, row.number),
                "because": row.reason,
                "by": row.way,
                "made_at": row.made_at,
                "sent_at": row.sent_at,
            }
            for row in told_of(session, member)
        ],
    }


def forget(session: Session, member: Member) -> None:
    """Forget it all, with every letter that is owed or has failed."""
    for table in (Notice, Follow, Preference):
        session.execute(delete(table).where(table.member_id == member.id))
    for beginning in (room.keys_of(member.id) for room in (telling, days, desk)):
        queue.drop_like(session, beginning)


def forget_old(session: Session, now: datetime) -> None:
    """Forget what was told long ago, and letters that could not leave."""
    session.execute(delete(Notice).where(Notice.made_at < now - NOTICES_LIVE))
    queue.forget_failed(session, (telling.SEND, days.SEND, desk.SEND), now - LETTERS_KEPT)
