"""What a request passes before it comes to Flask: the proxies that are believed, then static files
or the finished answers."""

from collections.abc import Iterable
from io import BytesIO
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.http import assets
from app.http.store import OWED
from app.lib.turns import Turns
from app.pagecache.front import MEGABYTE, QUESTIONS, Application, Environ, PageCache, Start
from app.site import links

# Static files have a store of their own. A private feed has no session by which it could be told
# from what strangers get. What was uploaded may be large and is asked for in parts; it is kept by
# browsers.
APART = (assets.PREFIX, f"{links.PRIVATE_FEED}/", "/media/")
SMALL = 64 * 1024  # In bytes: any comment, and most of what forms send.


def init(app: Flask) -> None:
    house = app.extensions["commonplace"]
    most = house.config.page_cache_mb * MEGABYTE
    cookie, host = app.config["SESSION_COOKIE_NAME"], urlsplit(house.config.site_url).netloc
    app.wsgi_app = PageCache(
        app.wsgi_app,
        _besides(app, assets.serve(app, house.config), house.turns),
        house.version,
        cookie,
        host,
        apart=APART,
        most=most,
        hear=house.ledger.tally.hear,
        turn=house.turns.reading,
    )
    if house.config.proxy_hops:
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=house.config.proxy_hops, x_proto=0, x_host=0, x_prefix=0
        )


def _besides(app: Flask, static: Application, turns: Turns) -> Application:
    """What answers where nothing is kept; in turn. What is sent is here before one's turn comes, so
    that a slow line keeps nobody waiting, but for what is large: that waits for no turn. To answer
    belongs to the turn, since two who are at it take longer than one after the other."""
    inner = app.wsgi_app

    def besides(environ: Environ, start_response: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(assets.PREFIX):
            return static(environ, start_response)
        if environ["REQUEST_METHOD"] in QUESTIONS:
            with turns.reading:
                return inner(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal():
            # Let werkzeug count: where a line broke, half a text is not to be taken for all of it.
            environ.pop("wsgi.input_terminated", None)
        if not length.isdecimal() or int(length) > SMALL:
            return inner(environ, start_response)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        owed = environ[OWED] = []
        with turns.writing:
            answer = inner(environ, start_response)
        for act in owed:  # Such as to wait until everybody knows; meanwhile others have their turn.
            act()
        return answer

    return besides
