"""A number that all processes of a machine share, in a file that each of them maps into memory."""

import errno
import mmap
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

ZERO = bytes(8)
# Nobody who may write in the folder shall have us write elsewhere by a link.
FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC


class SharedNumber:
    """`number[0]`, which is zero until somebody sets it. To see what others have set takes no
    longer than to read any variable.

    `beside` is the file that it belongs to: it has that name and `-version`, the same mode, and if
    that can be the same owner. Raises OSError where it is not to be had, or is just being made.
    """

    def __init__(self, beside: Path):
        self._path = f"{beside}-version"
        if not os.path.lexists(self._path):
            _make(self._path, beside.stat())
        file = os.open(self._path, FLAGS)
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or found.st_size != len(ZERO):
                raise OSError(errno.EINVAL, "this is not ours", self._path)
            self._id = (found.st_dev, found.st_ino)
            self.number = memoryview(mmap.mmap(file, len(ZERO))).cast("q")
        finally:
            os.close(file)

    @property
    def is_lost(self) -> bool:
        """Whether somebody has removed the file, so that who comes now gets another."""
        try:
            found = os.stat(self._path, follow_symlinks=False)
        except OSError:
            return True
        return self._id != (found.st_dev, found.st_ino)


def _make(path: str, like: os.stat_result) -> None:
    """Whole at once, and once if several are at it."""
    draft = f"{path}.{secrets.token_hex(8)}"
    file = os.open(draft, FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, ZERO)  # On a full disk this raises; to write to the map would kill us.
        os.fchmod(file, stat.S_IMODE(like.st_mode))
        with suppress(OSError):  # In a folder that is shared, its group may do.
            os.fchown(file, like.st_uid, like.st_gid)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.close(file)
        os.unlink(draft)
