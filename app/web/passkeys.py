"""Passkeys at the door. A script asks for the first half of a ceremony and gets it in JSON; what
the browser makes of it comes back as a form, so that refusals are pages as everywhere."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, redirect
from wtforms import HiddenField

from app.http import who
from app.http.forms import Form, refuse, safe_way_back
from app.http.limiting import client_address, client_agent
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import config, reading, writing
from app.http.who import Needs, needs
from app.lib.errors import NotFound, Refusal
from app.members import ceremonies, passkeys
from app.members.ceremonies import Party
from app.members.models import Member
from app.site import links
from app.web import account, members
from app.web.account import PasskeyForm, WeightyForm, asks_again, prove
from app.web.members import SignInForm

door = Blueprint("passkeys", __name__)


class AnswerForm(Form):
    credential = HiddenField()
    next = HiddenField()


@door.post("/account/passkeys/challenge")
@needs(Needs.MEMBER, PasskeyForm)
def ask_to_add() -> Response:
    def begin() -> tuple[dict[str, Any], str]:
        prove(PasskeyForm().present.data)
        with writing() as unit:
            member = who.asking_in(unit)
            browser, address = who.browser(), client_address()
            return passkeys.begin_adding(unit, _party(), member, browser, address, now())

    return _challenge(begin)


@door.post("/account/passkeys")
@needs(Needs.MEMBER, PasskeyForm)
def add() -> Response:
    form = PasskeyForm()
    try:
        form.check()
        prove(form.present.data)
        challenge, handle = _spend(form.credential.data, who.asking())
        name = " ".join(form.name.data.split()) or client_agent()
        with writing() as unit:
            member = who.asking_in(unit)
            answer = form.credential.data
            passkeys.add(unit, _party(), member, challenge, handle, answer, name, now())
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(account.page(refusal.status, passkey=form), refusal)
    return redirect(links.ACCOUNT, 303)


@door.get("/account/passkeys/<number:id>/removal")
@needs(Needs.MEMBER)
def ask_to_remove(id: int) -> Response:
    return _removal_page(id, WeightyForm(formdata=None))


@door.post("/account/passkeys/<number:id>/removal")
@needs(Needs.MEMBER, WeightyForm)
def remove(id: int) -> Response:
    form = WeightyForm()
    passkeys.one_of_member(reading(), who.asking(), id)
    try:
        form.check()
        prove(form.present.data)
        with writing() as unit:
            passkeys.remove(unit, who.asking_in(unit), id, now())
    except NotFound:
        raise
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(_removal_page(id, form, refusal.status), refusal)
    return redirect(links.ACCOUNT, 303)


@door.post("/sign-in/passkey/challenge")
def ask_to_sign_in() -> Response:
    def begin() -> tuple[dict[str, Any], str]:
        with writing() as unit:
            browser, address = who.browser(), client_address()
            return passkeys.begin_signing_in(unit, _party(), browser, address, now())

    return _challenge(begin)


@door.post("/sign-in/passkey")
def sign_in() -> Response:
    form = AnswerForm()
    try:
        form.check()
        challenge, _ = _spend(form.credential.data, None)
        with writing() as unit:
            token = passkeys.sign_in(
                unit, _party(), challenge, form.credential.data, client_agent(), now()
            )
    except Refusal as refusal:
        page = SignInForm(formdata=None, next=form.next.data)
        refuse(page, refusal)
        return members.sign_in_page(page, refusal)
    who.sign_in(token)
    return redirect(safe_way_back(form.next.data), 303)


def _party() -> Party:
    party = ceremonies.party_at(config().site_url)
    if party is None:
        raise NotFound("This blog has no name that a passkey could be for.")
    return party


def _challenge(begin: Callable[[], tuple[dict[str, Any], str]]) -> Response:
    try:
        options, _ = begin()
    except Refusal as refusal:
        response = jsonify(sentence=refusal.sentence)
        response.status_code = refusal.status
        return with_wait(response, refusal)
    return jsonify(options)


def _spend(answer: str, member: Member | None) -> tuple[str, bytes | None]:
    """The challenge that this browser has answered, which is worth nothing from now on, and the
    handle that went with it."""
    challenge = ceremonies.challenge_in(answer)
    with writing() as unit:
        return challenge, ceremonies.spend(unit, who.browser(), challenge, member, now())


def _removal_page(id: int, form: WeightyForm, status: int = 200) -> Response:
    row = passkeys.one_of_member(reading(), who.asking(), id)
    return render(
        "account/passkey_removal.html", status, form=form, row=row, asks_again=asks_again()
    )
