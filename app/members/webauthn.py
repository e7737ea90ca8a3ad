"""What browsers and the keys in them are asked for, and whether what they answer is right (WebAuthn
Level 3): the part of passkeys for which there is a library."""

import logging
from typing import Any, NamedTuple

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
)

from app.lib.errors import Invalid
from app.members import ceremonies
from app.members.ceremonies import Party
from app.members.models import Member, Passkey
from app.members.rules import WRONG_PASSKEY

logging.getLogger("fido2").setLevel(logging.WARNING)  # Below that it tells the ids of passkeys.


class Made(NamedTuple):
    """A new passkey: its id, what is kept of it, and how often it has signed."""

    id: bytes
    credential: bytes
    count: int


def to_add(
    party: Party, member: Member, handle: bytes, known: list[bytes], challenge: str
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptions as JSON has them (§5.4); devices that have one of the
    `known` passkeys make no second."""
    options, _ = _server(party).register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=member.login, display_name=member.name),
        credentials=list(map(AttestedCredentialData, known)),
        # It is all that is needed to sign in: found without a name, and used by its owner only.
        resident_key_requirement="required",
        user_verification="required",
        challenge=challenge.encode(),
    )
    return dict(options)["publicKey"]


def registered(party: Party, challenge: str, answer: str) -> Made:
    """What the device has made (§7.1); raises Invalid."""
    server, given = _server(party), ceremonies.read(answer)
    try:
        data = server.register_complete(_state(server, challenge), given)
        credential = AttestedCredentialData(bytes(data.credential_data))
    except Exception as error:  # Whatever a hostile answer brings the library to raise.
        raise Invalid("The passkey could not be added. Please try again.") from error
    wanted = {parameters.alg for parameters in server.allowed_algorithms}
    if credential.public_key.ALGORITHM not in wanted or credential.public_key.get(3) not in wanted:
        raise Invalid("This kind of passkey cannot be used here.")
    return Made(credential.credential_id, bytes(credential), data.counter)


def parsed(answer: str) -> AuthenticationResponse:
    """Raises Invalid."""
    given = ceremonies.read(answer)
    try:
        return AuthenticationResponse.from_dict(given)
    except Exception as error:
        raise Invalid(WRONG_PASSKEY) from error


def verified(
    party: Party, challenge: str, response: AuthenticationResponse, passkey: Passkey
) -> int:
    """How often the passkey that the answer names has signed (§7.2); raises Invalid unless it has
    signed this."""
    server, credential = _server(party), AttestedCredentialData(passkey.credential)
    try:
        server.authenticate_complete(_state(server, challenge), [credential], response)
    except Exception as error:
        raise Invalid(WRONG_PASSKEY) from error
    if response.response.user_handle != passkey.handle:
        raise Invalid(WRONG_PASSKEY)
    return response.response.authenticator_data.counter


def _server(party: Party) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(name=party.host, id=party.host)
    return Fido2Server(entity, "none", verify_origin=lambda origin: origin == party.origin)


def _state(server: Fido2Server, challenge: str) -> dict[str, Any]:
    """What the library would have kept from the first half."""
    _, state = server.authenticate_begin(user_verification="required", challenge=challenge.encode())
    return state
