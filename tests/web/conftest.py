"""Letters, as the people who get them read them."""

import email
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from app.cli.mail import carrier
from app.lib import clock
from app.worker import HANDLERS, Worker, errands


@pytest.fixture
def letters_to(house) -> Callable[[str], list[EmailMessage]]:
    """What has come to an address so far, the newest last; the worker does first what is owed."""
    sender = carrier(house.config)

    def read(address: str) -> list[EmailMessage]:
        worker = Worker(house.database, HANDLERS, errands(sender, house.storage))
        while worker.run_once(clock.now()):
            pass
        files = sorted(sender.folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        found = [email.message_from_bytes(file.read_bytes(), policy=SMTP) for file in files]
        return [one for one in found if one["To"].addresses[0].addr_spec == address]

    return read


@pytest.fixture
def link_to(letters_to) -> Callable[[str], str]:
    """The address, on this site, that the newest letter to somebody leads to."""

    def find(address: str) -> str:
        text = letters_to(address)[-1].get_body(("plain",)).get_content()
        return re.search(r"http://127\.0\.0\.1:8000(/\S+\?token=\S+)", text)[1]

    return find
