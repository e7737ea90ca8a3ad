"""The layer in front of the application (WSGI, PEP 3333): what strangers ask for is answered
from what was answered before, as long as the content version is the same."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from app.lib.bounded import Bounded
from app.pagecache.answers import Answer, Form, Headers
from app.pagecache.encoding import Codings
from app.pagecache.version import Version

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
Asked = tuple[str, Headers, bytes]  # Status, headers and body.
Key = tuple[str | None, ...]  # Path, query and host.
Store = Bounded[Key, Answer]
MEGABYTE = 1024 * 1024
QUESTIONS = ("GET", "HEAD")
KEPT_STATUS = ("200", "404", "410")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
# The application says in the environment until when an answer holds; and if no discussion but one
# makes it another, what a query says that tells in which state that is.
UNTIL, BASIS = "commonplace.until", "commonplace.basis"
NO_TURN = nullcontext()


class PageCache:
    """Asks `app` what it does not know, in `turn`. Whatever is no question of a stranger, or is
    asked under a path that begins as one of `apart` does, is left to `besides`.

    `cookie` is the name of the session cookie: with it, nobody is a stranger. Pages may take
    `most` bytes together; what is asked for with a query, under another host than `host`, or is
    not there is kept apart in an eighth of that, so that a scanner cannot push out the pages.
    `hear` is told what was read, and may take no longer than to look something up does: path, media
    type, User-Agent, Referer and network address.
    """

    def __init__(
        self,
        app: Application,
        besides: Application,
        version: Version,
        cookie: str,
        host: str,
        apart: tuple[str, ...] = (),
        most: int = 8 * MEGABYTE,
        hear: Callable[[tuple], None] = deque(maxlen=0).append,
        turn: AbstractContextManager = NO_TURN,
    ):
        self._app = app
        self._besides = besides
        self._version = version
        self._cookie = f"{cookie}="
        self._host = host
        self._apart = apart
        self._hear = hear
        self._turn = turn
        self._codings = Codings()
        self._pages = Store(most)
        self._oddities = Store(most // 8)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        get, method, path = environ.get, environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method not in QUESTIONS or self._cookie in get("HTTP_COOKIE", ""):
            return self._besides(environ, start_response)
        key = (path, get("QUERY_STRING"), get("HTTP_HOST"))
        answer = self._pages.get(key) or self._oddities.get(key)
        if answer is None and path.startswith(self._apart):  # Of these nothing is kept.
            return self._besides(environ, start_response)
        version = self._version.newest()
        if answer is None or not (answer.is_of(version) or self._still_holds(answer, version)):
            with self._turn:
                answer, asked = self._made(key, environ, version, answer)
            if answer is None:
                return _passed_on(asked, method, start_response)
        if answer.mime and method == "GET":  # With a 304 it is read as well.
            agent, referer = get("HTTP_USER_AGENT"), get("HTTP_REFERER")
            self._hear((path, answer.mime, agent, referer, get("REMOTE_ADDR")))
        tags = get("HTTP_IF_NONE_MATCH")
        if tags is not None and answer.is_among(tags):
            start_response("304 NOT MODIFIED", answer.not_modified)
            return []
        coding = self._codings[get("HTTP_ACCEPT_ENCODING", "")]
        headers, body = answer.forms.get(coding) or self._form(key, answer, coding)
        start_response(answer.status, headers)
        return body if method == "GET" else []

    def _still_holds(self, answer: Answer, version: int | None) -> bool:
        """Whether nothing that it shows has changed since. It is noted that it holds as of this
        version, so that what it depends on is looked at once for each."""
        if version is None or not answer.is_timely():
            return False
        if answer.version != version:
            # The version was read before: what changes from now on has a newer one.
            if not answer.basis or not self._version.is_basis(answer.texts, answer.basis):
                return False
            answer.version = version
        return True

    def _made(
        self, key: Key, environ: Environ, version: int | None, before: Answer | None
    ) -> tuple[Answer | None, Asked | None]:
        """An answer to keep, if what the application answers may be kept, and that. Who had the
        turn before may have been asked the same and have kept another answer than the one `before`;
        then there is no need to ask again."""
        texts = 0
        if version is not None:  # Else the database is gone, and not to be waited for once more.
            version, texts = self._version.newest(), self._version.known_texts
        known = self._pages.get(key) or self._oddities.get(key)
        if known is not None and known is not before and self._still_holds(known, version):
            return known, None
        inner = {**environ, "REQUEST_METHOD": "GET"}  # The whole of it, whatever a client has.
        for condition in CONDITIONS:
            inner.pop(condition, None)
        status, headers, body = asked = _run(self._app, inner)
        if version is None or not _may_be_kept(status, headers):
            return None, asked
        kept = [header for header in headers if header[0].lower() != "content-length"]
        answer = Answer(status, kept, body, version, inner.get(UNTIL), texts, inner.get(BASIS))
        # Here, so that who has the turn next need not do it as well.
        answer.form(self._codings[environ.get("HTTP_ACCEPT_ENCODING", "")])
        self._keep(key, answer)
        return answer, asked

    def _form(self, key: Key, answer: Answer, coding: str) -> Form:
        made = answer.form(coding)
        self._keep(key, answer)  # It has grown.
        return made

    def _keep(self, key: Key, answer: Answer) -> None:
        _, query, host = key
        is_page = not query and host == self._host and answer.status.startswith("200")
        if not is_page:
            self._pages.forget(key)  # A page that is gone would be found there before this.
        size = answer.size + sum(map(len, filter(None, key)))
        (self._pages if is_page else self._oddities).keep(key, answer, size)


def _run(app: Application, environ: Environ) -> Asked:
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


def _passed_on(asked: Asked, method: str, start_response: Start) -> Iterable[bytes]:
    status, headers, body = asked
    start_response(status, headers)
    return [body] if method == "GET" else []
