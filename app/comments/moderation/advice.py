"""Asking a service about comments that wait, so that they can be sorted, and telling it where it
was wrong. What it says decides nothing, and when it says nothing they wait as they would without
it."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment, State
from app.comments.moderation import waiting
from app.comments.moderation.models import Case, Kind
from app.comments.moderation.rules import LETTERS
from app.jobs import queue
from app.lib.db import Database
from app.lib.patience import Failed
from app.site import links
from app.spam import akismet, opinions
from app.spam.akismet import Remark, Service

ASK = "ask about what waits"
OBJECT = "tell of a decision about spam"
# Whether it is spam to a moderator who has put a comment into this state.
DECIDED = {State.REFUSED: True, State.PUBLISHED: False}
# Of what came last; and at once, since the thread that asks carries letters as well.
MOST_SEEN = 100
MOST_ASKED = 10
log = logging.getLogger(__name__)


class Adviser:
    def __init__(self, service: Service | None):
        self._service = service

    def ask(self, database: Database, _payload: dict[str, Any], now: datetime) -> None:
        """Ask about some of what waits; what the worker calls."""
        if self._service is None:
            return
        with database.reading() as session:
            remarks = _not_asked(session, self._service.blog)
        for remark in remarks:
            try:
                is_spam = self._service.takes_for_spam(remark)
            except Failed as failure:
                log.warning("the service that is asked about spam: %s", failure.reason)
                return  # The next time comes soon.
            with database.writing() as session:
                opinions.note(session, remark.text, is_spam, now)
                waiting.weigh_again_soon(session, now)

    def object_to(self, database: Database, payload: dict[str, Any], now: datetime) -> None:
        """Tell the service what a moderator has decided about a comment, if it is still of another
        opinion; what the worker calls. Raises queue.Failed."""
        if self._service is None:
            return
        with database.reading() as session:
            comment = session.scalar(_with_people().where(Comment.id == payload["comment"]))
            if comment is None or not _is_wrong_about(session, comment):
                return
            remark, is_spam = _remark(comment, self._service.blog), DECIDED[comment.state]
        try:
            self._service.contradict(remark, is_spam)
        except Failed as failure:
            raise queue.Failed(f"the service that is told about spam: {failure.reason}") from None
        with database.writing() as session:
            # So that it is told again when this is decided otherwise after all.
            opinions.note(session, remark.text, is_spam, now)
            waiting.weigh_again_soon(session, now)


def owe_objection(session: Session, comment: Comment, now: datetime) -> None:
    """Have the service told of what was decided about the comment, once that cannot be undone."""
    if _is_wrong_about(session, comment):
        payload, key = {"comment": comment.id}, objection_key(comment.id)
        queue.add(session, OBJECT, payload, now + LETTERS, key=key)


def objection_key(comment_id: int) -> str:
    return f"comment {comment_id} was judged otherwise"


def _is_wrong_about(session: Session, comment: Comment) -> bool:
    """Where it was never asked it is not told either, nor of what was withdrawn or hidden."""
    [said] = opinions.of(session, [comment.source])
    return said is not None and said != DECIDED.get(comment.state, said)


def _with_people() -> Select[tuple[Comment]]:
    return select(Comment).options(joinedload(Comment.member), joinedload(Comment.post))


def _not_asked(session: Session, blog: str) -> list[Remark]:
    rows = select(Case).where(Case.kind == Kind.WAITING).order_by(Case.comment_id.desc())
    about = joinedload(Case.comment)
    rows = rows.options(about.joinedload(Comment.member), about.joinedload(Comment.post))
    comments = [case.comment for case in session.scalars(rows.limit(MOST_SEEN))]
    said = opinions.of(session, [comment.source for comment in comments])
    pairs = zip(comments, said, strict=True)
    unknown = {comment.source: comment for comment, known in pairs if known is None}
    return [_remark(comment, blog) for comment in list(unknown.values())[:MOST_ASKED]]


def _remark(comment: Comment, blog: str) -> Remark:
    return Remark(
        text=comment.source,
        name=comment.author_name,
        website=comment.member.website if comment.member else comment.elsewhere_url,
        permalink=blog + links.post(comment.post),
        written_at=comment.created_at,
        kind=_kind(comment),
    )


def _kind(comment: Comment) -> str:
    if comment.member_id is None:
        return akismet.PAGE
    return akismet.COMMENT if comment.parent_id is None else akismet.REPLY
