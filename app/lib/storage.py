"""Where files are kept that people send: a folder on this machine, or a bucket that speaks the
protocol of S3. A file is put once under its name, whole or not at all, and never changed."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from app.lib.errors import Misconfigured, NotFound, Unavailable
from app.lib.later import Later

DRAFT = ".draft-"
# Few keep files there, and what speaks to it is installed apart.
s3 = Later("app.lib.s3")
# Below this much room on the disk nothing more is taken, so that the database can go on.
LEAST_ROOM = 200 * 1024 * 1024
FULL = "There is no room left for files on this blog's disk. Its owner has to make some."


class Kept(NamedTuple):
    name: str
    changed_at: datetime


class Storage(Protocol):
    """Names are of lower-case letters, digits, dots and dashes. All raise Unavailable when the
    storage does not answer."""

    def put(self, name: str, file: BinaryIO) -> None:
        """Keep the file; raises FileExistsError when the name is taken."""

    def open(self, name: str) -> BinaryIO:
        """The file, to be read from any place in it; raises NotFound."""

    def size(self, name: str) -> int | None:
        """How many bytes the file has, None when there is none of that name."""

    def delete(self, name: str) -> None:
        """Drop the file if it is there."""

    def listed(self) -> Iterator[Kept]:
        """All that is kept, also what was put only in part."""


def opened(url: str, folder: Path) -> Storage:
    """The storage at `url`, or in the folder when there is none; raises Misconfigured."""
    if not url:
        return Folder(folder)
    try:
        bucket = s3.Bucket
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"MEDIA_URL: needs {error.name}; run: pip install -r requirements-s3.txt"
        ) from error
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return bucket(parts.netloc, parts.path.strip("/"), **asked)


class Folder:
    """Made at the first file. Safe against a kill or a power cut at any moment: a name appears
    only when all that it holds is on the disk."""

    def __init__(self, path: Path, least_room: int = LEAST_ROOM):
        self._path = path
        self._least_room = least_room

    def put(self, name: str, file: BinaryIO) -> None:
        draft = self._path / f"{DRAFT}{secrets.token_hex(8)}"
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_room(os.fstat(file.fileno()).st_size)
            with draft.open("xb") as out:
                shutil.copyfileobj(file, out)
                out.flush()
                os.fsync(out.fileno())
            os.link(draft, self._path / name)  # Unlike a renaming, it replaces nothing.
            self._sync()
        except FileExistsError:
            raise
        except OSError as error:
            raise Unavailable(FULL) from error
        finally:
            draft.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        try:
            return (self._path / name).open("rb")
        except FileNotFoundError as error:
            raise NotFound from error

    def size(self, name: str) -> int | None:
        try:
            return (self._path / name).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)

    def listed(self) -> Iterator[Kept]:
        if not self._path.is_dir():
            return
        with os.scandir(self._path) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # Another sweeps as well.
                    changed = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                    yield Kept(entry.name, changed)

    def _check_room(self, needed: int) -> None:
        if shutil.disk_usage(self._path).free < self._least_room + needed:
            raise Unavailable(FULL)

    def _sync(self) -> None:
        """Make the name last, too."""
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
