"""The world out there, on this machine: sites by their names, which answer as a test wants, and the
way to them. Only the last step of that way is another than in earnest."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from app.lib.fetch import Fetcher

OUT_THERE = "93.184.215.14"
AGENT = "Commonplace (+https://blog.example)"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Said:
    """What a site answers; `drip` is written bit by bit until the other end has enough."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))
    drip: Iterator[bytes] | None = None

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass
class Asked:
    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


class Abroad:
    """`sites` answers for each full address, by itself or by a function of what was asked;
    `names` are those that lead elsewhere than to it."""

    def __init__(self, port: int):
        self.port = port
        self.sites: dict[str, Said | Callable[[Asked], Said]] = {}
        self.names: dict[str, list[str]] = {}
        self.asked: list[Asked] = []
        self.reached: list[str] = []

    def fetcher(self, **more: Any) -> Fetcher:
        return Fetcher(AGENT, **{"resolve": self.resolve, "connect": self.connect, **more})

    def resolve(self, host: str, _port: int) -> list[str]:
        known = {url.split("/")[2].partition(":")[0] for url in self.sites}
        if host in self.names:
            return self.names[host]
        if host in known:
            return [OUT_THERE]
        raise OSError("no such name")

    def connect(self, address: str, _port: int, seconds: float) -> socket.socket:
        self.reached.append(address)
        return socket.create_connection(("127.0.0.1", self.port), seconds)

    def answer(self, asked: Asked) -> Said:
        self.asked.append(asked)
        said = self.sites.get(asked.url, Said(status=404))
        return said(asked) if callable(said) else said


@contextmanager
def abroad(certificate: tuple[str, str] | None = None) -> Iterator[Abroad]:
    """With a certificate and its key everything is asked for over TLS."""
    made = Abroad(0)

    class Handler(_Handler):
        world = made

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # Who hangs up is what some tests are about.
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    made.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    world: Abroad
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        host = self.headers["Host"]
        body = self.rfile.read(length)
        asked = Asked(self.command, host, self.path, dict(self.headers), body)
        said = self.world.answer(asked)
        self.close_connection = True
        with suppress(ConnectionError, ssl.SSLError):
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.drip is None:
                self.send_header("Content-Length", str(len(said.content)))
            self.end_headers()
            if self.command != "HEAD":
                for part in said.drip or (said.content,):
                    self.wfile.write(part)

    do_GET = do_HEAD = do_POST = _answer  # noqa: N815  # The library calls them so.

    def log_message(self, *_: object) -> None:
        pass
