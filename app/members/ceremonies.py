"""Ceremonies: a challenge that a browser is given, and its answer, which says itself to which one
it is. So there can be several at once, in as many tabs. A challenge is spent when its answer comes,
right or wrong, and is good in the browser alone that was given it."""

import json
from datetime import datetime, timedelta
from typing import Any

from fido2.utils import websafe_decode
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.lib import limits, tokens
from app.lib.errors import Invalid
from app.members.models import Ceremony, Member

# A page to sign in on asks by itself, every few minutes, as long as it stands open.
FROM_ONE_PLACE = limits.Limit("passkey-here", 100, 60 * 60)
LIVES = timedelta(minutes=5)
LONGEST_ANSWER = 20_000
LOST = "That took too long, or was answered already. Please try again."


def begin(
    session: Session,
    browser: str,
    address: str,
    now: datetime,
    member: Member | None = None,
    handle: bytes | None = None,
) -> str:
    """A challenge; `browser` is what only that browser has, `address` the network address that
    asks."""
    limits.take(session, FROM_ONE_PLACE, address, now)
    challenge = tokens.new()
    session.add(
        Ceremony(
            digest=_digest(browser, challenge),
            member_id=member.id if member else None,
            handle=handle,
            expires_at=now + LIVES,
        )
    )
    return challenge


def challenge_in(answer: str) -> str:
    """The challenge to which this is the answer, as it says (§5.8.1); raises Invalid."""
    try:
        client = json.loads(websafe_decode(read(answer)["response"]["clientDataJSON"]))
        return websafe_decode(client["challenge"]).decode()
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Invalid(LOST) from error


def spend(
    session: Session, browser: str, challenge: str, member: Member | None, now: datetime
) -> bytes | None:
    """Use a challenge up, in a unit of work of its own so that it stays so; the handle that was
    given with it. Raises Invalid."""
    same = Ceremony.digest == _digest(browser, challenge), Ceremony.expires_at > now
    whose = Ceremony.member_id.is_(None) if member is None else Ceremony.member_id == member.id
    spent = session.execute(delete(Ceremony).where(*same, whose).returning(Ceremony.handle)).first()
    if spent is None:
        raise Invalid(LOST)
    return spent.handle


def read(answer: str) -> dict[str, Any]:
    """What a browser sent; raises Invalid."""
    try:
        given = json.loads(answer[:LONGEST_ANSWER])
    except (ValueError, RecursionError) as error:
        raise Invalid("The browser gave no passkey. Please try again.") from error
    return given if isinstance(given, dict) else {}


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Ceremony).where(Ceremony.expires_at <= now))


def _digest(browser: str, challenge: str) -> str:
    return tokens.digest(f"{browser} {challenge}")
