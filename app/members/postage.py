"""Letters that somebody asked for, whoever that was, to an address that may be another's: so many
an hour go to one address, over all kinds of them."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from app.lib import limits
from app.lib.errors import TooMany
from app.mail import outbox
from app.mail.letters import Letter

TO_ONE_ADDRESS = limits.Limit("letter-to", 5, 60 * 60)


def owe(session: Session, letter: Letter, now: datetime, to: int) -> None:
    """Owe the letter to the member of this id, unless its address has had enough. Who asked is not
    told: it would say that somebody at that address has asked for letters, and so that there is a
    member."""
    with suppress(TooMany):
        limits.take(session, TO_ONE_ADDRESS, letter.address, now)
        outbox.owe(session, letter, now, to=to)
