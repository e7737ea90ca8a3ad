"""The only way out to another machine when somebody gives an address: a name is resolved once, all
that it stands for is checked, and the connection goes to what was checked, for each redirect anew.
The whole is bounded in time and in size. What goes wrong is a Failed (app.lib.patience)."""

import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.message import Message
from functools import cache
from http.client import HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlencode, urljoin

from app.lib import clock
from app.lib.patience import Deadline, Forbidden, Garbled, Line, Unreachable, unpacked
from app.lib.reachable import Place, is_out_there, place

MEGABYTE = 1024 * 1024
MOST_REDIRECTS = 3
MOST_ADDRESSES = 4
FOR_GOOD = (301, 308)
REDIRECTS = (*FOR_GOOD, 302, 303, 307)

Resolve = Callable[[str, int], list[str]]
Connect = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True)
class Answer:
    """`url` is where it came from after redirects, `moved_to` where the first address leads for
    good, if it does. `is_cut` says that there was more than was taken."""

    status: int
    headers: Message
    body: bytes = b""
    is_cut: bool = False
    url: str = ""
    moved_to: str = ""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(row[4][0] for row in found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading the list takes a while."""
    return ssl.create_default_context()


def for_site(site_url: str) -> "Fetcher":
    """One that says which blog is asking, so that who is bothered knows whom to write to."""
    return Fetcher(f"Commonplace (+{site_url})")


@dataclass(frozen=True)
class Fetcher:
    """Fetches as `agent`. `before` is called with the host before each request, and may wait.

    `resolve`, `connect` and `trusted` are the network; only tests give another.
    """

    agent: str
    seconds: float = 5.0
    most_bytes: int = MEGABYTE
    before: Callable[[str], None] | None = None
    resolve: Resolve = resolve
    connect: Connect = connect
    trusted: Callable[[], ssl.SSLContext] = trusted

    def get(self, url: str) -> Answer:
        return self._follow("GET", url)

    def head(self, url: str) -> Answer:
        return self._follow("HEAD", url)

    def post(self, url: str, fields: dict[str, str]) -> Answer:
        """Send a form. What answers with a redirect is not followed."""
        deadline = Deadline(self.seconds)
        return self._once("POST", url, urlencode(fields).encode(), deadline)

    def _follow(self, method: str, url: str) -> Answer:
        deadline, moved_to, is_for_good = Deadline(self.seconds), "", True
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(method, url, b"", deadline)
            location = answer.headers.get("Location")
            if answer.status not in REDIRECTS or not location:
                return replace(answer, url=url, moved_to=moved_to)
            url = _joined(url, location)
            is_for_good = is_for_good and answer.status in FOR_GOOD
            moved_to = url if is_for_good else moved_to
        raise Garbled(f"it leads from one address to the next more than {MOST_REDIRECTS} times")

    def _once(self, method: str, url: str, content: bytes, deadline: Deadline) -> Answer:
        to = place(url)
        if to is None:
            raise Forbidden("it is no address of the open web")
        self._wait(to, deadline)
        with _told(deadline), self._connected(to, deadline) as sock:
            sock.settimeout(deadline.left())
            sock.sendall(self._request(method, to, content))
            with HTTPResponse(Line(sock, deadline, self.most_bytes), method=method) as came:
                came.begin()
                body, is_cut = b"", False
                if came.status not in REDIRECTS:
                    encoding = came.headers.get("Content-Encoding", "")
                    body, is_cut = unpacked(came, encoding, self.most_bytes)
                return Answer(came.status, came.headers, body, is_cut, url)

    def _wait(self, to: Place, deadline: Deadline) -> None:
        """What is waited out of politeness does not count."""
        if self.before:
            since = clock.ticks()
            self.before(to.host)
            deadline.extend(clock.ticks() - since)

    @contextmanager
    def _connected(self, to: Place, deadline: Deadline) -> Iterator[socket.socket]:
        sock = self._reach(to, self._addresses(to, deadline), deadline)
        try:
            if to.scheme == "https":
                sock.settimeout(deadline.left())
                sock = self.trusted().wrap_socket(sock, server_hostname=to.host)
            yield sock
        finally:
            sock.close()

    def _addresses(self, to: Place, deadline: Deadline) -> list[str]:
        """What the name stands for; raises Forbidden if any of it is not out there, since which
        of them answers is not ours to choose."""
        found = _in_time(lambda: self.resolve(to.host, to.port), deadline)
        if not found:
            raise Unreachable(f"there is no site of the name {to.host}")
        if not all(map(is_out_there, found)):
            raise Forbidden("it is no address of the open web")
        return found[:MOST_ADDRESSES]

    def _reach(self, to: Place, addresses: list[str], deadline: Deadline) -> socket.socket:
        """Connected to the first that answers."""
        for count, address in enumerate(addresses):
            share = deadline.left() / (len(addresses) - count)
            try:
                return self.connect(address, to.port, share)
            except OSError:
                continue
        deadline.left()
        raise Unreachable(f"{to.host} does not answer")

    def _request(self, method: str, to: Place, content: bytes) -> bytes:
        lines = [
            f"{method} {to.path} HTTP/1.1",
            f"Host: {to.authority}",
            f"User-Agent: {self.agent}",
            "Accept: text/html, */*;q=0.5",
            "Accept-Encoding: gzip",
            "Connection: close",
        ]
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded; charset=utf-8")
            lines.append(f"Content-Length: {len(content)}")
        return "\r\n".join([*lines, "", ""]).encode("ascii") + content


def _in_time(ask: Callable[[], list[str]], deadline: Deadline) -> list[str]:
    """What DNS says, or nothing. It has no deadline, so it is asked beside."""
    said: SimpleQueue[list[str]] = SimpleQueue()

    def run() -> None:
        try:
            said.put(ask())
        except (OSError, UnicodeError):
            said.put([])

    Thread(target=run, daemon=True).start()
    try:
        return said.get(timeout=deadline.left())
    except Empty:
        raise deadline.over() from None


def _joined(url: str, location: str) -> str:
    """Where a redirect leads. Headers come as Latin-1; many servers mean UTF-8."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(url, location.strip())
    except ValueError as error:
        raise Garbled("it leads on to what is no address") from error


@contextmanager
def _told(deadline: Deadline) -> Iterator[None]:
    """Turn what a network can do to one into words."""
    try:
        yield
    except TimeoutError as error:
        raise deadline.over() from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable("its certificate is not good for this name") from error
    except OSError as error:
        raise Unreachable("the connection broke off") from error
    except (HTTPException, zlib.error, ValueError) as error:
        raise Garbled("what it sends is no answer of a web server") from error
