"""What a member has written under posts: to take along, and to withdraw."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment, State
from app.comments.moderation.models import Case, Report
from app.members.models import Member

WITHDRAWN = "<p><em>This comment was withdrawn by its author.</em></p>"


def of_member(session: Session, member: Member) -> list[Comment]:
    """All that the member has written, hidden or not, the oldest first, with the posts."""
    rows = select(Comment).where(Comment.member_id == member.id).options(joinedload(Comment.post))
    return list(session.scalars(rows.order_by(Comment.created_at, Comment.id)))


def withdraw_all(session: Session, member: Member) -> None:
    """Take all texts of the member away. Each comment keeps its number, and its place says why;
    what waits needs no decision any more."""
    waits = (Comment.member_id == member.id, Comment.state == State.WAITING)
    session.execute(delete(Case).where(Case.comment_id.in_(select(Comment.id).where(*waits))))
    session.execute(update(Comment).where(*waits).values(state=State.REFUSED))
    mine = update(Comment).where(Comment.member_id == member.id)
    session.execute(mine.values(source="", html=WITHDRAWN))


def forget_reports(session: Session, member: Member) -> None:
    """What the member has reported stays, without their words."""
    session.execute(update(Report).where(Report.member_id == member.id).values(words=""))
