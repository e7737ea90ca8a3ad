"""Ceremonies: a challenge that a browser is given, and its answer, which says itself to which one
it is. So there can be several at once, in as many tabs. A challenge is spent when its answer comes,
right or wrong, and is good in the browser alone that was given it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.lib import limits, tokens
from app.lib.errors import Invalid
from app.members.models import Ceremony, Member

# A page to sign in on asks by itself, every few minutes, as long as it stands open.
FROM_ONE_PLACE = limits.Limit("passkey-here", 100, 60 * 60)
LIVES = timedelta(minutes=5)
LONGEST_ANSWER = 20_000
PORTS = {"https": 443, "http": 80}
LOST = "That took too long, or was answered already. Please try again."


@dataclass(frozen=True)
class Party:
    """What we are to a browser (the relying party, §4): by the site's address, never by what a
    request says."""

    host: str
    origin: str


def party_at(site_url: str) -> Party | None:
    """None where there can be no passkeys: they are for a name, not for the number of a machine
    (§5.1.2, "effective domain")."""
    parts = urlsplit(site_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
        return Party(host, f"{parts.scheme}://{host}{port}")
    return None


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
        client = json.loads(decoded(read(answer)["response"]["clientDataJSON"]))
        return decoded(client["challenge"]).decode()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
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


def encoded(data: bytes) -> str:
    """In base64url without padding (RFC 4648 §5), as browsers have it."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Raises ValueError for what is no base64url, and AttributeError for what is no text."""
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _digest(browser: str, challenge: str) -> str:
    return tokens.digest(f"{browser} {challenge}")
