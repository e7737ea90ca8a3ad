"""What every request passes before its view: may this reader come in, and is an unsafe request
really from one of our own pages?"""

from collections.abc import Callable

from flask import Flask, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from app.http import who
from app.http.who import Needs, View
from app.lib.errors import NotAllowed, TooLarge
from app.members.models import Member, Standing
from app.site import links

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MEGABYTE = 1024 * 1024
MOST_FIELDS = 200

csrf = CSRFProtect()


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
            return redirect(links.sign_in(_way_back()), 303)
        _check_right(member, needs)
    if request.method not in SAFE:
        if request.mimetype == "multipart/form-data":  # Other forms are held in memory.
            request.max_content_length = getattr(view, "most_bytes", MEGABYTE)
        _check_origin()
    return None


def takes(most_bytes: int) -> Callable[[View], View]:
    """Mark a view with the size of request that it takes, where that is more than a megabyte."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes
        return view

    return mark


def _check_origin() -> None:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed("This form was sent from another site, so nothing was done.")
    if len(request.form) > MOST_FIELDS:
        raise TooLarge(f"A form has up to {MOST_FIELDS} fields.")
    csrf.protect()


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
    if "/comments" in path:
        return f"{path[: path.index('/comments')]}#comment-form"
    for place in (links.DESK, links.ACCOUNT):
        if path.startswith(place):
            return place
    return links.HOME
