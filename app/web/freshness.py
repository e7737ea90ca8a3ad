"""What changes by time alone when something scheduled becomes public: the pages in the menu, until
when an answer holds for those who keep it, and what may be remembered of posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.http import who
from app.http.moment import holds_until, now
from app.http.store import house, texts
from app.pagecache.memory import Memory
from app.posts import queries as posts

PUBLIC = "commonplace.public"


@dataclass(frozen=True)
class Public:
    """The menu, and when the next post or page becomes public, if one is scheduled."""

    menu: list[Row]
    changes_at: datetime | None


def init(app: Flask) -> None:
    parts = app.extensions["commonplace"]
    memory = app.extensions[PUBLIC] = Memory(parts.database, parts.version.texts, _public)

    @app.context_processor
    def give() -> dict[str, object]:
        return {"pages": memory.get(now()).menu}

    @app.after_request
    def tell(response: Response) -> Response:
        if response.status_code in (200, 404, 410) and not who.has_cookie():
            holds_until(memory.get(now()).changes_at)
        return response


def recalled(what: tuple) -> Any:
    """What was remembered under this name, if nothing public is another since but discussions."""
    return house().recent.get(_as_of_now(what))


def remember(what: tuple, value: object, size: int) -> None:
    """Remember what this request has read, which takes `size` bytes."""
    house().recent.keep(_as_of_now(what), value, size)


def _as_of_now(what: tuple) -> tuple:
    return (texts(), current_app.extensions[PUBLIC].get(now()).changes_at, *what)


def _public(session: Session, now: datetime) -> tuple[Public, datetime | None]:
    changes_at = posts.next_publication(session, now)
    return Public(posts.menu(session, now), changes_at), changes_at
