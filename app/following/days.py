"""The daily letters: in the site's morning, one to each member for whom something has come."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.following.models import Notice, Preference, Way
from app.following.rules import MORNING
from app.jobs import queue
from app.site import settings

SEND = "send a daily letter"
AT_ONCE = 500


def owe(session: Session, _payload: dict[str, Any], now: datetime) -> None:
    """Owe today's letters, some at a time; called all day, so that a late worker makes up."""
    here = now.astimezone(ZoneInfo(settings.site(session).zone))
    if here.hour < MORNING:
        return
    today = here.date()
    waiting = select(Notice.member_id).where(Notice.way == Way.DAILY, Notice.sent_at.is_(None))
    due = (
        select(Preference)
        .where(Preference.member_id.in_(waiting))
        .where(or_(Preference.daily_on.is_(None), Preference.daily_on < today))
        .order_by(Preference.member_id)
        .limit(AT_ONCE)
    )
    for preference in session.scalars(due.with_for_update()):
        preference.daily_on = today
        payload = {"member": preference.member_id, "day": today.isoformat()}
        queue.add(session, SEND, payload, now, key=f"{keys_of(preference.member_id)}{today}")


def keys_of(member_id: int) -> str:
    """How the keys of the jobs for a member begin."""
    return f"daily {member_id} "
