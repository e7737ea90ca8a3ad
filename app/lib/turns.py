"""Whose turn it is."""

from threading import Lock, local


class Turn:
    """Lets one thread in at a time, and after `patience` seconds whoever still waits: to be let in
    is a courtesy of the others, and nothing depends on it."""

    def __init__(self, patience: float):
        self._free = Lock()
        self._patience = patience
        self._here = local()

    def __enter__(self) -> None:
        has = self._free.acquire(timeout=self._patience)
        self._here.held = [*getattr(self._here, "held", ()), has]

    def __exit__(self, *_error: object) -> None:
        self.give_up()
        self._here.held.pop()

    def give_up(self) -> None:
        """Leave one's place to the next before the end; does nothing for a thread without one."""
        held = getattr(self._here, "held", None)
        if held and held[-1]:
            held[-1] = False
            self._free.release()


class Turns:
    """One who reads and one who writes at a time, each after `patience` seconds at the latest. The
    two do not wait for each other: who writes may have to wait for the disk or for others."""

    def __init__(self, patience: float):
        self.reading = Turn(patience)
        self.writing = Turn(patience)

    def give_up(self) -> None:
        """Leave one's turn to the next before the end."""
        self.reading.give_up()
        self.writing.give_up()
