"""Until when an answer holds, for those who keep it."""

from flask import Flask, Response, g, request

from app.http import who
from app.http.moment import holds_until, now
from app.http.store import reading
from app.pagecache.front import UNTIL
from app.posts import queries as posts


def init(app: Flask) -> None:
    @app.after_request
    def tell(response: Response) -> Response:
        if response.status_code in (200, 404, 410) and not who.has_cookie():
            holds_until(posts.next_publication(reading(), now()))
            request.environ[UNTIL] = g.get("until")
        return response
