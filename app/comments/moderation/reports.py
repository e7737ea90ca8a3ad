"""What members report. So many reports put a comment aside until a person has looked; what a
person has kept, reports for the same reasons do not put aside again."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.comments import actions
from app.comments.models import Comment, State
from app.comments.moderation import rules, waiting
from app.comments.moderation.models import Case, Deed, Entry, Kind, Reason, Report
from app.comments.queries import numbered
from app.lib import limits
from app.lib.errors import Conflict, refuse_if
from app.members.models import Member, Standing
from app.posts.models import Post
from app.site.models import Site

PACE = (limits.Limit("report", 10, 3600), limits.Limit("report-day", 30, 86_400))
# What is reported most comes first.
FIRST_RANK = 1000


def for_reporting(session: Session, member: Member, post: Post, number: int) -> Comment:
    """The comment that the member wants to report; raises NotFound, NotAllowed or Conflict."""
    comment = numbered(session, post, number)
    refuse_if(rules.why_not_report(member, comment))
    if comment.state != State.PUBLISHED:
        raise Conflict(f"Comment {number} is out of sight already.")
    return comment


def report(
    session: Session,
    member: Member,
    post: Post,
    number: int,
    reason: Reason,
    words: str,
    site: Site,
    now: datetime,
) -> None:
    """Note that the member finds something wrong with a comment. The second time changes
    nothing. Raises also Invalid and TooMany."""
    said = rules.checked_words(words, "words")
    actions.lock(session, post)
    if _has_reported(session, member, numbered(session, post, number)):
        return
    comment = for_reporting(session, member, post, number)
    for limit in PACE:
        limits.take(session, limit, str(member.id), now)
    session.add(
        Report(comment_id=comment.id, member_id=member.id, reason=reason, words=said, made_at=now)
    )
    session.flush()
    _put_before_moderators(session, comment, now)
    _put_aside_if_enough(session, comment, site, now)


def settle(session: Session, comment: Comment, entry: Entry) -> None:
    """A person has looked at what was reported."""
    mine = update(Report).where(Report.comment_id == comment.id, Report.settled_by.is_(None))
    session.execute(mine.values(settled_by=entry.id))


def reopen(session: Session, entry: Entry) -> None:
    """The deed by which reports were settled was undone."""
    settled = (Report.comment_id == entry.comment_id, Report.settled_by == entry.id)
    session.execute(update(Report).where(*settled).values(settled_by=None))


def rank(session: Session, comment_id: int) -> int:
    open_ones = (Report.comment_id == comment_id, Report.settled_by.is_(None))
    count = session.scalar(select(func.count()).select_from(Report).where(*open_ones))
    return max(0, FIRST_RANK - count)


def _has_reported(session: Session, member: Member, comment: Comment) -> bool:
    return session.get(Report, (comment.id, member.id)) is not None


def _put_before_moderators(session: Session, comment: Comment, now: datetime) -> None:
    place = rank(session, comment.id)
    case = session.get(Case, comment.id)
    if case is None:
        author_id = comment.post.author_id
        waiting.open_case(session, comment, author_id, Kind.REPORTED, "", now, place)
    else:
        case.rank = place


def _put_aside_if_enough(session: Session, comment: Comment, site: Site, now: datetime) -> None:
    enough = site.reports_to_hide
    # Nobody silences who runs the blog, and one of them not another.
    is_staff = comment.member is not None and comment.member.is_author
    if not enough or is_staff or _count(session, comment, now) < enough:
        return
    session.add(
        Entry(
            at=now,
            deed=Deed.PUT_ASIDE,
            comment_id=comment.id,
            member_id=comment.member_id,
            post_author_id=comment.post.author_id,
            press="",
            was=comment.state,
            was_at=comment.created_at,
        )
    )
    actions.take_away(session, comment.post, comment, State.HIDDEN)


def _count(session: Session, comment: Comment, now: datetime) -> int:
    """How many reports speak for hiding: those of members in good standing who have been here for
    a while, for reasons that no moderator has found wanting before."""
    about = Report.comment_id == comment.id
    looked_at = select(Report.reason).where(about, Report.settled_by.is_not(None))
    counted = (
        select(func.count())
        .select_from(Report)
        .join(Report.member)
        .where(about, Report.settled_by.is_(None), Report.reason.not_in(looked_at))
        .where(Member.standing == Standing.ADMITTED, Member.verified_at.is_not(None))
        .where(Member.joined_at <= now - rules.MAY_HIDE_AFTER)
    )
    return session.scalar(counted)
