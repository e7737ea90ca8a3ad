"""What strangers see of a blog: in the process that changes it, and from another that serves it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count

from flask import Flask

from tests.wire import Wire


class Public:
    """`watched` are the routes that were looked at, `stale` what was not as it should be."""

    def __init__(self, app: Flask, url: str):
        self._wire = Wire(url, keeps_cookies=False)
        self._views = {"here": app.test_client(use_cookies=False), "there": self._wire}
        self._routes = app.url_map.bind("")
        self._serial = count()
        self.watched: set[str] = set()
        self.stale: list[str] = []

    @contextmanager
    def change(self, *at: str, appears: str = "", goes: str = "") -> Iterator[None]:
        """What happens in the block makes these words appear and those go on the very next
        request for each address. All are asked for twice before, so that the answers are kept."""
        assert appears or goes
        for text in (*self._each(at), *self._each(at)):
            assert appears not in text or not appears
            assert goes in text
        yield
        for (where, address), text in zip(self._places(at), self._each(at), strict=True):
            if appears not in text or (goes and goes in text):
                self.stale.append(f"{where} {address}: {appears or goes}")

    @contextmanager
    def unchanged(self, at: Iterable[str]) -> Iterator[None]:
        """What happens in the block changes no word that strangers see."""
        before = [self.new(address) for address in at]
        yield
        for address, text in zip(at, before, strict=True):
            assert self.new(address) == text, address

    def close(self) -> None:
        self._wire.close()

    def texts(self, at: Iterable[str]) -> list[str]:
        return list(self._each(at))

    def _each(self, at: Iterable[str]) -> Iterator[str]:
        for where, address in self._places(at):
            path = address.partition("?")[0]
            self.watched.add(self._routes.match(path, return_rule=True)[0].rule)
            yield self._views[where].get(address).get_data(as_text=True)

    def _places(self, at: Iterable[str]) -> list[tuple[str, str]]:
        return [(where, address) for where in self._views for address in at]

    def new(self, address: str) -> str:
        """What is answered here, made anew: asked for with a query of its own."""
        answer = self._views["here"].get(f"{address}?new={next(self._serial)}")
        return answer.get_data(as_text=True)
