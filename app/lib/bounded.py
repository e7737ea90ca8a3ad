"""A store that takes no more than a given number of bytes, shared by threads."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Kept(Generic[V]):
    __slots__ = ("asked", "size", "value")

    def __init__(self, value: V, size: int):
        self.value = value
        self.size = size
        self.asked = False


class Bounded(Generic[K, V]):
    """As many values as fit into `most` bytes. The oldest leave first; who was asked for meanwhile
    is given another round."""

    def __init__(self, most: int):
        self.most = most
        self.size = 0
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        if found is None:
            return None
        found.asked = True  # To move it to the end takes as long as all the rest of this.
        return found.value

    def keep(self, key: K, value: V, size: int) -> None:
        """Keep the value, which takes `size` bytes now, more than none; to be called again when it
        has grown."""
        with self._lock:
            self._forget(key)
            if not 0 < size <= self.most:
                return
            while self.size + size > self.most:  # Before, so that the newest is not among them.
                self._let_go(next(iter(self._kept)))
            self._kept[key] = _Kept(value, size)
            self.size += size

    def forget(self, key: K) -> None:
        with self._lock:
            self._forget(key)

    def _let_go(self, oldest: K) -> None:
        kept = self._kept[oldest]
        if kept.asked:
            kept.asked = False
            self._kept.move_to_end(oldest)
        else:
            self._forget(oldest)

    def _forget(self, key: K) -> None:
        if kept := self._kept.pop(key, None):
            self.size -= kept.size

    def __len__(self) -> int:
        return len(self._kept)
