"""The layer in front of the application (WSGI, PEP 3333): what strangers ask for is answered
from what was answered before, as long as the content version is the same."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.lib.bounded import Bounded
from app.pagecache.answers import Answer, Headers
from app.pagecache.encoding import chosen
from app.pagecache.version import Version

Environ = dict[str, Any]
Start = Callable[..., Any]
Key = tuple[str | None, ...]  # Path, query and host.
Store = Bounded[Key, Answer]
MEGABYTE = 1024 * 1024
KEPT_STATUS = ("200", "404", "410")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
# The application says in the environment until when an answer holds.
UNTIL = "commonplace.until"


class PageCache:
    """`cookie` is the name of the session cookie: with it, nobody is a stranger. Pages may take
    `most` bytes together; what is asked for with a query, under another host than `host`, or is
    not there is kept apart in an eighth of that, so that a scanner cannot push out the pages.
    `hear` is told what was read, and may take no longer than appending to a list does: path, media
    type, User-Agent, Referer and network address."""

    def __init__(
        self,
        app: Callable,
        version: Version,
        cookie: str,
        host: str,
        most: int = 8 * MEGABYTE,
        hear: Callable[[tuple], None] = deque(maxlen=0).append,
    ):
        self._app = app
        self._version = version
        self._cookie = f"{cookie}="
        self._host = host
        self._hear = hear
        self._pages = Store(most)
        self._oddities = Store(most // 8)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or self._cookie in environ.get("HTTP_COOKIE", ""):
            return self._app(environ, start_response)
        try:
            version = self._version.now()
        except SQLAlchemyError:  # Without its database the application says so itself.
            return self._app(environ, start_response)
        key = (environ["PATH_INFO"], environ.get("QUERY_STRING"), environ.get("HTTP_HOST"))
        answer = self._pages.get(key) or self._oddities.get(key)
        if answer is None or not answer.is_fresh(version):
            answer, asked = self._ask(environ, version)
            if answer is None:
                return _passed_on(asked, method, start_response)
            self._keep(key, answer)
        if answer.mime and method == "GET":  # With a 304 it is read as well.
            get = environ.get
            agent, referer = get("HTTP_USER_AGENT"), get("HTTP_REFERER")
            self._hear((key[0], answer.mime, agent, referer, get("REMOTE_ADDR")))
        return self._give(key, answer, environ, start_response)

    def _give(
        self, key: Key, answer: Answer, environ: Environ, start_response: Start
    ) -> Iterable[bytes]:
        if answer.is_known_to(environ):
            start_response("304 NOT MODIFIED", answer.not_modified)
            return []
        coding = chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
        is_new = coding not in answer.forms
        headers, body = answer.form(coding)
        if is_new:
            self._keep(key, answer)
        start_response(answer.status, headers)
        return body if environ["REQUEST_METHOD"] == "GET" else []

    def _ask(
        self, environ: Environ, version: int
    ) -> tuple[Answer | None, tuple[str, Headers, bytes]]:
        """What the application answers to the whole of the question, and that as an answer to
        keep if it may be kept."""
        inner = {**environ, "REQUEST_METHOD": "GET"}
        for condition in CONDITIONS:
            inner.pop(condition, None)
        status, headers, body = asked = _run(self._app, inner)
        if not _may_be_kept(status, headers):
            return None, asked
        kept = [header for header in headers if header[0].lower() != "content-length"]
        return Answer(status, kept, body, version, inner.get(UNTIL)), asked

    def _keep(self, key: Key, answer: Answer) -> None:
        _, query, host = key
        is_page = not query and host == self._host and answer.status.startswith("200")
        if not is_page:
            self._pages.forget(key)  # A page that is gone would be found there before this.
        size = answer.size + sum(map(len, filter(None, key)))
        (self._pages if is_page else self._oddities).keep(key, answer, size)


def _run(app: Callable, environ: Environ) -> tuple[str, Headers, bytes]:
    started: list[Any] = []

    def start_response(status: str, headers: Headers, _exc_info: Any = None) -> None:
        started[:] = [status, headers]

    parts = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return started[0], started[1], body


def _may_be_kept(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    is_public = named.get("cache-control", "").startswith("public")
    return status[:3] in KEPT_STATUS and is_public and "set-cookie" not in named


def _passed_on(
    asked: tuple[str, Headers, bytes], method: str, start_response: Start
) -> Iterable[bytes]:
    status, headers, body = asked
    start_response(status, headers)
    return [body] if method == "GET" else []
