"""A store that takes no more than a given number of bytes, shared by threads."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """As many values as fit into `most` bytes; those asked for longest ago leave first."""

    def __init__(self, most: int):
        self.most = most
        self.size = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        if found is None:
            return None
        try:  # noqa: SIM105 - suppress() would take longer than all the rest of this.
            self._kept.move_to_end(key)
        except KeyError:  # Another thread has put it out in the meantime.
            pass
        return found[0]

    def keep(self, key: K, value: V, size: int) -> None:
        """Keep the value, which takes `size` bytes now, more than none; to be called again when it
        has grown."""
        with self._lock:
            self._forget(key)
            if not 0 < size <= self.most:
                return
            self._kept[key] = (value, size)
            self.size += size
            while self.size > self.most:
                # In one step: others move what they get to the end without asking for the lock.
                _, (_, left) = self._kept.popitem(last=False)
                self.size -= left

    def forget(self, key: K) -> None:
        with self._lock:
            self._forget(key)

    def _forget(self, key: K) -> None:
        _, size = self._kept.pop(key, (None, 0))
        self.size -= size

    def __len__(self) -> int:
        return len(self._kept)
