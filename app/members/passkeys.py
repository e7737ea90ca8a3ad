"""Passkeys (WebAuthn Level 3): signing in with a key that a device or a password manager of the
member keeps and gives to nobody, and that answers to this site alone."""

import logging
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
)
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.lib import limits, tokens
from app.lib.errors import Conflict, Invalid, NotFound, refuse_if
from app.mail import letters, outbox
from app.members import ceremonies, rules, signin
from app.members.models import Member, Passkey
from app.members.queries import lock
from app.site import links, settings

ADDING = limits.Limit("passkey-new", 10, 60 * 60)
WRONG = "This passkey is not known here. Try another, or sign in with your password."
PORTS = {"https": 443, "http": 80}

logging.getLogger("fido2").setLevel(logging.WARNING)  # Below that it tells the ids of passkeys.


@dataclass(frozen=True)
class Party:
    """What we are to a browser (the relying party, §4): by the site's address, never by what a
    request says."""

    host: str
    origin: str

    @property
    def server(self) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(name=self.host, id=self.host)
        return Fido2Server(entity, "none", verify_origin=lambda origin: origin == self.origin)


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
    options, _ = party.server.register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=member.login, display_name=member.name),
        credentials=[AttestedCredentialData(one.credential) for one in present],
        # It is all that is needed to sign in: found without a name, and used by its owner only.
        resident_key_requirement="required",
        user_verification="required",
        challenge=challenge.encode(),
    )
    return dict(options)["publicKey"], challenge


def begin_signing_in(
    session: Session, party: Party, browser: str, address: str, now: datetime
) -> tuple[dict[str, Any], str]:
    challenge = ceremonies.begin(session, browser, address, now)
    options, _ = party.server.authenticate_begin(
        user_verification="required", challenge=challenge.encode()
    )
    return dict(options)["publicKey"], challenge


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
    credential, count = _registered(party, challenge, answer)
    row = Passkey(
        digest=_digest(credential.credential_id),
        member_id=member.id,
        handle=handle,
        credential=bytes(credential),
        count=count,
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
    response = _parsed(AuthenticationResponse, answer)
    passkey = _locked(session, _digest(response.raw_id))
    member = session.get_one(Member, passkey.member_id)
    refuse_if(rules.why_not_sign_in_by_passkey(member))
    count = _verified(party, challenge, response, passkey)
    # A device that counts never signs twice with one count: two have the key (§6.1.1).
    if (count or passkey.count) and count <= passkey.count:
        raise Invalid(WRONG)
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
        raise Invalid(WRONG)
    return found


def _registered(party: Party, challenge: str, answer: str) -> tuple[AttestedCredentialData, int]:
    """What the device has made (§7.1), and how often it has signed."""
    server, given = party.server, ceremonies.read(answer)
    try:
        data = server.register_complete(_state(server, challenge), given)
        credential = AttestedCredentialData(bytes(data.credential_data))
    except Exception as error:  # Whatever a hostile answer brings the library to raise.
        raise Invalid("The passkey could not be added. Please try again.") from error
    wanted = {parameters.alg for parameters in server.allowed_algorithms}
    if credential.public_key.ALGORITHM not in wanted or credential.public_key.get(3) not in wanted:
        raise Invalid("This kind of passkey cannot be used here.")
    return credential, data.counter


def _verified(
    party: Party, challenge: str, response: AuthenticationResponse, passkey: Passkey
) -> int:
    """Check an answer against the passkey it names (§7.2); how often that has signed."""
    server, credential = party.server, AttestedCredentialData(passkey.credential)
    try:
        server.authenticate_complete(_state(server, challenge), [credential], response)
    except Exception as error:
        raise Invalid(WRONG) from error
    if response.response.user_handle != passkey.handle:
        raise Invalid(WRONG)
    return response.response.authenticator_data.counter


def _state(server: Fido2Server, challenge: str) -> dict[str, Any]:
    """What the library would have kept from the first half."""
    _, state = server.authenticate_begin(user_verification="required", challenge=challenge.encode())
    return state


def _parsed(kind: type[AuthenticationResponse], answer: str) -> AuthenticationResponse:
    given = ceremonies.read(answer)
    try:
        return kind.from_dict(given)
    except Exception as error:
        raise Invalid(WRONG) from error


def _digest(credential_id: bytes) -> str:
    return tokens.digest(credential_id.hex())


def _tell(session: Session, member: Member, is_added: bool, now: datetime) -> None:
    blog = settings.site(session).title
    letter = letters.passkey(blog, member.name, member.email, is_added, links.SIGN_IN_LETTER)
    outbox.owe(session, letter, now, to=member.id)
