"""`flask check-links`: whether resources are still where they were."""

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from app.cli.failing import one_line, ready
from app.cli.progress import Progress
from app.http.store import house
from app.lib import clock
from app.resources.health.checking import Checked, Checker, due, make_due
from app.resources.health.rules import Kind


@click.command("check-links")
@click.option("--all", "is_all", is_flag=True, help="Look at all of them, not only at what is due.")
@with_appcontext
def check_links(is_all: bool) -> None:
    """Look at the addresses of resources, one of a host a second."""
    with one_line():
        ready()
    database, now = house().database, clock.now()
    with database.writing() as session:
        if is_all:
            make_due(session, now)
        total = session.scalar(select(func.count()).select_from(due(now).subquery()))
    checker, progress, done = Checker(house().fetcher), Progress("resources", total), 0
    while done < total and (seen := checker.check_next(database, clock.now())):
        done += 1
        if seen.found.kind == Kind.BAD:
            click.echo(f"{seen.url}: {_said(seen)}")
        progress.at(done)
    click.echo(f"{done} resources were looked at." if done != 1 else "1 resource was looked at.")


def _said(seen: Checked) -> str:
    state = "counts as broken" if seen.is_broken else "is looked at again before it counts"
    return f"{seen.found.reason}; it {state}"
