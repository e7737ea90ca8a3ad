"""`flask db …`: the schema."""

from urllib.parse import urlsplit

import click
from flask.cli import AppGroup

from app.cli.failing import one_line
from app.http.store import house
from app.lib.engines import make_engine
from app.lib.later import Later
from app.site import settings

db = AppGroup("db", help="The schema of the database.")
# Alembic takes as much memory as all pages that are kept, and no other command needs it.
migrate = Later("app.lib.migrate")


@db.command()
def upgrade() -> None:
    """Bring the schema up to date; an SQLite database is copied aside first."""
    with one_line():
        house().database.check()
        changed = migrate.upgrade(house().config.database_url)
        with house().database.writing() as session:
            settings.settle(session, urlsplit(house().config.site_url).hostname)
    click.echo("The schema was brought up to date." if changed else "The schema is up to date.")


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION, or to nothing with `base`."""
    with one_line():
        house().database.check()
        migrate.downgrade(house().config.database_url, revision)
    click.echo(f"The schema is at {revision}.")


@db.command()
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
def revision(message: str) -> None:
    """Write a new migration from what the models have and the database has not."""
    engine = make_engine(house().config.database_url)
    with engine.connect() as connection:
        migrate.begin(connection, message)
    engine.dispose()
