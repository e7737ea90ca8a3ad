"""The pages in the menu, and until when an answer holds for those who keep it. Both change by time
alone when something scheduled becomes public, so they are known and forgotten together."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.http import who
from app.http.moment import holds_until, now
from app.pagecache.memory import Memory
from app.posts import queries as posts


@dataclass(frozen=True)
class Public:
    """The menu, and when the next post or page becomes public, if one is scheduled."""

    menu: list[Row]
    changes_at: datetime | None


def init(app: Flask) -> None:
    house = app.extensions["commonplace"]
    memory = Memory(house.database, house.version.now, _public)

    @app.context_processor
    def give() -> dict[str, object]:
        return {"pages": memory.get(now()).menu}

    @app.after_request
    def tell(response: Response) -> Response:
        if response.status_code in (200, 404, 410) and not who.has_cookie():
            holds_until(memory.get(now()).changes_at)
        return response


def _public(session: Session, now: datetime) -> tuple[Public, datetime | None]:
    changes_at = posts.next_publication(session, now)
    return Public(posts.menu(session, now), changes_at), changes_at
