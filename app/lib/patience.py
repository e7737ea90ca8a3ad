"""Patience with what another machine sends: so long, so much, and then no more. What goes wrong out
there is a Failed, with words for people:

    Failed
    ├── Forbidden    this house does not go to such an address
    ├── Unreachable  no such name, nobody answers, or not with the right certificate
    ├── TooSlow      it was broken off
    └── Garbled      what came is no answer that can be read
"""

import io
import zlib
from http import HTTPStatus
from typing import Any, Protocol

from app.lib import clock

CHUNK = 64 * 1024
# For headers, and the lengths between the parts of a body.
BESIDE_A_BODY = 4 * CHUNK


class Failed(Exception):
    """`reason` goes on after “it cannot be read, since”."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Forbidden(Failed):
    pass


class Unreachable(Failed):
    pass


class TooSlow(Failed):
    pass


class Garbled(Failed):
    pass


def answered(status: int) -> str:
    """A status as a reason."""
    try:
        return f"it answers {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"it answers {status}"


class Deadline:
    """How much time is left for all steps together."""

    def __init__(self, seconds: float):
        self._seconds = seconds
        self._end = clock.ticks() + seconds

    def left(self) -> float:
        """In seconds; raises TooSlow when there are none."""
        left = self._end - clock.ticks()
        if left <= 0:
            raise self.over()
        return left

    def over(self) -> TooSlow:
        return TooSlow(f"it took longer than {self._seconds:g} seconds")

    def extend(self, seconds: float) -> None:
        self._end += seconds


class Readable(Protocol):
    def read(self, size: int) -> bytes: ...


class Line(io.RawIOBase):
    """A connection as a file, of which each read ends at the deadline and all together after so
    many bytes."""

    def __init__(self, sock: Any, deadline: Deadline, most_bytes: int):
        self._sock, self._deadline = sock, deadline
        self._left = 2 * most_bytes + BESIDE_A_BODY

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if self._left <= 0:
            raise Garbled("it sends more than it should")
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer, min(len(buffer), self._left))
        self._left -= count
        return count


def unpacked(came: Readable, encoding: str, most: int) -> tuple[bytes, bool]:
    """What came, no more than `most`, and whether there was more."""
    unpacker = _unpacker(encoding)
    whole = bytearray()
    while len(whole) <= most and (part := came.read(CHUNK)):
        room = most + 1 - len(whole)
        whole += unpacker.decompress(part, room) if unpacker else part[:room]
    return bytes(whole[:most]), len(whole) > most


def _unpacker(encoding: str):
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name in ("gzip", "x-gzip"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise Garbled("it is packed in a way that was not asked for")
