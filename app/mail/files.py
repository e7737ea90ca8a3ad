"""Mail without a mail server: each letter becomes a file, for its owner alone. A file's name
begins with a digest of the address and the number of the member whom it is to, so that what was
sent to somebody can be found again."""

import os
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from app.lib.tokens import digest

DIGITS = 16


def put(
    folder: Path, address: str, member_id: int | None, name: str, message: EmailMessage
) -> None:
    """The same letter put twice is one file, which appears whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{digest(address)[:DIGITS]}-{member_id or 0}-{digest(name)[:DIGITS]}.eml"
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def sweep(folder: Path, member_id: int, address_digests: list[str]) -> None:
    """Remove every file to a member or to one of these addresses, also one half written."""
    for pattern in (f"*-{member_id}-*", *(f"{one[:DIGITS]}-*" for one in address_digests)):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def forget_old(folder: Path, before: datetime) -> None:
    """Remove the files that were written before this moment."""
    for path in folder.glob("*-*-*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
