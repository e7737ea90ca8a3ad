"""What a request passes before it comes to Flask: the proxies that are believed, then static files
or the finished answers."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.http import assets
from app.lib.slots import Slots
from app.pagecache.front import MEGABYTE, Environ, PageCache, Start
from app.site import links

PRIVATE = f"{links.PRIVATE_FEED}/"

MEDIA = "/media/"


def init(app: Flask) -> None:
    house = app.extensions["commonplace"]
    most = house.config.page_cache_mb * MEGABYTE
    cookie, host = app.config["SESSION_COOKIE_NAME"], urlsplit(house.config.site_url).netloc
    static = assets.serve(app, house.config)
    inner, heard = _in_turn(app.wsgi_app, house.turn), house.ledger.heard
    pages = PageCache(inner, house.version, cookie, host, most, heard.append)

    def front(environ: Environ, start_response: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(assets.PREFIX):
            return static(environ, start_response)
        # A private feed has no session by which it could be told from what strangers get. What was
        # uploaded may be large and is asked for in parts; it is kept by browsers.
        is_passed_by = path.startswith((PRIVATE, MEDIA))
        return (inner if is_passed_by else pages)(environ, start_response)

    app.wsgi_app = front
    if house.config.proxy_hops:
        app.wsgi_app = ProxyFix(
            front, x_for=house.config.proxy_hops, x_proto=0, x_host=0, x_prefix=0
        )


def _in_turn(app: Callable, turn: Slots) -> Callable:
    """Those who only read take turns. Who sends something may take long over it, and most of the
    rest is waiting: for the turn to write, and for the disk."""

    def inner(environ: Environ, start_response: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return app(environ, start_response)
        with turn:
            return app(environ, start_response)

    return inner
