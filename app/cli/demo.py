"""`flask demo`: the demonstration blog."""

import secrets

import click
from flask.cli import with_appcontext

from app.cli.failing import one_line, ready
from app.demo import build
from app.http.store import house
from app.lib import clock


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there is a member already.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Make the demonstration blog. What is there already is left as it is."""
    with one_line():
        ready()
    if if_empty and not build.is_empty(house().database):
        return
    config = house().config
    password = config.demo_password or secrets.token_urlsafe(12)
    made = build.make(house().database, house().hasher, password, clock.now())
    for member in made:
        click.echo(f"  {member.login:<10} {member.role:<7} {member.name}")
    if made:
        click.echo(f"Each signs in at {config.site_url}/sign-in with the password {password}")
    else:
        click.echo("The demonstration is there already.")
