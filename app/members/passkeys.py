"""Passkeys (WebAuthn Level 3): signing in with a key that a device or a password manager of the
member keeps and gives to nobody, and that answers to this site alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.lib import limits, tokens
from app.lib.errors import Conflict, Invalid, NotFound, refuse_if
from app.lib.later import Later
from app.mail import letters, outbox
from app.members import ceremonies, rules, signin
from app.members.ceremonies import Party
from app.members.models import Member, Passkey
from app.members.queries import lock
from app.site import links, settings

ADDING = limits.Limit("passkey-new", 10, 60 * 60)
# With the library that it needs it takes ten megabytes, and many a process never sees a passkey.
webauthn = Later("app.members.webauthn")


def of_member(session: Session, member: Member) -> list[Passkey]:
    rows = select(Passkey).where(Passkey.member_id == member.id)
    return list(session.scalars(rows.order_by(Passkey.created_at.desc(), Passkey.id.desc())))


def one_of_member(session: Session, member: Member, id: int) -> Passkey:
    rows = select(Passkey).where(Passkey.member_id == member.id, Passkey.id == id)
    found = session.scalar(rows)
    if found is None:
        raise NotFound("You have no such passkey, or it is removed already.")
    return found


def why_not_add(session: Session, member: Member) -> str | None:
    return rules.why_not_add_passkey(member, len(of_member(session, member)))


def begin_adding(
    session: Session, party: Party, member: Member, browser: str, address: str, now: datetime
) -> tuple[dict[str, Any], str]:
    """What the browser is asked for (PublicKeyCredentialCreationOptions), and the challenge in it.
    `browser` and `address` are as `ceremonies.begin` has them."""
    present = _check_may_add(session, member)
    limits.take(session, ADDING, str(member.id), now)
    # Another browser may have begun as well; each device keeps what it is given here.
    handle = present[0].handle if present else bytes.fromhex(tokens.digest(tokens.new()))
    challenge = ceremonies.begin(session, browser, address, now, member, handle)
    known = [one.credential for one in present]
    return webauthn.to_add(party, member, handle, known, challenge), challenge


def begin_signing_in(
    session: Session, party: Party, browser: str, address: str, now: datetime
) -> tuple[dict[str, Any], str]:
    challenge = ceremonies.begin(session, browser, address, now)
    # In the library's words, which is not read for them: a page to sign in on asks by itself.
    asked = {"challenge": ceremonies.encoded(challenge.encode()), "rpId": party.host}
    return {**asked, "userVerification": "required"}, challenge


def add(
    session: Session,
    party: Party,
    member: Member,
    challenge: str,
    handle: bytes,
    answer: str,
    name: str,
    now: datetime,
) -> Passkey:
    """Add the passkey of this answer; the member is told, in case it was not them."""
    lock(session, member)
    _check_may_add(session, member)
    rules.check_passkey_name(name)
    made = webauthn.registered(party, challenge, answer)
    row = Passkey(
        digest=_digest(made.id),
        member_id=member.id,
        handle=handle,
        credential=made.credential,
        count=made.count,
        name=name,
        created_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This passkey is here already.") from error
    _tell(session, member, is_added=True, now=now)
    return row


def remove(session: Session, member: Member, id: int, now: datetime) -> None:
    """The password and letters stay as ways in."""
    lock(session, member)
    session.delete(one_of_member(session, member, id))
    _tell(session, member, is_added=False, now=now)


def remove_all(session: Session, member: Member) -> bool:
    """Whether there were any; who calls this has locked the member, and tells."""
    return session.execute(delete(Passkey).where(Passkey.member_id == member.id)).rowcount > 0


def sign_in(
    session: Session, party: Party, challenge: str, answer: str, agent: str, now: datetime
) -> str:
    """Sign in the member whose passkey gave this answer; the token of the sign-in."""
    response = webauthn.parsed(answer)
    passkey = _locked(session, _digest(response.raw_id))
    member = session.get_one(Member, passkey.member_id)
    refuse_if(rules.why_not_sign_in_by_passkey(member))
    count = webauthn.verified(party, challenge, response, passkey)
    # A device that counts never signs twice with one count: two have the key (§6.1.1).
    if (count or passkey.count) and count <= passkey.count:
        raise Invalid(rules.WRONG_PASSKEY)
    passkey.count, passkey.used_at = count, now
    return signin.begin(session, member, agent, now)


def _check_may_add(session: Session, member: Member) -> list[Passkey]:
    present = of_member(session, member)
    refuse_if(rules.why_not_add_passkey(member, len(present)))
    return present


def _locked(session: Session, digest: str) -> Passkey:
    """The passkey, whose member is locked; raises Invalid."""
    wanted = select(Passkey).where(Passkey.digest == digest)
    found = session.scalar(wanted)
    if found is not None:
        lock(session, session.get_one(Member, found.member_id))
        found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise Invalid(rules.WRONG_PASSKEY)
    return found


def _digest(credential_id: bytes) -> str:
    return tokens.digest(credential_id.hex())


def _tell(session: Session, member: Member, is_added: bool, now: datetime) -> None:
    blog = settings.site(session).title
    letter = letters.passkey(blog, member.name, member.email, is_added, links.SIGN_IN_LETTER)
    outbox.owe(session, letter, now, to=member.id)
