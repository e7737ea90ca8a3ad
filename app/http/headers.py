"""Headers of every answer: what a browser must not do with it, who may keep it, and until when
it holds."""

from datetime import timedelta

from flask import Flask, Response, g, request

from app.http import who
from app.http.moment import holds_until, now
from app.pagecache.front import BASIS, UNTIL
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
    fixed, seconds = always(config), config.shared_cache_seconds

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            shared = _shared(_apart(seconds)) if _is_shared(response) else PRIVATE
            response.headers["Cache-Control"] = shared
        if not response.cache_control.immutable:
            response.vary.update(("Accept-Encoding", "Cookie"))
        request.environ.update({UNTIL: g.get("until"), BASIS: g.get("basis")})
        return response


def always(config: Config) -> dict[str, str]:
    """What static files have as well."""
    secure = {"Strict-Transport-Security": f"max-age={YEAR}"} if config.is_secure else {}
    return {**ALWAYS, **secure}


def _apart(seconds: int) -> int:
    """How long a shared cache may answer by itself: not at all shortly before the answer changes by
    time alone, and what is answered now holds for us until then. A cache may be late by as long
    again, since it can answer once more while it asks."""
    until = g.get("until")
    if not seconds or until is None:
        return seconds
    shortly_before = until - timedelta(seconds=2 * seconds)
    if now() >= shortly_before:
        return 0
    holds_until(shortly_before)
    return seconds


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
