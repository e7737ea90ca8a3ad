"""`flask mail …`: whether letters leave this house."""

import click
from flask.cli import AppGroup

from app.cli.failing import one_line, ready, unit_of_work
from app.following import days, desk, telling
from app.http.store import house
from app.jobs import queue
from app.jobs.queue import Failed
from app.lib import clock
from app.mail import letters, outbox
from app.mail.delivery import Carrier
from app.site import settings
from config import Config

mail = AppGroup("mail", help="Letters: try whether they leave.")
LETTERS = (outbox.SEND, telling.SEND, days.SEND, desk.SEND)


@mail.command("try")
@click.argument("address")
def try_it(address: str) -> None:
    """Send a letter to ADDRESS now, and say how that went."""
    with one_line():
        ready()
    with house().database.reading() as session:
        blog = settings.site(session).title
    try:
        carrier(house().config).carry(letters.trial(blog, "", address), clock.now())
    except Failed as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo(f"A letter to {address} has left.")


@mail.command()
def retry() -> None:
    """Send the letters again that could not leave and were given up."""
    with unit_of_work() as session:
        count = queue.retry(session, LETTERS, clock.now())
    letters = "1 letter is" if count == 1 else f"{count} letters are"
    click.echo(f"{letters} tried again.")


def carrier(config: Config) -> Carrier:
    """How letters leave this house, by its settings."""
    return Carrier(
        mail_url=config.mail_url,
        sender=config.mail_from,
        site_url=config.site_url,
        host=config.mail_host,
        folder=config.instance_path / "mail",
    )
