"""A folder and a bucket of a real store keep files alike."""

import io
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryFile
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from app.lib import clock, storage
from app.lib.errors import Misconfigured, NotFound, Unavailable
from app.lib.storage import Folder
from tests.server import PATIENCE_SECONDS, free_port

KEYS = {"AWS_ACCESS_KEY_ID": "pond", "AWS_SECRET_ACCESS_KEY": "water"}
NAME = "heron-1.png"


@pytest.fixture(scope="module")
def store():
    """The address of a store of that protocol, in a process of its own."""
    port = free_port()
    line = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(line, stdout=quiet, stderr=quiet) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            yield url
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    deadline = clock.ticks() + PATIENCE_SECONDS
    while clock.ticks() < deadline:
        try:
            with urlopen(f"{url}/moto-api/data.json", timeout=PATIENCE_SECONDS):
                return
        except (URLError, ConnectionError):
            clock.pause(0.1)
    raise AssertionError("the store did not start")


@pytest.fixture
def bucket(store, monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    made = storage.opened(f"s3://pond/blog?endpoint={store}", None)
    made._client.create_bucket(Bucket="pond")
    return made


@pytest.fixture(params=["folder", "bucket"])
def kept(request, tmp_path):
    if request.param == "bucket":
        return request.getfixturevalue("bucket")
    return storage.opened("", tmp_path / "media")


@contextmanager
def file(content: bytes = b"Grey and patient."):
    with TemporaryFile() as made:
        made.write(content)
        made.seek(0)
        yield made


def test_what_is_put_is_there_whole_and_once(kept):
    assert (list(kept.listed()), kept.size(NAME)) == ([], None)
    with pytest.raises(NotFound):
        kept.open(NAME)
    with file() as first, file(b"Another") as other:
        kept.put(NAME, first)
        with pytest.raises(FileExistsError):
            kept.put(NAME, other)
    with kept.open(NAME) as found:
        assert found.read() == b"Grey and patient."
        assert found.seek(9) == 9
        assert found.read(4) == b"pati"
        assert found.seek(-8, io.SEEK_END) == 9
        assert found.read() == b"patient."
        assert found.read() == b""
    (one,) = kept.listed()
    assert (one.name, kept.size(NAME)) == (NAME, 17)
    assert abs(clock.now() - one.changed_at) < timedelta(minutes=1)
    for _ in range(2):
        kept.delete(NAME)
    assert list(kept.listed()) == []


def test_safety_37_a_disk_without_room_is_told_and_keeps_no_part(tmp_path):
    full = Folder(tmp_path, least_room=1 << 60)
    with file() as some, pytest.raises(Unavailable, match="no room left"):
        full.put(NAME, some)
    assert os.listdir(tmp_path) == []


def test_safety_55_a_store_that_is_down_is_told_within_seconds(monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    down = storage.opened(f"s3://pond?endpoint=http://127.0.0.1:{free_port()}", None)
    begun = clock.ticks()
    for ask in (lambda: down.size(NAME), lambda: list(down.listed()), lambda: down.delete(NAME)):
        with pytest.raises(Unavailable, match="does not answer"):
            ask()
    assert clock.ticks() - begun < 6


def test_what_a_bucket_needs_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "app.lib.s3", raising=False)
    with pytest.raises(Misconfigured, match=r"^MEDIA_URL: needs .*requirements-s3\.txt"):
        storage.opened("s3://pond", None)
