"""Letters about comments, as they leave. Whether one is still wanted, and whether there still is
what it would tell, is looked at in the last moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.following import composing, desk, rules, telling
from app.following.models import Notice, Preference, Way
from app.following.queries import notice, of_the_day, of_thread
from app.jobs.queue import Failed
from app.lib.db import Database
from app.mail.delivery import Carrier
from app.members.models import Member

# A statement takes only so many values.
AT_ONCE = 500


@dataclass(frozen=True)
class Postman:
    """Sends letters about comments. What is sent is noted after it has left: who is killed in
    between sends it twice, and never not at all."""

    carrier: Carrier

    def send(self, database: Database, payload: dict[str, Any], now: datetime) -> None:
        """Send what a member is told of one comment; raises Failed."""
        with database.reading() as session:
            found = notice(session, payload["comment"], payload["member"])
            if found is None:
                return
            way = _way(session, found, now)
            preference = session.get(Preference, found.member_id)
            if way == Way.LETTER:
                letter = composing.of_comment(session, found, preference)
        if way == Way.LETTER:
            self.carrier.carry(letter, found.made_at, found.member_id)
        with database.writing() as session:
            if _is_out_of_sight(found, now):
                if not _put_back(session, found, now):
                    raise Failed("it came back into sight just now")
            else:
                _note(session, found.member_id, [found.comment_id], way, now)

    def send_daily(self, database: Database, payload: dict[str, Any], now: datetime) -> None:
        """Send a member what has come since their last daily letter; raises Failed."""
        with database.reading() as session:
            member = session.get_one(Member, payload["member"])
            waiting, older = of_the_day(session, member)
            for one in waiting:
                one.member = member
            ways = [_way(session, one, now) for one in waiting]
            told = [one for one, way in zip(waiting, ways, strict=True) if _is_mailed(way)]
            preference = session.get(Preference, member.id)
            if told:
                day = date.fromisoformat(payload["day"])
                letter = composing.of_the_day(session, member, told, len(older), preference, day)
        if told:
            self.carrier.carry(letter, told[0].made_at, member.id)
        unseen = [one for one in waiting if _is_out_of_sight(one, now)]
        done = [one.comment_id for one in waiting if one not in unseen]
        with database.writing() as session:
            # In the order in which moderators lock posts, so that nobody waits in a circle.
            for one in sorted(unseen, key=lambda one: one.comment.post_id):
                _put_back(session, one, now)
            _note(session, member.id, [*done, *older] if told else done, None, now)

    def send_waiting(self, database: Database, payload: dict[str, Any], now: datetime) -> None:
        """Tell a moderator how much waits for them by now; raises Failed."""
        with database.reading() as session:
            member = session.get_one(Member, payload["member"])
            preference = session.get(Preference, member.id)
            if preference is None or not rules.is_told_what_waits(member, preference):
                return
            told = desk.to_tell(session, member, preference, now)
            letter = composing.of_waiting(session, member, len(told), preference)
        if told:
            self.carrier.carry(letter, now, member.id)
        with database.writing() as session:
            desk.note(session, member, told, now)


def _way(session: Session, found: Notice, now: datetime) -> Way | None:
    """How the member is to be told as of now."""
    comment, member = found.comment, found.member
    if rules.why_not_told(member) or not rules.is_to_be_seen(comment, comment.post, now):
        return None
    chosen, wishes = of_thread(session, member, comment.post_id)
    choice = rules.choice(chosen, wishes, member.id == comment.post.author_id)
    return rules.way(choice, wishes.by_mail, found.reason)


def _is_out_of_sight(found: Notice, now: datetime) -> bool:
    return not rules.is_to_be_seen(found.comment, found.comment.post, now)


def _put_back(session: Session, found: Notice, now: datetime) -> bool:
    """Let the member be told when the comment is shown again, if ever; False if it is by now."""
    comment = telling.locked(session, found.comment_id)
    if comment is not None and rules.is_to_be_seen(comment, comment.post, now):
        return False
    if comment is not None:
        comment.told_at = None
    mine = (Notice.comment_id == found.comment_id, Notice.member_id == found.member_id)
    session.execute(delete(Notice).where(*mine))
    return True


def _is_mailed(way: Way | None) -> bool:
    return way in (Way.LETTER, Way.DAILY)


def _note(
    session: Session, member_id: int, comment_ids: Sequence[int], way: Way | None, now: datetime
) -> None:
    """Note that these are done with, unless the member wants them in the daily letter by now."""
    done = {"way": Way.DAILY} if way == Way.DAILY else {"sent_at": now}
    for start in range(0, len(comment_ids), AT_ONCE):
        some = comment_ids[start : start + AT_ONCE]
        mine = (Notice.member_id == member_id, Notice.comment_id.in_(some))
        session.execute(update(Notice).where(*mine).values(done))
