"""Confirming an e-mail address, in whatever browser the letter is read."""

from flask import Blueprint, Response, redirect, request
from wtforms import HiddenField

from app.http import who
from app.http.forms import Form, safe_way_back
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading, writing
from app.http.who import Needs, needs
from app.members import tickets, verification
from app.site import links

door = Blueprint("confirmation", __name__)


class ConfirmationForm(Form):
    token = HiddenField()
    next = HiddenField()


class LetterForm(Form):
    next = HiddenField()


@door.get("/account/confirmation")
def ask() -> Response:
    # A button, since programs that look at mail follow links.
    token = request.args.get("token", "")
    member = tickets.holder(reading(), token, verification.PURPOSES, now())
    form = ConfirmationForm(formdata=None, token=token, next=request.args.get("next", ""))
    return render("account/confirmation.html", form=form, login=member.login)


@door.post("/account/confirmation")
def confirm() -> Response:
    form = ConfirmationForm()
    form.check()
    with writing() as session:
        member = verification.confirm(session, form.token.data, now())
        confirmed = member.id
    asking = who.asking()
    if asking is not None and asking.id == confirmed:
        return redirect(safe_way_back(form.next.data, links.ACCOUNT), 303)
    return render("account/confirmed.html", next=safe_way_back(form.next.data))


@door.post("/account/confirmation/letter")
@needs(Needs.MEMBER)
def write_again() -> Response:
    form = LetterForm()
    form.check()
    with writing() as session:
        member = who.asking_in(session)
        verification.ask(session, member, safe_way_back(form.next.data, links.ACCOUNT), now())
    return render("account/letter_sent.html", address=who.asking().email)
