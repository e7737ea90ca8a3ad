"""How far a long command has come: one line that changes on a terminal, plain lines elsewhere."""

import sys

import click

from app.lib import clock
from app.lib.limits import in_words

LINE_EVERY_SECONDS = 10.0


class Progress:
    """Counts `what` up to `total`."""

    def __init__(self, what: str, total: int):
        self._what, self._total = what, total
        self._started = self._told = clock.ticks()
        self._is_terminal = sys.stdout.isatty()

    @property
    def seconds(self) -> float:
        return max(clock.ticks() - self._started, 0.001)

    def at(self, done: int) -> None:
        """Tell it, elsewhere than on a terminal only now and then."""
        if self._is_terminal:
            click.echo(f"\r\x1b[K{self._line(done)}", nl=done == self._total)
        elif clock.ticks() - self._told >= LINE_EVERY_SECONDS:
            self._told = clock.ticks()
            click.echo(self._line(done))

    def _line(self, done: int) -> str:
        rate = done / self.seconds
        left = in_words(round((self._total - done) / rate)) if rate else "…"
        return f"{done:,} of {self._total:,} {self._what}, {rate:,.0f} a second, {left} left"
