"""Refusals and failures as pages. Whatever happens, the reader gets a sentence and a number by
which the owner can find it in the log."""

import logging
import secrets

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.http import again, who
from app.lib.errors import Moved, Refusal, TooMany

log = logging.getLogger(__name__)

SENTENCES = {
    400: ("That request makes no sense here", "The browser sent something that has no meaning."),
    404: ("Nothing at this address", "There is no page here, or none that you may see."),
    405: ("That cannot be done here", "This address does not take that kind of request."),
    413: ("That is too much at once", "What was sent is larger than this blog takes."),
    500: ("Something went wrong here", "It is our fault, not yours. Please try again later."),
}
STALE = (
    "You have signed in again since this form was opened, so nothing was done yet. What you typed "
    "is kept here."
)
PLAIN = "<!doctype html><html lang=en><title>Not now</title><h1>Not now</h1><p>{sentence} ({id})"


def init(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(Moved, _moved)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def request_id() -> str:
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return g.request_id


def _refused(refusal: Refusal) -> Response:
    response = _page(refusal.status, refusal.heading, refusal.sentence)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _moved(moved: Moved) -> Response:
    """To the same under the new address. What was sent is sent again (RFC 9110 §15.4.9)."""
    rest = request.full_path.rstrip("?").removeprefix(f"/{moved.old}")
    return redirect(f"/{moved.new}{rest}", 301 if request.method in ("GET", "HEAD") else 308)


def _stale(_error: CSRFError) -> Response:
    if who.asking() is not None and again.can_be_sent():
        action = request.full_path.rstrip("?")
        return again.page("Once more, please", STALE, action, again.typed(), 400)
    return _page(
        400,
        "This form has gone stale",
        "You have signed in or out since it was opened, or it was not one of ours. "
        "Go back, copy what you wrote, reload the page and try again.",
    )


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    heading, sentence = SENTENCES.get(error.code, (error.name, error.description or error.name))
    response = _page(error.code, heading, sentence)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _failed(error: Exception) -> Response:
    log.error("request %s failed", request_id(), exc_info=error)
    return _page(500, *SENTENCES[500])


def _page(status: int, heading: str, sentence: str) -> Response:
    try:
        body = render_template(
            "error.html",
            status=status,
            heading=heading,
            sentence=sentence,
            request_id=request_id(),
            feeds=None,
        )
    except SQLAlchemyError as error:  # Without its database the blog can still say so.
        log.error("request %s: no page for the error", request_id(), exc_info=error)
        body = PLAIN.format(sentence=sentence, id=request_id())
    return current_app.make_response((body, status))
