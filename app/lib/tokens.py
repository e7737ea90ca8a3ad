"""Random tokens and names. What is handed out to prove something is never stored, only its
digest."""

import hashlib
import hmac
import secrets

# Five bits each, and none that is easily taken for another.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def new() -> str:
    """A token of 192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def number() -> int:
    """A number that does not come twice, of 62 random bits."""
    return secrets.randbits(62)


def digest(token: str) -> str:
    """What is stored of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def name(length: int) -> str:
    """A name that nobody guesses, of small letters and digits, five random bits in each."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def sign(key: str, words: str) -> str:
    """What only who has the key can write under these words."""
    return hmac.new(key.encode(), words.encode("utf-8", "replace"), "sha256").hexdigest()[:32]


def is_signed(key: str, words: str, signature: str) -> bool:
    return hmac.compare_digest(sign(key, words).encode(), signature.encode("utf-8", "replace"))
