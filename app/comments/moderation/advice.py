"""Asking a service about comments that wait, so that they can be sorted. What it says decides
nothing, and when it says nothing they wait as they would without it."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment
from app.comments.moderation import waiting
from app.comments.moderation.models import Case, Kind
from app.lib.db import Database
from app.lib.patience import Failed
from app.site import links
from app.spam import akismet, opinions
from app.spam.akismet import Remark, Service

ASK = "ask about what waits"
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
