"""`flask site …`: what the owner may set."""

import click
from flask.cli import AppGroup

from app.cli.failing import unit_of_work
from app.site import settings

site = AppGroup("site", help="The site's settings.")


@site.command()
def show() -> None:
    """Print every setting and its value."""
    with unit_of_work() as session:
        row = settings.site(session)
        for name in settings.READERS:
            click.echo(f"{name} = {getattr(row, name)}")


@site.command("set")
@click.argument("name")
@click.argument("value")
def set_value(name: str, value: str) -> None:
    """Set NAME to VALUE."""
    with unit_of_work() as session:
        row = settings.change(session, name, value)
        click.echo(f"{name} = {getattr(row, name)}")
