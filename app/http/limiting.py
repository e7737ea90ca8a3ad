"""From where a request comes, and counting what must not be done too often from there."""

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix


def init(app: Flask) -> None:
    """Believe as many proxies as there are, and none when there is none."""
    hops = app.extensions["commonplace"].config.proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0, x_host=0, x_prefix=0)


def client_address() -> str:
    return request.remote_addr or "unknown"
