"""A worker in a process of its own, to be killed; a module of its own, so that it starts fast."""

from typing import Any

from app.lib.db import Database
from app.lib.storage import Folder
from app.mail.delivery import Carrier
from app.worker import HANDLERS, Worker, errands


def work(url: str, carrier: Carrier, stopping: Any) -> None:
    Worker(Database(url), HANDLERS, errands(carrier, Folder(carrier.folder))).run(stopping)
