"""What every request passes before its view: may this reader come in, and is an unsafe request
really from one of our own pages? What was typed by someone whose sign-in has ended is kept for them
here, whatever the form, so that no form can forget it."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge

from app.http import again, who
from app.http.who import Needs
from app.lib.errors import NotAllowed, TooLarge
from app.members.models import Member, Standing
from app.site import links

View = TypeVar("View", bound=Callable)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MEGABYTE = 1024 * 1024
MOST_FIELDS = 200
UNDER_POST = re.compile(r"(/[0-9]{4}/[0-9]{2}/[^/]+)/(?:comments|notices)(?:/|$)")

csrf = CSRFProtect()


class SignedOut(Exception):
    """A form was sent from a page of ours, with something typed, by nobody who is signed in."""


def init(app: Flask) -> None:
    config = app.extensions["commonplace"].config
    app.config.update(
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=config.trusted_hosts,
        # A form is good as long as the session in which it was opened: texts take their time.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    who.init(app)
    csrf.init_app(app)
    app.before_request(check)


def from_anywhere(view: View) -> View:
    """Mark a view that other programs post to. It has no form of ours, and so no token."""
    view.is_from_anywhere = True
    return view


def takes(most_bytes: int) -> Callable[[View], View]:
    """Mark a view with the size of request that it takes, where that is more than a megabyte."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes
        return view

    return mark


def check() -> ResponseReturnValue | None:
    if "\0" in request.path:
        abort(400)
    if request.routing_exception is not None:
        return None  # There is no view to guard; Flask answers with what went wrong.
    view = current_app.view_functions.get(request.endpoint)
    needs = getattr(view, "needs", None)
    if needs is not None:
        member = who.asking()
        if member is None:
            return _to_sign_in()
        _check_right(member, needs)
    if request.method not in SAFE and not getattr(view, "is_from_anywhere", False):
        if request.mimetype == "multipart/form-data":  # Other forms are held in memory.
            request.max_content_length = getattr(view, "most_bytes", MEGABYTE)
        _check_origin()
    return None


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in SAFE:
        _refuse_cross_site()
        if _has_typed():
            raise SignedOut
    return redirect(links.sign_in(_way_back()), 303)


def _has_typed() -> bool:
    """Whether there is something to be kept. Scripts, which want JSON, keep it by themselves; and
    nobody who is not known has a large file read."""
    if request.accept_mimetypes.best == "application/json" or not again.is_ours():
        return False
    try:
        _check_size()
        return again.has_typed()
    except RequestEntityTooLarge:
        return False


def _refuse_cross_site() -> None:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed("This form was sent from another site, so nothing was done.")


def _check_origin() -> None:
    _refuse_cross_site()
    _check_size()
    csrf.protect()


def _check_size() -> None:
    if sum(map(len, request.form.listvalues())) > MOST_FIELDS:
        raise TooLarge(f"A form has up to {MOST_FIELDS} fields.")


def _check_right(member: Member, needs: Needs) -> None:
    if needs == Needs.MEMBER:
        return
    if member.standing == Standing.SUSPENDED:
        raise NotAllowed("Your membership is suspended, so the desk is closed to you.")
    if needs == Needs.AUTHOR and not member.is_author:
        raise NotAllowed("The desk is for the authors of this blog. Its owner can make you one.")
    if needs == Needs.OWNER and not member.is_owner:
        raise NotAllowed("Only the owner of this blog may do that.")


def _way_back() -> str:
    """Where a stranger was: this page, or for a form the page that it stood on."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    path = request.path
    for place in (links.DESK, links.ACCOUNT):
        if path.startswith(place):
            return place
    under_post = UNDER_POST.match(path)
    if under_post is None:
        return links.HOME
    view = "?view=threads" if request.args.get("view") == "threads" else ""
    return f"{under_post[1]}{view}#comment-form"
