"""What moderators look through: the post's author what is under their own posts, the owner all."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment, State
from app.comments.moderation.models import Case, Entry, Kind, Report
from app.lib.errors import BadRequest
from app.lib.paging import Key, cut, older_than
from app.members.models import Member
from app.spam import training
from app.spam.rules import Estimate

SHAPE = re.compile(r"(\d{1,4})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where in the order of cases a page begins: behind this rank and comment."""

    rank: int
    id: int

    def __str__(self) -> str:
        return f"{self.rank}-{self.id}"

    @classmethod
    def parse(cls, text: str | None) -> "Place | None":
        """The place in `text`, None for none; raises BadRequest for anything else."""
        if not text:
            return None
        match = SHAPE.fullmatch(text)
        if not match:
            raise BadRequest("This page key is not one of ours. Start again from the first page.")
        return cls(int(match[1]), int(match[2]))


def cases(
    session: Session, member: Member, kind: Kind, size: int, after: Place | None = None
) -> tuple[list[Case], Place | None]:
    """What a person has to look at: of what waits the most likely wanted first, of what was
    reported the most reported."""
    rows = select(Case).where(Case.kind == kind)
    if not member.is_owner:
        rows = rows.where(Case.post_author_id == member.id)
    if after is not None:
        rows = rows.where(tuple_(Case.rank, Case.comment_id) > (after.rank, after.id))
    about = joinedload(Case.comment)
    rows = rows.options(about.joinedload(Comment.member), about.joinedload(Comment.post))
    rows = rows.order_by(Case.rank, Case.comment_id).limit(size + 1)
    found, has_more = cut(list(session.scalars(rows)), size)
    return found, Place(found[-1].rank, found[-1].comment_id) if has_more else None


def in_state(
    session: Session, member: Member, state: State, size: int, before: Key | None = None
) -> tuple[list[Comment], Key | None]:
    """Comments of one state, the newest first."""
    rows = select(Comment).where(Comment.state == state)
    if not member.is_owner:
        rows = rows.where(Comment.post_author_id == member.id)
    rows = rows.where(*older_than(before, Comment.created_at, Comment.id))
    rows = rows.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(size + 1)
    rows = rows.options(joinedload(Comment.member), joinedload(Comment.post))
    found, has_more = cut(list(session.scalars(rows)), size)
    return found, Key(found[-1].created_at, found[-1].id) if has_more else None


def open_reports(session: Session, comments: Sequence[Comment]) -> dict[int, list[Report]]:
    """The reports of the comments that nobody has looked at, by the comment's id."""
    ids = [comment.id for comment in comments]
    rows = select(Report).where(Report.comment_id.in_(ids), Report.settled_by.is_(None))
    rows = rows.options(joinedload(Report.member)).order_by(Report.comment_id, Report.member_id)
    found: defaultdict[int, list[Report]] = defaultdict(list)
    for report in session.scalars(rows) if ids else ():
        found[report.comment_id].append(report)
    return dict(found)


def estimates(session: Session, comments: Sequence[Comment]) -> dict[int, Estimate | None]:
    """What each comment is like by what was decided so far, by its id."""
    found = training.judge(session, [comment.source for comment in comments])
    return {comment.id: estimate for comment, estimate in zip(comments, found, strict=True)}


def ids(session: Session, member: Member, kind: Kind, most: int) -> Sequence[int]:
    """The comments that the member has to look at, no more than `most`."""
    rows = select(Case.comment_id).where(Case.kind == kind)
    if not member.is_owner:
        rows = rows.where(Case.post_author_id == member.id)
    return session.scalars(rows.limit(most)).all()


def log(
    session: Session, member: Member, size: int, before: Key | None = None
) -> tuple[list[Entry], Key | None]:
    """Who did what, the last first."""
    rows = select(Entry).where(*older_than(before, Entry.at, Entry.id))
    if not member.is_owner:
        rows = rows.where(Entry.post_author_id == member.id)
    rows = _told(rows).order_by(Entry.at.desc(), Entry.id.desc()).limit(size + 1)
    found, has_more = cut(list(session.scalars(rows)), size)
    return found, Key(found[-1].at, found[-1].id) if has_more else None


def _told(rows: Select[Any]) -> Select[Any]:
    return rows.options(
        joinedload(Entry.by),
        joinedload(Entry.member),
        joinedload(Entry.comment).joinedload(Comment.post),
    )
