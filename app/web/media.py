"""The files of uploads, for readers: pictures and sound in the page, all else to be downloaded.
Nothing of a file may run, whatever is in it; none ever changes, so it is kept for ever."""

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from app.http.headers import YEAR
from app.http.store import house, let_go, reading
from app.lib.errors import NotFound
from app.media import queries as media
from app.media.models import Kind, Media
from app.media.rules import files_of
from app.site import links

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
FOR_EVER = f"public, max-age={YEAR}, immutable"
CHUNK = 64 * 1024

door = Blueprint("media", __name__)


@door.get("/media/<media_name:name>")
def show(name: str) -> Response:
    """Where texts lead to that nobody has made ready, such as a preview."""
    return redirect(links.media_file(media.named(reading(), name)), 302)


@door.get("/media/<media_file:file>")
def give(file: str) -> Response:
    row = media.with_file(reading(), file)
    if file not in files_of(row):
        return redirect(links.media_file(row), 302)  # It was replaced.
    let_go()
    size = house().storage.size(file)
    if size is None:
        raise NotFound
    body = FileWrapper(house().storage.open(file), CHUNK)
    mime = "image/webp" if file.endswith(".webp") else row.mime
    response = current_app.response_class(body, mimetype=mime, direct_passthrough=True)
    response.content_length = size
    _head(response, row, file)
    try:
        return response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise


def _head(response: Response, row: Media, file: str) -> None:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(file)
    if row.kind == Kind.FILE:
        response.headers.set("Content-Disposition", "attachment", filename=row.file_name)
