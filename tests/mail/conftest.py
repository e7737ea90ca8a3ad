"""A mail server, a carrier that knows it, and a worker with that carrier."""

from dataclasses import replace

import pytest

from app.lib.storage import Folder
from app.mail.delivery import FILES, Carrier
from app.worker import Worker, errands
from tests.mail.server import listening


@pytest.fixture
def mail_server():
    with listening() as server:
        yield server


@pytest.fixture
def carrier(tmp_path):
    """Carries letters into files."""
    return Carrier(
        mail_url=FILES,
        sender="blog@pond.example",
        site_url="https://pond.example",
        host="pond.example",
        folder=tmp_path / "mail",
    )


@pytest.fixture
def worker_for(database, carrier):
    """A worker that takes its letters to the server at an address."""
    return lambda url: Worker(
        database, {}, errands(replace(carrier, mail_url=url), Folder(carrier.folder))
    )
