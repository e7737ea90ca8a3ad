"""The owner's colours as a style sheet, and what crawlers are told."""

from flask import Blueprint, Response, current_app

from app.http.headers import YEAR
from app.http.store import site
from app.site import links
from app.site.models import Robots

KEPT = f"public, max-age={YEAR}, immutable"
CLOSED = (links.DESK, links.ACCOUNT, links.SIGN_IN, links.JOIN)

door = Blueprint("theme", __name__)


@door.get("/theme-<digest>.css")
def show(digest: str) -> Response:
    """The sheet of this content can be kept for ever. A page that is older than the last change
    gets the new one, which is kept under no name that anybody may have made up."""
    theme = site().theme
    response = current_app.response_class(theme.css, mimetype="text/css")
    response.headers["Cache-Control"] = KEPT if digest == theme.digest else "no-store"
    return response


@door.get("/robots.txt")
def robots() -> Response:
    closed = ("/",) if site().robots == Robots.NONE else CLOSED
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in closed)]
    return current_app.response_class("\n".join(lines) + "\n", mimetype="text/plain")
