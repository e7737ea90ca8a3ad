"""Files on their way into the storage and out of it. They are put before their row is written, so
that no row lacks its file; what is left of a row that never was, or is no more, is swept."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from app.lib import images, tokens
from app.lib.db import Database
from app.lib.storage import Storage
from app.media import queries
from app.media.models import Kind
from app.media.rules import EDITION, NAME, Received, check_bytes, clean_file_name, what_it_is

# Longer than any upload takes from its first file to its row.
GRACE = timedelta(hours=1)
AT_ONCE = 500


def take_in(storage: Storage, file: BinaryIO, file_name: str, name: str = "") -> Received:
    """Put the file, with what is made of it, into the storage; raises Invalid, about `file`.
    `name` is that of the upload which it replaces."""
    size = file.seek(0, os.SEEK_END)
    check_bytes(size)
    name, edition = name or tokens.name(NAME), tokens.name(EDITION)
    file_name = clean_file_name(file_name)
    if images.header(file) is not None:
        return _take_picture(storage, file, name, edition, file_name)
    file.seek(0)
    kind, suffix, mime = what_it_is(file.read(32), file_name)
    _put(storage, f"{name}-{edition}{suffix}", file)
    return Received(name, edition, kind, suffix, mime, size, file_name)


def sweep(database: Database, storage: Storage, now: datetime) -> None:
    """Delete the files that no upload has."""
    old = [kept.name for kept in storage.listed() if kept.changed_at < now - GRACE]
    for start in range(0, len(old), AT_ONCE):
        with database.reading() as session:
            orphans = queries.unknown(session, old[start : start + AT_ONCE])
        for name in orphans:
            storage.delete(name)


def _take_picture(
    storage: Storage, file: BinaryIO, name: str, edition: str, file_name: str
) -> Received:
    with TemporaryDirectory(prefix="commonplace-") as folder:
        drawn = images.redraw(file, Path(folder))
        stem, size = f"{name}-{edition}", drawn.path.stat().st_size
        _put_path(storage, f"{stem}{drawn.suffix}", drawn.path)
        for width, path in drawn.webp.items():
            _put_path(storage, f"{stem}-{width}.webp", path)
    return Received(
        name,
        edition,
        Kind.PICTURE,
        drawn.suffix,
        images.MIMES[drawn.suffix],
        size,
        file_name,
        drawn.width,
        drawn.height,
        tuple(drawn.webp),
    )


def _put_path(storage: Storage, name: str, path: Path) -> None:
    with path.open("rb") as file:
        storage.put(name, file)


def _put(storage: Storage, name: str, file: BinaryIO) -> None:
    file.seek(0)
    storage.put(name, file)
