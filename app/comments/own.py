"""What a member has written under posts: to take along, and to withdraw all at once."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Answer, Comment, Mention, State, Version
from app.comments.moderation.models import Case, Report
from app.lib.errors import Conflict, NotFound
from app.members.models import Member
from app.posts.models import Post

PLAIN = {"synchronize_session": False}


def of_member(session: Session, member: Member) -> list[Comment]:
    """All that the member has written, hidden or not, the oldest first, with the posts."""
    rows = select(Comment).where(Comment.member_id == member.id).options(joinedload(Comment.post))
    return list(session.scalars(rows.order_by(Comment.created_at, Comment.id)))


def versions_of_member(session: Session, member: Member) -> dict[int, list[Version]]:
    """What the member's comments said before they were edited, by the ids of the comments."""
    rows = select(Version).where(Version.comment_id.in_(_ids_of(member))).order_by(Version.id)
    found: defaultdict[int, list[Version]] = defaultdict(list)
    for version in session.scalars(rows):
        found[version.comment_id].append(version)
    return found


def withdraw_all(session: Session, member: Member) -> None:
    """Take all that the member has written back. Who comments meanwhile waits for the posts."""
    under = select(Comment.post_id).where(Comment.member_id == member.id)
    posts = select(Post.id).where(Post.id.in_(under)).order_by(Post.id).with_for_update()
    session.execute(posts).all()
    lost = select(func.count()).where(
        Comment.post_id == Post.id,
        Comment.member_id == member.id,
        Comment.state == State.PUBLISHED,
    )
    counts = update(Post).where(Post.id.in_(under))
    count = Post.comment_count - lost.scalar_subquery()
    session.execute(counts.values(comment_count=count), execution_options=PLAIN)
    take_back(session, _ids_of(member))


def forget_reports(session: Session, member: Member) -> None:
    """What the member has reported stays, without their words."""
    session.execute(update(Report).where(Report.member_id == member.id).values(words=""))


def own_waiting(session: Session, member: Member, post: Any, id: int) -> Comment:
    """A comment of the member's under the post that waits for a moderator or was withdrawn, as of
    now. Raises NotFound, and Conflict when somebody has decided about it."""
    mine = (Comment.id == id, Comment.post_id == post.id, Comment.member_id == member.id)
    rows = select(Comment).where(*mine).execution_options(populate_existing=True)
    comment = session.scalar(rows)
    if comment is None:
        raise NotFound("There is nothing of yours that waits here.")
    if comment.state not in (State.WAITING, State.WITHDRAWN):
        raise Conflict("This comment waits no longer: a moderator has decided about it meanwhile.")
    return comment


def take_back(session: Session, ids: Select[tuple[int]] | list[int]) -> None:
    """Remove all that these comments said, now and earlier, and to whom; nobody has to decide about
    them any more. Their places and numbers stay, and what answers them."""
    for model in (Version, Mention, Answer, Case):
        session.execute(delete(model).where(model.comment_id.in_(ids)), execution_options=PLAIN)
    gone = {"state": State.WITHDRAWN, "source": "", "html": "", "excerpt": ""}
    session.execute(
        update(Comment).where(Comment.id.in_(ids)).values(**gone), execution_options=PLAIN
    )


def _ids_of(member: Member) -> Select[tuple[int]]:
    return select(Comment.id).where(Comment.member_id == member.id)
