"""Letters that somebody asked for, whoever that was, to an address that may be another's: so many
an hour go to one address.

Ways back in are counted apart, for each member and for what they are: having other letters sent
there, by joining with the address or giving it as theirs, keeps nobody out.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from app.lib import limits
from app.lib.errors import TooMany
from app.mail import outbox
from app.mail.letters import Letter
from app.members.models import Member, Purpose
from app.members.queries import holder_of

TO_ONE_ADDRESS = limits.Limit("letter-to", 5, 60 * 60)
BACK_IN = limits.Limit("letter-back", 5, 60 * 60)
# Anybody can join with the address of another again and again, and then ask for ways in. What goes
# to an address that nobody has confirmed is bounded: 45 letters in an hour as it is counted, which
# are 5 of other kinds, 20 ways in to those who have had none of the kind for a day, and 20 to
# whoever asks. So who has had none is kept out for an hour by twenty others who have had none
# either, and the hour after that takes twenty more.
BACK_IN_UNCONFIRMED = limits.Limit("letter-back-to", 20, 60 * 60)
FIRST = limits.Limit("letter-back-first", 1, 24 * 60 * 60)
FIRSTS = limits.Limit("letter-back-firsts", 20, 60 * 60)


def owe(session: Session, letter: Letter, now: datetime, to: int) -> None:
    """Owe the letter to the member of this id, unless its address has had enough. Who asked is not
    told: it would say that somebody at that address has asked for letters, and so that there is a
    member."""
    with suppress(TooMany):
        limits.take(session, TO_ONE_ADDRESS, letter.address, now)
        outbox.owe(session, letter, now, to=to)


def owe_way_in(
    session: Session, letter: Letter, now: datetime, member: Member, purpose: Purpose
) -> None:
    """The same for a way back in, unless the member has had enough of them."""
    if not member.is_verified and holder_of(session, member.email) is not None:
        owe(session, letter, now, to=member.id)  # The address is somebody else's for sure.
        return
    who = f"{purpose} {member.id}"
    with suppress(TooMany):
        limits.take(session, BACK_IN, who, now)
        if not member.is_verified:
            _take_unconfirmed(session, who, letter.address, now)
        outbox.owe(session, letter, now, to=member.id)


def _take_unconfirmed(session: Session, who: str, address: str, now: datetime) -> None:
    if not _is_first(session, who, address, now):
        limits.take(session, BACK_IN_UNCONFIRMED, address, now)


def _is_first(session: Session, who: str, address: str, now: datetime) -> bool:
    try:
        limits.take(session, FIRST, who, now)
    except TooMany:
        return False
    try:
        limits.take(session, FIRSTS, address, now)
    except TooMany:
        limits.clear(session, FIRST, who)  # It is still hers when there is room again.
        return False
    return True
