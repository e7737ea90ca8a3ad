"""A sign-in that ended while somebody was writing: they sign in again in place, and what they typed
is still there. Nothing is saved before they have seen it and press the button again."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request

from app.http import again, who
from app.http.forms import refuse, safe_way_back
from app.http.gate import SignedOut
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import writing
from app.lib.errors import NotFound, Refusal
from app.lib.text import marked
from app.members import signin
from app.posts import autosaves
from app.posts import queries as posts
from app.site import links
from app.web.desk.write_form import WriteForm
from app.web.members import SignInForm, let_in

SENTENCE = (
    "You are not signed in any more, so nothing was saved. Sign in here, and you find what you "
    "typed as you left it."
)
NO_FILE = " A file has to be chosen once more."
BACK = "You are signed in again. Nothing is saved yet; what you typed is kept here."
POST = re.compile(r"/desk/posts/([1-9][0-9]{0,8})", re.ASCII)

door = Blueprint("desk_signed_out", __name__)


@door.app_errorhandler(SignedOut)
def keep_typed(_ended: SignedOut) -> Response:
    """Ask who writes before their text is taken."""
    form = SignInForm(formdata=None, next=request.full_path.rstrip("?"))
    form.form_errors.append(SENTENCE + (NO_FILE if request.files else ""))
    return _page(form, 403)


@door.post("/desk/signing-in")
def sign_in() -> Response:
    form = SignInForm()
    try:
        form.check()
        token = let_in(form.login.data.lower(), form.password.data)
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(_page(form, refusal.status), refusal)
    who.sign_in(token)
    place = safe_way_back(form.next.data)
    path = urlsplit(place).path
    if path == links.DESK_NEW_POST or POST.fullmatch(path):
        return redirect(_keep(token, POST.fullmatch(path)), 303)
    is_closed = place.startswith(f"{links.DESK}/") and not who.asking().is_author
    if is_closed or not again.takes_forms(place):
        return redirect(links.HOME, 303)
    return again.page("Once more, please", BACK, place, again.typed(), 200)


def _keep(token: str, place: re.Match | None) -> str:
    """Keep what was typed as the member's unsaved text; where they find it."""
    typed = _typed()
    with writing() as session:
        member = signin.find(session, token, now()).member
        if not member.is_author:
            return links.HOME
        post_id = int(place[1]) if place else None
        try:
            post_id = post_id and posts.for_writing(session, member, post_id).id
        except NotFound:
            post_id = None
        key = typed.get("key") or token
        return links.desk_autosaved(autosaves.keep(session, member, post_id, key, typed, now()))


def _typed() -> dict[str, str]:
    fields = WriteForm()
    return {name: marked(value) for name, value in request.form.items() if name in fields}


def _page(form: SignInForm, status: int) -> Response:
    return render(
        "desk/signed_out.html",
        status,
        form=form,
        typed=again.typed(),
        label=again.label_of_text(safe_way_back(form.next.data)),
    )
