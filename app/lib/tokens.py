"""Random tokens: what is handed out is never stored, only its digest."""

import hashlib
import hmac
import secrets


def new() -> str:
    """A token of 192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What is stored of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign(key: str, words: str) -> str:
    """What only who has the key can write under these words."""
    return hmac.new(key.encode(), words.encode("utf-8", "replace"), "sha256").hexdigest()[:32]


def is_signed(key: str, words: str, signature: str) -> bool:
    return hmac.compare_digest(sign(key, words).encode(), signature.encode("utf-8", "replace"))
