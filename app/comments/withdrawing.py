"""Taking comments back, one's own or what a page says no more. Nothing here commits."""

from sqlalchemy.orm import Session

from app.comments.actions import lock, tell_of
from app.comments.models import Comment
from app.comments.own import own_waiting, take_back
from app.comments.queries import numbered
from app.comments.rules import why_not_withdraw
from app.lib.errors import refuse_if
from app.members.models import Member
from app.posts.models import Post


def withdraw(session: Session, member: Member, post: Post, number: int) -> Comment:
    """Take one's own comment back, with all that it ever said; the number stays."""
    lock(session, post)
    comment = numbered(session, post, number)
    refuse_if(why_not_withdraw(member, comment))
    if not comment.is_withdrawn:
        take_out(session, post, comment)
    return comment


def withdraw_waiting(session: Session, member: Member, post: Post, id: int) -> None:
    """Take one's own comment back that waits for a moderator and may have no number. Raises as
    `own_waiting` does."""
    lock(session, post)
    comment = own_waiting(session, member, post, id)
    if not comment.is_withdrawn:
        take_out(session, post, comment)


def take_out(session: Session, post: Post, comment: Comment) -> None:
    """Remove what a comment of the locked post says; the row stays, and its number."""
    post.comment_count -= 1 if comment.is_published else 0
    take_back(session, [comment.id])
    session.refresh(comment, ["state", "source", "html", "excerpt"])
    if comment.number is not None:  # Else no reader has ever seen of it.
        tell_of(session, post, comment)
