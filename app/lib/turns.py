"""A lock for the threads of a process that is fair: whoever came first gets it first."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    def __init__(self) -> None:
        self._guard = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def take(self, patience: float) -> Iterator[bool]:
        """Hold the lock; when it is not given within so many seconds, go on without (False)."""
        has_it = self._acquire(patience)
        try:
            yield has_it
        finally:
            if has_it:
                self._release()

    def _acquire(self, patience: float) -> bool:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        try:
            if gate.acquire(timeout=patience):
                return True
        except BaseException:
            if not self._withdraw(gate):
                self._release()
            raise
        return not self._withdraw(gate)

    def _withdraw(self, gate: Lock) -> bool:
        """Leave the queue; False when the lock was given in the meantime."""
        with self._guard:
            if gate not in self._waiting:
                return False
            self._waiting.remove(gate)
            return True

    def _release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
