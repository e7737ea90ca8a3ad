"""A light client, since it shares the cores with the server: requests made beforehand, one
connection that stays open, answers read and no more."""

import socket
import time
from typing import NamedTuple

PATIENCE_SECONDS = 30


class Told(NamedTuple):
    """What came back for one request, when (of the monotonic clock), and after how long."""

    status: int
    location: str
    at: float
    took: float


class Connection:
    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, str]:
        """Status, and Location if there is one."""
        self._socket.sendall(request)
        return self._answer()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _answer(self) -> tuple[int, str]:
        status = int(self._file.readline().split()[1])
        length, location, is_chunked = 0, "", False
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            name = name.lower()
            if name == b"content-length":
                length = int(value)
            elif name == b"location":
                location = value.strip().decode()
            elif name == b"transfer-encoding":
                is_chunked = True
        if is_chunked:
            self._read_chunks()
        else:
            self._file.read(length)
        return status, location

    def _read_chunks(self) -> None:
        while length := int(self._file.readline(), 16):
            self._file.read(length + 2)
        self._file.readline()


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def post(path: str, cookie: str, form: bytes) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(form)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + form


def send_all(port: int, requests: list[bytes], begin: float, end: float) -> list[Told]:
    """Send them one after another from one moment to another of the monotonic clock."""
    connection = Connection(port)
    time.sleep(max(0.0, begin - time.monotonic()))
    told = []
    for request in requests:
        sent = time.monotonic()
        if sent >= end:
            break
        answer = connection.ask(request)
        at = time.monotonic()
        told.append(Told(*answer, at, at - sent))
    connection.close()
    return told


def read_at_pace(port: int, path: str, rate: int, begin: float, end: float) -> list[float]:
    """Ask for a page so often a second; seconds from when each was due to its answer, so that one
    slow answer counts for all that waited behind it."""
    connection, request = Connection(port), get(path)
    due, taken = begin, []
    while due < end:
        time.sleep(max(0.0, due - time.monotonic()))
        status, _ = connection.ask(request)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        taken.append(time.monotonic() - due)
        due += 1 / rate
    connection.close()
    return taken
