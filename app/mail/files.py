"""Mail without a mail server: each letter becomes a file, for its owner alone. A file's name
begins with a digest of the address that it is to, and its first line has the numbers of the
members whom it is to or speaks of, so that what there is of somebody can be found again."""

import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from app.lib.tokens import digest

DIGITS = 16
MEMBERS = b"X-Members:"


def put(
    folder: Path, address: str, name: str, members: Collection[int], message: EmailMessage
) -> None:
    """The same letter put twice is one file, which appears whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{digest(address)[:DIGITS]}-{digest(name)[:DIGITS]}.eml"
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    numbers = " ".join(map(str, sorted(members))).encode()
    with os.fdopen(descriptor, "wb") as file:
        file.write(MEMBERS + b" " + numbers + b"\r\n" + message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def sweep(folder: Path, member_id: int, address_digests: Collection[str]) -> None:
    """Remove every file to one of these addresses, and every one to a member or of them."""
    addresses = tuple(f"{one[:DIGITS]}-" for one in address_digests)
    for path in folder.glob("*-*"):
        with suppress(FileNotFoundError):
            if path.name.startswith(addresses) or member_id in _members(path):
                path.unlink()


def forget_old(folder: Path, before: datetime) -> None:
    """Remove the files that were written before this moment."""
    for path in folder.glob("*-*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


def _members(path: Path) -> set[int]:
    with path.open("rb") as file:
        first = file.readline()
    return set(map(int, first.removeprefix(MEMBERS).split())) if MEMBERS in first else set()
