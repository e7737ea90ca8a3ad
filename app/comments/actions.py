"""Writing, editing and publishing comments. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app import events
from app.comments.events import (
    CommentAddressed,
    CommentChanged,
    CommentPosted,
    CommentSentAgain,
    CommentShownAgain,
)
from app.comments.models import Answer, Comment, Mention, State, Version
from app.comments.moderation import waiting
from app.comments.moderation.rules import adds_what_waits
from app.comments.queries import numbered
from app.comments.rules import (
    WOULD_WAIT,
    why_not_answer,
    why_not_comment,
    why_not_edit,
)
from app.comments.texts import Written, plainly, written
from app.lib import limits, markup, tokens
from app.lib.db import as_stored
from app.lib.errors import Conflict, Invalid, refuse_if
from app.lib.prepared import Prepared
from app.members.models import Member
from app.posts.models import Post
from app.site import settings
from app.site.models import Site

PACE = (limits.Limit("comment", 5, 60), limits.Limit("comment-day", 60, 86_400))
EDITS = limits.Limit("comment-edit", 10, 900)


def add(
    session: Session,
    member: Member,
    post: Any,
    text: str,
    answer: int | None,
    submission: str,
    now: datetime,
    site: Site | None = None,
) -> Comment:
    """Add a comment under `post`, of which only the id is asked, in answer to the one numbered
    `answer` or to none. It has no number as long as it waits for a moderator.

    The same `submission` of a member makes one comment however often it comes. Who has the
    `site` at hand saves reading it. Raises NotAllowed, Invalid, Conflict or TooMany.
    """
    place = _locked(session, post)
    refuse_if(why_not_comment(member, place, now))
    already = _submitted().rows(session, member_id=member.id, submission=submission)
    if already:
        comment = session.get_one(Comment, already[0].id)
        events.record(session, CommentSentAgain(comment))
        return comment
    return _add(session, member, place, text, answer, submission, now, site)


def edit(
    session: Session,
    member: Member,
    post: Post,
    number: int,
    text: str,
    now: datetime,
    site: Site | None = None,
) -> Comment:
    """Give one's own comment another text; the earlier one is kept. Raises as `add` does, and
    Invalid for what would have to wait, if it was not there before: nobody lets one in and shows
    another."""
    lock(session, post)
    comment, site = numbered(session, post, number), site or settings.site(session)
    refuse_if(why_not_edit(member, comment, post, site, now))
    if text == comment.source:
        return comment
    new = written(session, post, text)
    if not member.is_author and adds_what_waits(site, member.joined_at, comment.source, text, now):
        raise Invalid(WOULD_WAIT, "text")
    limits.take(session, EDITS, str(member.id), now)
    session.add(Version(comment_id=comment.id, source=comment.source, replaced_at=now))
    comment.source, comment.edited_at = text, now
    _put(comment, new)
    for model in (Answer, Mention):
        session.execute(delete(model).where(model.comment_id == comment.id))
    _note_answers(session, comment, new)
    _note_mentions(session, comment, new)
    tell_of(session, post, comment)
    events.record(session, CommentAddressed(comment))
    return comment


def lock(session: Session, post: Post) -> None:
    """Make others who comment or decide here wait, and know the post as of now."""
    session.flush()  # Reading the row anew would lose what is pending.
    session.refresh(post, with_for_update=True)


def publish(session: Session, post: Post, comment: Comment, now: datetime) -> None:
    """Let everybody see a comment, under the next number of the locked post unless it has had
    one."""
    if comment.number is None:
        _give_place(session, post, comment)
    else:
        events.record(session, CommentShownAgain(comment, now))
    comment.state = State.PUBLISHED
    post.comment_count += 1
    session.flush()
    tell_of(session, post, comment)


def take_away(session: Session, post: Post, comment: Comment, state: State) -> None:
    """Take a public comment of the locked post out of sight; its number and place stay."""
    comment.state = state
    post.comment_count -= 1
    tell_of(session, post, comment)


def tell_of(session: Session, post: Post, comment: Comment) -> None:
    """Say that the discussion under the locked post shows something else than before."""
    post.talk_state = tokens.number()
    events.record(session, CommentChanged(comment))


def _add(session, member, place, text, answer, submission, now, site) -> Comment:
    new = written(session, place, text)
    answered = _answered(session, place, answer)
    limits.take_all(session, PACE, str(member.id), now)
    reason = waiting.why(session, site or settings.site(session), member, text, now)
    number = None if reason else place.last_comment_number + 1
    comment = _insert(
        session,
        post_id=place.id,
        post_author_id=place.author_id,
        number=number,
        thread_number=answered.thread_number if answered and number else number,
        parent_id=answered.id if answered else None,
        member_id=member.id,
        elsewhere_name="",
        source=text,
        html=new.html,
        excerpt=new.excerpt,
        renderer=markup.VERSION,
        state=State.WAITING if reason else State.PUBLISHED,
        created_at=now,
        edited_at=None,
        submission=submission,
    )
    if reason:
        waiting.hold(session, comment, place.author_id, reason, now)
        return comment
    # With what `tell_of` does, in one statement.
    _counted().run(session, post=place.id, talk=tokens.number())
    _note_answers(session, comment, new)
    _note_mentions(session, comment, new)
    events.record(session, CommentChanged(comment))
    events.record(session, CommentPosted(comment))
    return comment


def _insert(session: Session, **values: Any) -> Comment:
    """The comment, written by one plain statement: a session's flush takes three times as long,
    and everybody else who writes has to wait for it."""
    [[id]] = _inserted().rows(session, **values)
    comment = as_stored(Comment, {"id": id, **values})
    session.add(comment)
    return comment


def _give_place(session: Session, post: Post, comment: Comment) -> None:
    """The next number and what hangs on it. The text is made anew: what it names and whom it speaks
    to is what and who is there by now."""
    is_member = comment.member_id is not None
    new = written(session, post, comment.source) if is_member else plainly(comment.source)
    _put(comment, new)
    post.last_comment_number += 1
    comment.number = post.last_comment_number
    answered = select(Comment.thread_number).where(Comment.id == comment.parent_id)
    comment.thread_number = session.scalar(answered) or comment.number
    session.flush()
    _note_answers(session, comment, new)
    _note_mentions(session, comment, new)


def _put(comment: Comment, new: Written) -> None:
    comment.html, comment.excerpt, comment.renderer = new.html, new.excerpt, markup.VERSION


def _locked(session: Session, post: Any) -> Row:
    """What the rules ask of the post, as of now. Others who comment here wait from now on, so
    that each number is given once."""
    [place] = _place().rows(session, id=post.id)
    return place


@cache
def _place() -> Prepared:
    names = "id path kind state author_id published_at comments close_after_days"
    columns = [getattr(Post, name) for name in names.split()]
    rows = select(*columns, Post.last_comment_number).where(Post.id == bindparam("id"))
    return Prepared(rows.with_for_update())


@cache
def _submitted() -> Prepared:
    is_theirs = Comment.member_id == bindparam("member_id")
    is_this = Comment.submission == bindparam("submission")
    return Prepared(select(Comment.id).where(is_theirs, is_this))


@cache
def _inserted() -> Prepared:
    return Prepared(insert(Comment.__table__).returning(Comment.id))


@cache
def _counted() -> Prepared:
    number, count = Post.last_comment_number + 1, Post.comment_count + 1
    rows = update(Post.__table__).where(Post.id == bindparam("post"))
    talk = bindparam("talk", type_=BigInteger())
    return Prepared(rows.values(last_comment_number=number, comment_count=count, talk_state=talk))


def _answered(session: Session, place: Row, answer: int | None) -> Row | None:
    """What there is to know of the comment that is answered; raises Conflict."""
    if answer is None:
        return None
    found = _numbered().rows(session, post_id=place.id, number=answer)
    if not found:
        raise Conflict(f"This post has no comment {answer}.", "answer")
    reason = why_not_answer(found[0])
    if reason:
        raise Conflict(reason, "answer")
    return found[0]


@cache
def _numbered() -> Prepared:
    columns = (Comment.id, Comment.number, Comment.thread_number, Comment.state)
    rows = select(*columns).where(Comment.post_id == bindparam("post_id"))
    return Prepared(rows.where(Comment.number == bindparam("number")))


def _note_answers(session: Session, comment: Comment, new: Written) -> None:
    answered = _named(session, comment, new.named)
    if comment.parent_id is not None:
        answered.add(comment.parent_id)
    rows = [{"comment_id": comment.id, "to_id": id} for id in sorted(answered)]
    _answering().run_each(session, rows)


@cache
def _answering() -> Prepared:
    return Prepared(insert(Answer.__table__))


def _note_mentions(session: Session, comment: Comment, new: Written) -> None:
    others = (id for id in new.mentioned if id != comment.member_id)
    session.add_all(Mention(comment_id=comment.id, member_id=id) for id in others)


def _named(session: Session, comment: Comment, numbers: Sequence[int]) -> set[int]:
    """The ids of those before the comment that have one of the numbers."""
    if not numbers:
        return set()
    rows = select(Comment.id).where(
        Comment.post_id == comment.post_id,
        Comment.number.in_(numbers),
        Comment.number < comment.number,
    )
    return set(session.scalars(rows))
