"""Headers of every answer: what a browser must not do with it, who may keep it, and until when
it holds."""

from flask import Flask, Response, g, request

from app.http import who
from config import Config

POLICY = (
    "default-src 'self'; img-src 'self' https: http:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: over HTTPS the CSRF check needs the Referer of our own pages.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 365 * 24 * 60 * 60
PRIVATE = "private, no-store"


def init(app: Flask) -> None:
    config = app.extensions["commonplace"].config
    fixed, shared = always(config), _shared(config.shared_cache_seconds)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = shared if _is_shared(response) else PRIVATE
        if not response.cache_control.immutable:
            response.vary.update(("Accept-Encoding", "Cookie"))
        return response


def always(config: Config) -> dict[str, str]:
    """What static files have as well."""
    secure = {"Strict-Transport-Security": f"max-age={YEAR}"} if config.is_secure else {}
    return {**ALWAYS, **secure}


def _shared(seconds: int) -> str:
    """For browsers to ask each time, and for caches in between as the owner says (RFC 9111
    §5.2.2.10, RFC 5861 §3)."""
    if not seconds:
        return "public, max-age=0, s-maxage=0, must-revalidate"
    return f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={seconds}"


def _is_shared(response: Response) -> bool:
    """Whether it is the same for everybody: asked for without a session, and giving none."""
    is_read = request.method in ("GET", "HEAD") and response.status_code in (200, 301, 404, 410)
    # The link in a letter is one person's, also when it is spent.
    is_personal = who.has_cookie() or "is_personal" in g or "token" in request.args
    return is_read and not is_personal
