"""Mail without a mail server: each letter becomes a file, for its owner alone. A file's name
begins with a digest of whom it is to, so that what was sent to somebody can be found again."""

import os
from email.message import EmailMessage
from pathlib import Path

from app.lib.tokens import digest

DIGITS = 16


def put(folder: Path, address: str, name: str, message: EmailMessage) -> None:
    """The same letter put twice is one file, which appears whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{digest(address)[:DIGITS]}-{digest(name)[:DIGITS]}.eml"
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def sweep(folder: Path, address_digest: str) -> None:
    """Remove every file to one address."""
    for path in folder.glob(f"{address_digest[:DIGITS]}-*"):
        path.unlink(missing_ok=True)
