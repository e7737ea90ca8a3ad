"""A worker in a process of its own, to be killed; a module of its own, so that it starts fast."""

from datetime import datetime

from app.lib import clock
from app.lib.db import Database
from app.lib.storage import Folder
from app.mail.delivery import Carrier
from app.worker import Worker, errands


def work(url: str, carrier: Carrier, at: datetime) -> None:
    """Send what is due at `at`, where the clock stands still."""
    database = Database(url)
    worker = Worker(database, {}, errands(carrier, Folder(carrier.folder)))
    with clock.frozen(at):
        while worker.run_once(clock.now()):
            pass
    database.close()
