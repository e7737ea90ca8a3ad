"""How commands fail: one line, and a status that says whose fault it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.lib.errors import Misconfigured, Refusal

MISCONFIGURED = 2


@contextmanager
def one_line() -> Iterator[None]:
    """Turn a refusal into a line and status 1, a setting that cannot work into status 2."""
    try:
        yield
    except Misconfigured as error:
        click.echo(str(error), err=True)
        sys.exit(MISCONFIGURED)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
