"""Letters that somebody asked for, whoever that was, to an address that may be another's: so many
an hour go to one address.

Ways back in for who has shown that the address is theirs are counted apart: whoever has other
letters sent there, by joining with it or giving it as theirs, keeps nobody out.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from app.lib import limits
from app.lib.errors import TooMany
from app.mail import outbox
from app.mail.letters import Letter

TO_ONE_ADDRESS = limits.Limit("letter-to", 5, 60 * 60)
TO_ITS_HOLDER = limits.Limit("letter-to-holder", 5, 60 * 60)


def owe(
    session: Session,
    letter: Letter,
    now: datetime,
    to: int,
    limit: limits.Limit = TO_ONE_ADDRESS,
) -> None:
    """Owe the letter to the member of this id, unless its address has had enough. Who asked is not
    told: it would say that somebody at that address has asked for letters, and so that there is a
    member."""
    with suppress(TooMany):
        limits.take(session, limit, letter.address, now)
        outbox.owe(session, letter, now, to=to)
