"""A number that all processes of a machine share, in a file that each of them maps into memory."""

import mmap
import os
from contextlib import suppress
from pathlib import Path

SIZE = 8  # In bytes: what a processor writes, and reads, as a whole.


class SharedNumber:
    """Zero until somebody sets it. To see what others have set takes no longer than to read any
    variable. It is `number[0]`.

    `beside` is the file that it belongs to: it gets that name and `-told`, and the same owner.
    Raises OSError where neither is to be had.
    """

    def __init__(self, beside: Path):
        like = beside.stat()
        handle = os.open(f"{beside.resolve()}-told", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with suppress(PermissionError):  # Whoever may not give it away is its owner as well.
                os.fchown(handle, like.st_uid, like.st_gid)
                os.fchmod(handle, like.st_mode & 0o777)
            if os.fstat(handle).st_size < SIZE:
                os.ftruncate(handle, SIZE)
            self.number = memoryview(mmap.mmap(handle, SIZE)).cast("q")
        finally:
            os.close(handle)
