"""A bucket of a store that speaks the protocol of S3. It needs requirements-s3.txt; the key to the
bucket comes from where that looks for it, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.lib.errors import NotFound, Unavailable
from app.lib.storage import Kept

AWAY = "The place where this blog keeps its files does not answer. Please try again later."
# In seconds. A store that hangs shall not hold up those who ask, and the desk says so at once.
PATIENCE = Config(
    connect_timeout=2,
    read_timeout=2,
    retries={"total_max_attempts": 2},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
NO_SUCH = ("404", "NoSuchKey")
TAKEN = ("412", "PreconditionFailed", "ConditionalRequestConflict")


class Bucket:
    def __init__(self, bucket: str, prefix: str = "", endpoint: str = "", region: str = ""):
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or "us-east-1",
            config=PATIENCE,
        )

    def put(self, name: str, file: BinaryIO) -> None:
        with _told():
            try:
                self._client.put_object(**self._named(name), Body=file, IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"]["Code"] in TAKEN:
                    raise FileExistsError(name) from error
                raise

    def open(self, name: str) -> BinaryIO:
        size = self.size(name)
        if size is None:
            raise NotFound
        return io.BufferedReader(Reader(lambda start: self._body(name, start), size), 1 << 16)

    def size(self, name: str) -> int | None:
        with _told():
            try:
                return self._client.head_object(**self._named(name))["ContentLength"]
            except ClientError as error:
                if error.response["Error"]["Code"] in NO_SUCH:
                    return None
                raise

    def delete(self, name: str) -> None:
        with _told():
            self._client.delete_object(**self._named(name))

    def listed(self) -> Iterator[Kept]:
        with _told():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self._prefix)
                    yield Kept(name, found["LastModified"].astimezone(UTC))

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    def _body(self, name: str, start: int) -> Any:
        with _told():
            answer = self._client.get_object(**self._named(name), Range=f"bytes={start}-")
        return answer["Body"]


class Reader(io.RawIOBase):
    """Asks for the bytes only when they are read, and from the place on where that is."""

    def __init__(self, ask: Any, size: int):
        self._ask = ask
        self._size = size
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset != self._at:
            self._let_go()
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        with _told():
            self._body = self._body or self._ask(self._at)
            part = self._body.read(len(buffer))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
        self._body = None


@contextmanager
def _told() -> Iterator[None]:
    """Say in a sentence that the store failed."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(AWAY) from error
