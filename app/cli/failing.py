"""How commands fail: one line, and a status that says whose fault it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from app.http.store import house
from app.lib import schema
from app.lib.errors import Misconfigured, Refusal

MISCONFIGURED = 2


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """A unit of work of a command, which fails in one line."""
    with one_line():
        ready()
        with house().database.writing() as session:
            yield session


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


def ready() -> None:
    """Raise Misconfigured unless the database answers and has the schema of this version."""
    house().database.check()
    if schema.current(house().config.database_url) != schema.newest():
        raise Misconfigured("DATABASE_URL: the schema is not up to date; run: flask db upgrade")
