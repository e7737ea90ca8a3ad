"""`flask bench …`: what is needed to measure."""

import secrets

import click
from flask.cli import AppGroup

from app.cli.failing import one_line, ready
from app.cli.progress import Progress
from app.demo import bulk
from app.http.store import house
from app.lib import clock

AT_LEAST_ONE = click.IntRange(min=1)

bench = AppGroup("bench", help="Make a large blog to measure with.")


@bench.command()
@click.option("--posts", type=AT_LEAST_ONE, required=True, help="How many posts.")
@click.option(
    "--comments",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many comments under each; the newest has 20.",
)
def fill(posts: int, comments: int) -> None:
    """Fill an empty blog with posts and comments, as many as wanted."""
    config = house().config
    password = config.demo_password or secrets.token_urlsafe(12)
    progress = Progress("posts", posts)
    with one_line():
        ready()
        password_hash = house().hasher.hash(password)
        for filling in bulk.fill(house().database, password_hash, posts, comments, clock.now()):
            progress.at(filling.done)
    rows, seconds = filling.rows, progress.seconds
    click.echo(f"{rows:,} rows in {seconds:,.1f} seconds, {rows / seconds:,.0f} a second.")
    click.echo(f"Each member signs in at {config.site_url}/sign-in with the password {password}")
