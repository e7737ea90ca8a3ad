"""The stylesheet: the files of static/css joined once at start, so that a page asks for one.
Addresses of static files carry a digest of their content and can be kept for ever."""

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, current_app, request, send_from_directory
from flask.typing import ResponseReturnValue

from config import ROOT

FOLDER = ROOT / "static"
STYLESHEET = "site.css"
FIRST = ("tokens", "base", "layout")
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=3600"

door = Blueprint("assets", __name__)


def init(app: Flask) -> None:
    app.extensions["stylesheet"] = joined(FOLDER / "css")
    app.extensions["digests"] = {}
    app.register_blueprint(door)
    app.jinja_env.globals["static"] = address


def joined(folder: Path) -> bytes:
    """Tokens, base and layout first, then the components by name."""
    files = [folder / f"{name}.css" for name in FIRST]
    files += sorted((folder / "components").glob("*.css"))
    return b"\n".join(file.read_bytes() for file in files)


def address(name: str) -> str:
    """The address of a static file, with the digest of what is in it."""
    digests = current_app.extensions["digests"]
    if name not in digests:
        digests[name] = hashlib.sha256(_content(name)).hexdigest()[:12]
    return f"/static/{name}?v={digests[name]}"


@door.get("/static/<path:name>")
def show(name: str) -> ResponseReturnValue:
    if name == STYLESHEET:
        response = current_app.response_class(_content(name), mimetype="text/css")
    else:
        response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") else BRIEFLY
    return response


def _content(name: str) -> bytes:
    if name == STYLESHEET:
        return current_app.extensions["stylesheet"]
    return (FOLDER / name).read_bytes()
