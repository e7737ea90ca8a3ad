"""A member's own page: who they are here, how they sign in, and where they are signed in."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect
from wtforms import EmailField, HiddenField, PasswordField, StringField, TextAreaField, URLField

from app.http import who
from app.http.forms import Form, refuse
from app.http.limiting import client_agent
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import config, house, reading, writing
from app.http.who import Needs, needs
from app.lib import limits
from app.lib.errors import Invalid, Refusal
from app.members import account, ceremonies, leaving, passkeys, recovery, signin
from app.members.rules import (
    LONGEST_ABOUT,
    LONGEST_WEBSITE,
    check_is_kept,
    check_password,
    is_proved_lately,
)
from app.site import links

door = Blueprint("account", __name__)


class WeightyForm(Form):
    """A form that asks for the password again when it was given some time ago."""

    present = PasswordField("Your present password", render_kw={"autocomplete": "current-password"})


class ProfileForm(WeightyForm):
    name = StringField("Name", render_kw={"autocomplete": "name", "maxlength": 60})
    about = TextAreaField("A line about you", render_kw={"maxlength": LONGEST_ABOUT, "rows": 3})
    website = URLField("Website", render_kw={"autocomplete": "url", "maxlength": LONGEST_WEBSITE})


class EmailForm(WeightyForm):
    email = EmailField("New e-mail address", render_kw={"autocomplete": "email", "maxlength": 254})


class PasskeyForm(WeightyForm):
    name = StringField("Name of the passkey", render_kw={"autocomplete": "off", "maxlength": 60})
    credential = HiddenField()


class PasswordForm(WeightyForm):
    password = PasswordField("New password", render_kw={"autocomplete": "new-password"})


@door.get("/account")
@needs(Needs.MEMBER)
def show() -> Response:
    return page()


@door.post("/account/profile")
@needs(Needs.MEMBER, ProfileForm)
def change_profile() -> Response:
    return _change(ProfileForm(), "profile", _change_profile)


@door.post("/account/email")
@needs(Needs.MEMBER, EmailForm)
def change_email() -> Response:
    return _change(EmailForm(), "email", _change_email)


@door.post("/account/password")
@needs(Needs.MEMBER, PasswordForm)
def change_password() -> Response:
    return _change(PasswordForm(), "password", _change_password)


@door.post("/account/sign-ins/<number:id>/ending")
@needs(Needs.MEMBER)
def end_sign_in(id: int) -> Response:
    with writing() as session:
        account.end_sign_in(session, who.asking_in(session), id)
    return redirect(links.ACCOUNT, 303)


@door.post("/account/sign-ins/ending")
@needs(Needs.MEMBER)
def end_other_sign_ins() -> Response:
    this = who.visit()
    with writing() as session:
        account.end_other_sign_ins(session, who.asking_in(session), this)
    return redirect(links.ACCOUNT, 303)


def page(status: int = 200, **typed: WeightyForm) -> Response:
    """The whole page, with what was typed into one of its forms."""
    member, this = who.asking(), who.visit()
    return render(
        "account/index.html",
        status,
        profile=typed.get("profile") or ProfileForm(formdata=None, obj=member),
        email=typed.get("email") or EmailForm(formdata=None),
        password=typed.get("password") or PasswordForm(formdata=None),
        passkey=typed.get("passkey") or PasskeyForm(formdata=None),
        passkeys=passkeys.of_member(reading(), member),
        has_passkeys=ceremonies.party_at(config().site_url) is not None,
        why_not_add=passkeys.why_not_add(reading(), member),
        asks_again=asks_again(),
        sign_ins=account.sign_ins(reading(), member),
        this=this,
        why_not_leave=leaving.why_not_leave(reading(), member),
    )


def prove(password: str) -> None:
    """See that who asks has shown lately who they are, or shows it now; raises Invalid."""
    this = who.visit()
    if is_proved_lately(this, now()):
        return
    if not password:
        raise Invalid("It is a while since you signed in. Give your password once more.", "present")
    with writing() as session:
        signin.count_proof(session, this, now())
    try:
        signin.recognise(reading(), this.member.login, password, house().hasher)
    except Invalid as error:
        raise Invalid("This is not your present password.", "present") from error
    with writing() as session:
        signin.note_proof(session, this, now())


def asks_again() -> bool:
    return not is_proved_lately(who.visit(), now())


def _change(form: WeightyForm, part: str, change: Callable[[WeightyForm], Response]) -> Response:
    try:
        form.check()
        prove(form.present.data)
        return change(form)
    except Refusal as refusal:
        refuse(form, refusal)
        return with_wait(page(refusal.status, **{part: form}), refusal)


def _change_profile(form: ProfileForm) -> Response:
    name = " ".join(form.name.data.split())
    about = " ".join(form.about.data.split())
    with writing() as session:
        member = who.asking_in(session)
        account.change_profile(session, member, name, about, form.website.data, now())
    return redirect(links.ACCOUNT, 303)


def _change_email(form: EmailForm) -> Response:
    address = form.email.data.lower()
    check_is_kept(address, config().is_disposable(address))
    with writing() as session:
        account.ask_for_address(session, who.asking_in(session), address, now())
    return render("account/letter_sent.html", address=address)


def _change_password(form: PasswordForm) -> Response:
    member, password = who.asking(), form.password.data
    check_password(password, member.login, member.name, member.email)
    password_hash = house().hasher.hash(password)
    with writing() as session:
        member = who.asking_in(session)
        limits.take(session, account.PASSWORDS, str(member.id), now())
        recovery.replace_password(session, member, password_hash, now())
        token = signin.begin(session, member, client_agent(), now())
    who.sign_in(token)
    return redirect(links.ACCOUNT, 303)
