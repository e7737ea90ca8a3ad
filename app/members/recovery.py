"""Ways in without the password: a link that signs in, and one that lets a new password be set.
Whoever asks gets the same answer in the same time, whether or not there is such a member: it is
the worker that looks for one."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.jobs import queue
from app.lib import limits
from app.lib.errors import Invalid
from app.mail import letters, outbox
from app.members import passkeys, postage, signin, tickets, verification
from app.members.models import Member, Purpose
from app.members.queries import holder_of, known_as
from app.members.rules import check_password
from app.site import links, settings

WRITE = "write to who cannot sign in"
FROM_ONE_PLACE = limits.Limit("letter-here", 10, 60 * 60)
FOR_ONE_MEMBER = limits.Limit("letter-for", 3, 60 * 60)
LONGEST = 254


def ask(
    session: Session, known: str, purpose: Purpose, back_to: str, address: str, now: datetime
) -> None:
    """Have a letter written to who is `known` by that name or e-mail address, if anybody is;
    `address` is the network address that asks. Raises Invalid or TooMany."""
    if not known or len(known) > LONGEST:
        raise Invalid("Give your sign-in name or your e-mail address.", "login")
    limits.take(session, FROM_ONE_PLACE, address, now)
    # Apart for each: links that a stranger asks for keep nobody from setting a password.
    limits.take(session, FOR_ONE_MEMBER, f"{purpose} {known}", now)
    queue.add(session, WRITE, {"known": known, "purpose": purpose, "next": back_to}, now)


def write(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Owe the letter; what the worker calls."""
    member, purpose = known_as(session, payload["known"]), Purpose(payload["purpose"])
    if member is None or not member.email:
        return
    if purpose == Purpose.SIGN_IN and not member.is_verified:
        # Somebody else may know this member's password, so a link into it proves nothing yet.
        letter = verification.letter_to(session, member, payload["next"], now)
        postage.owe_way_in(session, letter, now, member, purpose)
        return
    token = tickets.issue(session, member, purpose, member.email, now)
    blog, until = settings.site(session).title, tickets.ends_at(purpose, now)
    # A name is free text, which nobody shall be able to send to an address that is not theirs.
    name = member.name if member.is_verified else ""
    if purpose == Purpose.SIGN_IN:
        link = links.sign_in_by_link(token, payload["next"])
        letter = letters.sign_in_link(blog, name, member.email, link, until)
    else:
        link = links.new_password(token)
        letter = letters.new_password(blog, name, member.email, member.login, link, until)
    postage.owe_way_in(session, letter, now, member, purpose)


def sign_in(session: Session, token: str, agent: str, now: datetime) -> str:
    """Sign in by the link; the token of the sign-in. Raises Spent."""
    member, _ = tickets.use(session, token, (Purpose.SIGN_IN,), now)
    return signin.begin(session, member, agent, now)


def check(session: Session, token: str, password: str, now: datetime) -> None:
    """Raise Spent or Invalid before a password is hashed, which takes long."""
    member = tickets.holder(session, token, (Purpose.RESET,), now)
    check_password(password, member.login, member.name, member.email)


def reset(session: Session, token: str, password_hash: str, agent: str, now: datetime) -> str:
    """Give the holder of the link another password, end all that was signed in, and sign in
    here; raises Spent. Passkeys go: who takes this way may be shutting out a thief, who may have
    added one."""
    member, _ = tickets.use(session, token, (Purpose.RESET,), now)
    signin.put_password(session, member, password_hash)
    has_lost = passkeys.remove_all(session, member)
    _tell(session, member, "removed" if has_lost else "", now)
    if not member.is_verified and holder_of(session, member.email) is None:
        verification.take(session, member, member.email, now)  # The letter was read there.
    return signin.begin(session, member, agent, now)


def replace_password(session: Session, member: Member, password_hash: str, now: datetime) -> None:
    """Another password, by the member's own will; the member is told, in case it was not."""
    signin.put_password(session, member, password_hash)
    _tell(session, member, "kept" if passkeys.of_member(session, member) else "", now)


def _tell(session: Session, member: Member, became_of_passkeys: str, now: datetime) -> None:
    if not member.is_verified:
        return  # The address may be a stranger's, who is none the wiser for a letter.
    blog = settings.site(session).title
    letter = letters.password_changed(
        blog, member.name, member.email, links.SIGN_IN_LETTER, became_of_passkeys, links.ACCOUNT
    )
    outbox.owe(session, letter, now, to=member.id)
