"""Members who comment over HTTP, and who try again until they are told that it is done."""

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock, Semaphore
from urllib.parse import urlencode, urlsplit

from app.lib import clock
from tests.browser import Browser

PATIENCE_SECONDS = 40
AGAIN_SECONDS = 0.02


@dataclass(frozen=True)
class Commenter:
    login: str
    cookie: str
    token: str


@dataclass
class Talk:
    """What is being said under one post. `acknowledged` has each comment's number with who it is
    by and which it answers; a comment takes a ticket, of which there are as many as are given."""

    url: str
    address: str
    tickets: Semaphore = field(default_factory=lambda: Semaphore(0))
    acknowledged: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def hold(self, commenters: list[Commenter], each: int) -> None:
        """Let these take turns until each has said so many things."""
        for turn in range(each):
            for one in commenters:
                assert self.tickets.acquire(timeout=PATIENCE_SECONDS)
                self._say(one, turn)

    def _say(self, one: Commenter, turn: int) -> None:
        answer = max(self.acknowledged, default=None) if turn % 2 else None
        typed = {"csrf_token": one.token, "key": f"{one.login}-{turn}", "do": "post"}
        typed |= {"text": f"{one.login} says {turn}.", "answer": answer or ""}
        deadline = clock.ticks() + PATIENCE_SECONDS
        while clock.ticks() < deadline:
            try:
                status, place = self._post(one, urlencode(typed))
            except (OSError, HTTPException):
                clock.pause(AGAIN_SECONDS)
                continue
            with self._lock:
                if status == 303:
                    self.acknowledged[int(place.rpartition("-")[2])] = (one.login, answer)
                else:
                    self.refused.append(f"{status} {place}")
            return
        self.refused.append("no answer")

    def _post(self, one: Commenter, body: str) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE_SECONDS)
        headers = {
            "Cookie": f"session={one.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", f"{self.address}/comments", body, headers)
            response = connection.getresponse()
            response.read()
            return response.status, response.headers.get("Location", "")
        finally:
            connection.close()


def commenter(app, login: str, token: str, page: str) -> Commenter:
    """Somebody who is signed in by the token of a sign-in; through the door no more than twenty
    may come from one place in an hour."""
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["_user_id"] = token
    token = browser.get(page).fields("/sign-out")["csrf_token"]
    return Commenter(login, browser.client.get_cookie("session").value, token)
