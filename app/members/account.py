"""What members change about themselves."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import events
from app.lib import limits
from app.lib.errors import Invalid, NotFound
from app.mail import letters
from app.members import postage, tickets
from app.members.events import ProfileChanged
from app.members.models import Member, Purpose, SignIn
from app.members.queries import holder_of, lock, staff_names
from app.members.rules import check_about, check_email, check_name, check_website
from app.site import links, settings

ADDRESSES = limits.Limit("new-address", 3, 60 * 60)
PASSWORDS = limits.Limit("new-password", 5, 60 * 60)
PROFILES = limits.Limit("profile", 20, 60 * 60)


def change_profile(
    session: Session, member: Member, name: str, about: str, website: str, now: datetime
) -> None:
    """How others see the member; each change makes all finished pages old. Raises a refusal."""
    limits.take(session, PROFILES, str(member.id), now)
    check_name(name, staff_names(session, besides=member))
    check_about(about)
    check_website(website)
    member.name, member.about, member.website = name, about, website
    events.record(session, ProfileChanged(member))


def ask_for_address(session: Session, member: Member, address: str, now: datetime) -> None:
    """Write to a new address, which counts when it is confirmed; raises Invalid or TooMany."""
    check_email(address)
    if address == member.email:
        raise Invalid("This is your address already.", "email")
    limits.take(session, ADDRESSES, str(member.id), now)
    blog = settings.site(session).title
    # Issued even if it is of no use, so that it takes as long.
    token = tickets.issue(session, member, Purpose.CHANGE, address, now)
    if holder_of(session, address) is None:
        letter = letters.new_address(
            blog, address, links.confirmation(token), tickets.ends_at(Purpose.CHANGE, now)
        )
    else:
        letter = letters.known_already(blog, address, links.SIGN_IN, links.SIGN_IN_LETTER)
    postage.owe(session, letter, now, to=member.id)


def sign_ins(session: Session, member: Member) -> list[SignIn]:
    """Where the member is signed in, the last used first."""
    rows = select(SignIn).where(SignIn.member_id == member.id)
    return list(session.scalars(rows.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))


def end_sign_in(session: Session, member: Member, id: int) -> None:
    mine = (SignIn.id == id, SignIn.member_id == member.id)
    if session.execute(delete(SignIn).where(*mine)).rowcount == 0:
        raise NotFound("This sign-in has ended already.")


def end_other_sign_ins(session: Session, member: Member, this: SignIn) -> None:
    """What was asked for from one of them, such as another address, is off as well."""
    lock(session, member)
    others = (SignIn.member_id == member.id, SignIn.id != this.id)
    session.execute(delete(SignIn).where(*others))
    tickets.void(session, member)
