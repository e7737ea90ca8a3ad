"""Passwords: which are good enough, and their argon2id hashes. No composition rules: length and
not being a common one are what counts."""

from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.lib.errors import Invalid

SHORTEST, LONGEST = 12, 128
COMMON = Path(__file__).with_name("common_passwords.txt")
# Each hash takes 19 MiB for its time; a crowd at the door waits here instead of in memory.
_at_once = BoundedSemaphore(4)


class Hasher:
    """argon2id with OWASP's least parameters; `cheap` ones are for tests."""

    def __init__(self, cheap: bool = False):
        costs = {"memory_cost": 8, "time_cost": 1} if cheap else {"memory_cost": 19456}
        self._argon2 = PasswordHasher(**{"time_cost": 2, "parallelism": 1, **costs})
        # Compared with when nobody has the name, so that an answer takes as long.
        self._nobody = self._argon2.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with _at_once:
            return self._argon2.hash(password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one; no hash, for nobody, takes the same time."""
        with _at_once:
            try:
                self._argon2.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(password_hash)  # Who has left has an empty one.

    def is_outdated(self, password_hash: str) -> bool:
        return self._argon2.check_needs_rehash(password_hash)


def check(password: str, *own: str) -> None:
    """Raise Invalid, with a reason, for a password that is too weak; `own` are the names and
    the address of whose it is to be."""
    if len(password) < SHORTEST:
        raise Invalid(f"A password has at least {SHORTEST} characters.", "password")
    if len(password) > LONGEST:
        raise Invalid(f"A password has up to {LONGEST} characters.", "password")
    folded = password.casefold()
    if folded in _common() or folded in {name.casefold() for name in own}:
        raise Invalid(
            "This password is among the first that are tried. Choose another.", "password"
        )
    if len(set(folded)) < 4:
        raise Invalid("This password has too few different characters.", "password")


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text().split())
