"""A test client, as Flask's, of a real server: so the strict browser can ask that as well."""

from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from werkzeug import Response

PATIENCE_SECONDS = 30
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Wire:
    """Keeps its connection and, unless told otherwise, its cookies; follows no redirect."""

    def __init__(self, url: str, keeps_cookies: bool = True):
        self._keeps_cookies = keeps_cookies
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)
        self.cookies: dict[str, str] = {}

    def test_client(self) -> "Wire":
        return self

    def get(self, address: str, headers: dict[str, str] | None = None) -> Response:
        return self._ask("GET", address, headers or {})

    def post(
        self, address: str, data: dict[str, str], headers: dict[str, str] | None = None
    ) -> Response:
        return self._ask("POST", address, {**FORM, **(headers or {})}, urlencode(data))

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, address: str, headers: dict[str, str], body: str | None = None):
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {**headers, "Cookie": pairs}
        self._connection.request(method, address, body, headers)
        answer = self._connection.getresponse()
        for given in answer.headers.get_all("Set-Cookie", []) if self._keeps_cookies else ():
            self.cookies.update({name: one.value for name, one in SimpleCookie(given).items()})
        made = Response(answer.read(), answer.status, list(answer.headers.items()))
        made.request = SimpleNamespace(path=address)
        return made
