"""A device that makes passkeys, in software: what a browser hands on from it (WebAuthn §6.5, §7).
What a dishonest one would do otherwise is given by name."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from flask import Flask

from tests.browser import Browser

PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40
ORIGIN = "http://localhost:8000"
ADDING, SIGNING_IN = "/account/passkeys/challenge", "/sign-in/passkey/challenge"
BOTH = PRESENT | VERIFIED
ES256 = -7


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    def __init__(self, origin: str, counts: bool = True):
        self.origin, self.counts, self.count = origin, counts, 0
        self.id = token_bytes(32)
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(
        self, options: dict, flags: int = PRESENT | VERIFIED, alg: int = ES256, **more
    ) -> str:
        """The answer to PublicKeyCredentialCreationOptions."""
        self.handle = decoded(options["user"]["id"])
        point = self._key.public_key().public_numbers()
        key = {1: 2, 3: alg, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        made = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor.encode(key)
        data = self._data(more.pop("host", options["rp"]["id"]), flags | HAS_CREDENTIAL) + made
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, **more)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: dict, flags: int = BOTH, **more) -> str:
        """The answer to PublicKeyCredentialRequestOptions."""
        data = self._data(more.pop("host", options["rpId"]), flags)
        handle = more.pop("handle", self.handle)
        client = self._client("webauthn.get", options, **more)
        signature = self._key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=handle
        )

    def _data(self, host: str, flags: int) -> bytes:
        self.count += self.counts
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, options: dict, origin: str = "", challenge: str = "") -> bytes:
        said = {
            "type": kind,
            "challenge": challenge or options["challenge"],
            "origin": origin or self.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        parts = {name: encoded(value) for name, value in response.items()}
        id = encoded(self.id)
        return json.dumps(
            {
                "id": id,
                "rawId": id,
                "type": "public-key",
                "response": parts,
                "clientExtensionResults": {},
            }
        )


@contextmanager
def at_a_name(app: Flask) -> Iterator[None]:
    """The site at a name, for which there are passkeys; that of the other tests has a number."""
    house = app.extensions["commonplace"]
    named = replace(house, config=replace(house.config, site_url=ORIGIN))
    app.extensions["commonplace"] = named
    try:
        yield
    finally:
        app.extensions["commonplace"] = house


def challenged(browser: Browser, page: str, address: str, status: int = 200, **typed) -> dict:
    form = browser.get(page).fields("/sign-out" if page == "/account" else page)
    data = {"csrf_token": form["csrf_token"], **typed}
    return browser.post(address, status, data).response.get_json()


def add(browser: Browser, name: str = "Phone", status: int = 303, **typed) -> Authenticator:
    device = Authenticator(ORIGIN)
    options = challenged(browser, "/account", ADDING)
    answer = {"credential": device.create(options), "name": name, **typed}
    browser.get("/account")
    browser.send("/account/passkeys", status, **answer)
    return device


def sign_in(browser: Browser, device: Authenticator, status: int = 303, page: str = "/sign-in"):
    options = challenged(browser, page.partition("?")[0], SIGNING_IN)
    browser.get(page)
    return browser.send("/sign-in/passkey", status, credential=device.get(options))
