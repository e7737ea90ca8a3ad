"""A board in memory that all processes of a server share: one of them posts on it which content is
the newest, the others read it there and spare themselves the way to the database. It only passes
on; what a post is worth is decided by who reads it."""

import mmap
import os
import struct
from contextlib import suppress
from select import select

Numbers = tuple[int, ...]

NUMBERS = 3  # The content version, that of the texts and that of the settings.
# The numbers, the moment at which they were asked for, and a seal on these. Somebody may read while
# another writes, each on a processor of its own, and find some words of one post and some of the
# next: then the seal does not fit.
_POST = struct.Struct(f"{NUMBERS}qdq")
_MOMENT = struct.Struct("d")


class Board:
    """Is to be made before the processes are forked. Only one of them may post. Its moments are
    those of `clock.ticks`, which are the same in all processes of a machine."""

    def __init__(self):
        self._memory = mmap.mmap(-1, _POST.size + _MOMENT.size)
        self._heard, self._bell = os.pipe()
        for end in (self._heard, self._bell):
            os.set_blocking(end, False)

    def post(self, numbers: Numbers, asked_at: float) -> None:
        _POST.pack_into(self._memory, 0, *numbers, asked_at, _seal(*numbers, asked_at))

    def read(self) -> tuple[Numbers, float] | None:
        """What was posted last, with its moment; None if there is nothing, or if it is just being
        written."""
        *numbers, asked_at, seal = _POST.unpack_from(self._memory)
        return (tuple(numbers), asked_at) if seal == _seal(*numbers, asked_at) else None

    def want(self, moment: float) -> None:
        """Let who posts know that somebody reads."""
        _MOMENT.pack_into(self._memory, _POST.size, moment)

    def wanted_at(self) -> float:
        return _MOMENT.unpack_from(self._memory, _POST.size)[0]

    def ring(self) -> None:
        """Wake who posts."""
        with suppress(BlockingIOError):  # It was rung so often that one time more says nothing.
            os.write(self._bell, b"!")

    def wait(self) -> None:
        """Sleep until somebody rings."""
        select([self._heard], [], [])
        with suppress(BlockingIOError):
            os.read(self._heard, mmap.PAGESIZE)

    def close(self) -> None:
        os.close(self._heard)
        os.close(self._bell)
        self._memory.close()


def _seal(*values: float) -> int:
    return hash(values)  # Of numbers it is the same in every process.
