"""What a request passes before it comes to Flask: the proxies that are believed, static files,
and the finished answers."""

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.http import assets
from app.pagecache.front import MEGABYTE, PageCache
from app.pagecache.version import Version


def init(app: Flask) -> None:
    house = app.extensions["commonplace"]
    most = house.config.page_cache_mb * MEGABYTE
    version = Version(house.database)
    cookie, host = app.config["SESSION_COOKIE_NAME"], urlsplit(house.config.site_url).netloc
    app.wsgi_app = PageCache(app.wsgi_app, version, cookie, host, most)
    app.wsgi_app = assets.serve(app, house.config)
    if house.config.proxy_hops:
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=house.config.proxy_hops, x_proto=0, x_host=0, x_prefix=0
        )
