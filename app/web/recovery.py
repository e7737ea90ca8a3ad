"""Getting in without the password."""

from flask import Blueprint, Response, redirect, request
from wtforms import HiddenField, PasswordField, StringField

from app.http import who
from app.http.forms import Form, refuse, safe_way_back
from app.http.limiting import client_address, client_agent
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import house, reading, writing
from app.lib.errors import Gone, Refusal
from app.members import passkeys, recovery, tickets
from app.members.models import Purpose
from app.site import links

door = Blueprint("recovery", __name__)


class LetterForm(Form):
    login = StringField(
        "Sign-in name or e-mail", render_kw={"autocomplete": "username", "maxlength": 254}
    )
    next = HiddenField()

    @property
    def purpose(self) -> Purpose:
        """By the button that was pressed."""
        return Purpose.RESET if request.form.get("do") == "password" else Purpose.SIGN_IN


class LinkForm(Form):
    token = HiddenField()
    next = HiddenField()


class NewPasswordForm(Form):
    password = PasswordField("New password", render_kw={"autocomplete": "new-password"})
    token = HiddenField()


@door.get("/sign-in/letter")
def ask_for_letter() -> Response:
    form = LetterForm(formdata=None, next=request.args.get("next", ""))
    return render("account/letter.html", form=form)


@door.post("/sign-in/letter")
def write_letter() -> Response:
    form = LetterForm()
    try:
        form.check()
        way_back = safe_way_back(form.next.data)
        with writing() as session:
            recovery.ask(
                session, form.login.data.lower(), form.purpose, way_back, client_address(), now()
            )
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(render("account/letter.html", refusal.status, form=form), refusal)
    return render("account/letter_asked.html")


@door.get("/sign-in/link")
def ask_to_sign_in() -> Response:
    # A button, since programs that look at mail follow links.
    token = request.args.get("token", "")
    member = tickets.holder(reading(), token, (Purpose.SIGN_IN,), now())
    form = LinkForm(formdata=None, token=token, next=request.args.get("next", ""))
    return render("account/link.html", form=form, login=member.login)


@door.post("/sign-in/link")
def sign_in() -> Response:
    form = LinkForm()
    form.check()
    with writing() as session:
        token = recovery.sign_in(session, form.token.data, client_agent(), now())
    who.sign_in(token)
    return redirect(safe_way_back(form.next.data), 303)


@door.get("/sign-in/password")
def ask_for_password() -> Response:
    return _password_page(NewPasswordForm(formdata=None, token=request.args.get("token", "")))


@door.post("/sign-in/password")
def set_password() -> Response:
    form = NewPasswordForm()
    try:
        form.check()
        recovery.check(reading(), form.token.data, form.password.data, now())
        password_hash = house().hasher.hash(form.password.data)
        with writing() as session:
            token = recovery.reset(session, form.token.data, password_hash, client_agent(), now())
    except Gone:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return _password_page(form, refusal.status)
    who.sign_in(token)
    return redirect(links.ACCOUNT, 303)


def _password_page(form: NewPasswordForm, status: int = 200) -> Response:
    member = tickets.holder(reading(), form.token.data, (Purpose.RESET,), now())
    return render(
        "account/new_password.html",
        status,
        form=form,
        login=member.login,
        has_passkeys=bool(passkeys.of_member(reading(), member)),
    )
