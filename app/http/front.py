"""What a request passes before it comes to Flask: the proxies that are believed, then static files
or the finished answers."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.http import assets
from app.pagecache.front import MEGABYTE, Environ, PageCache, Start
from app.site import links

PRIVATE = f"{links.PRIVATE_FEED}/"


def init(app: Flask) -> None:
    house = app.extensions["commonplace"]
    most = house.config.page_cache_mb * MEGABYTE
    cookie, host = app.config["SESSION_COOKIE_NAME"], urlsplit(house.config.site_url).netloc
    static = assets.serve(app, house.config)
    inner, heard = app.wsgi_app, house.ledger.heard
    pages = PageCache(inner, house.version, cookie, host, most, heard.append)

    def front(environ: Environ, start_response: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(assets.PREFIX):
            return static(environ, start_response)
        # A private feed has no session by which it could be told from what strangers get.
        is_private = path.startswith(PRIVATE)
        return (inner if is_private else pages)(environ, start_response)

    app.wsgi_app = front
    if house.config.proxy_hops:
        app.wsgi_app = ProxyFix(
            front, x_for=house.config.proxy_hops, x_proto=0, x_host=0, x_prefix=0
        )
