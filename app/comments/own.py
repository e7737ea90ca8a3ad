"""What a member has written under posts: to take along, and to withdraw."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment
from app.members.models import Member

WITHDRAWN = "<p><em>This comment was withdrawn by its author.</em></p>"


def of_member(session: Session, member: Member) -> list[Comment]:
    """All that the member has written, hidden or not, the oldest first, with the posts."""
    rows = select(Comment).where(Comment.member_id == member.id).options(joinedload(Comment.post))
    return list(session.scalars(rows.order_by(Comment.created_at, Comment.id)))


def withdraw_all(session: Session, member: Member) -> None:
    """Take all texts of the member away. Each comment keeps its number, and its place says why."""
    mine = update(Comment).where(Comment.member_id == member.id)
    session.execute(mine.values(source="", html=WITHDRAWN))
