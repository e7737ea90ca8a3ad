"""Confirming an e-mail address, in whatever browser the letter is read.

Where nobody is signed in as its member, the member's password is asked for, which also signs in
there. Otherwise somebody could join with another's address and wait for its owner to press the
button: the membership would be confirmed, and whoever made it still signed in and in possession of
its password. Ending the sign-ins would not keep them out, and would sign out everybody who opens
the letter on a telephone. So the letter shows whose the address is, the password whose the
membership is, and the sign-ins elsewhere go on.
"""

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField

from app.http import who
from app.http.forms import Form, refuse, safe_way_back
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.lib.errors import Gone, Invalid, Refusal
from app.members import tickets, verification
from app.members.models import Member
from app.site import links
from app.web.members import let_in

door = Blueprint("confirmation", __name__)


class ConfirmationForm(Form):
    password = PasswordField("Password", render_kw={"autocomplete": "current-password"})
    token = HiddenField()
    next = HiddenField()


class LetterForm(Form):
    next = HiddenField()


@door.get("/account/confirmation")
def ask() -> Response:
    # A button, since programs that look at mail follow links.
    token, way_back = request.args.get("token", ""), request.args.get("next", "")
    return _page(ConfirmationForm(formdata=None, token=token, next=way_back))


@door.post("/account/confirmation")
def confirm() -> Response:
    form = ConfirmationForm()
    try:
        form.check()
        _confirm(form)
    except Gone:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(_page(form, refusal.status), refusal)
    return redirect(safe_way_back(form.next.data, links.ACCOUNT), 303)


@door.post("/account/confirmation/letter")
@needs(Needs.MEMBER, LetterForm)
def write_again() -> Response:
    form = LetterForm()
    form.check()
    with writing() as session:
        member = who.asking_in(session)
        verification.ask(session, member, safe_way_back(form.next.data, links.ACCOUNT), now())
    return render("account/letter_sent.html", address=who.asking().email)


def _confirm(form: ConfirmationForm) -> None:
    token = form.token.data
    member = tickets.holder(reading(), token, verification.PURPOSES, now())
    if _is_signed_in(member):
        with writing() as session:
            verification.confirm(session, token, now())
        return

    def confirm(session: Session) -> None:
        verification.confirm(session, token, now())

    try:
        who.sign_in(let_in(member.login, form.password.data, besides=confirm))
    except Invalid as error:
        raise Invalid(f"This is not the password of {member.login}.", "password") from error


def _is_signed_in(member: Member) -> bool:
    asking = who.asking()
    return asking is not None and asking.id == member.id


def _page(form: ConfirmationForm, status: int = 200) -> Response:
    member = tickets.holder(reading(), form.token.data, verification.PURPOSES, now())
    return render(
        "account/confirmation.html",
        status,
        form=form,
        login=member.login,
        asks_password=not _is_signed_in(member),
    )
