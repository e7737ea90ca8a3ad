"""Headers of every answer: what a browser must not do with it, and who may keep it."""

from flask import Flask, Response, g, request

from app.http import who

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
SHARED = "public, max-age=0, must-revalidate"


def init(app: Flask) -> None:
    is_secure = app.extensions["commonplace"].config.is_secure

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = SHARED if _is_shared(response) else PRIVATE
        if response.mimetype == "text/html":
            response.vary.add("Cookie")
        return response


def _is_shared(response: Response) -> bool:
    """Whether it is the same for everybody: asked for without a session, and giving none."""
    is_read = request.method in ("GET", "HEAD") and response.status_code in (200, 301, 404, 410)
    return is_read and not who.has_cookie() and "is_personal" not in g
