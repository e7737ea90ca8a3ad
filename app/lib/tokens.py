"""Random tokens: what is handed out is never stored, only its digest."""

import hashlib
import secrets


def new() -> str:
    """A token of 192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What is stored of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
