"""Joining, signing in, signing out."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from wtforms import EmailField, HiddenField, PasswordField, StringField

from app.http import who
from app.http.forms import Form, refuse, safe_way_back
from app.http.limiting import client_address, client_agent
from app.http.moment import now
from app.http.pages import render, with_wait
from app.http.store import config, house, reading, writing
from app.http.trap import TrappedForm
from app.lib import limits
from app.lib.errors import Refusal
from app.members import ceremonies, signin, signup, verification
from app.members.models import Member
from app.members.rules import check_is_kept
from app.members.signup import Applicant

JOINING = limits.Limit("join", 5, 60 * 60)

door = Blueprint("members", __name__)


class JoinForm(TrappedForm):
    name = StringField("Name", render_kw={"autocomplete": "name", "maxlength": 60})
    login = StringField("Sign-in name", render_kw={"autocomplete": "username", "maxlength": 30})
    email = EmailField("E-mail", render_kw={"autocomplete": "email", "maxlength": 254})
    password = PasswordField("Password", render_kw={"autocomplete": "new-password"})
    next = HiddenField()
    invitation = HiddenField()

    def applicant(self) -> Applicant:
        self.check()
        return Applicant(
            login=self.login.data.lower(),
            name=" ".join(self.name.data.split()),
            email=self.email.data.lower(),
            password=self.password.data,
        )


class SignInForm(Form):
    login = StringField(
        "Sign-in name or e-mail", render_kw={"autocomplete": "username webauthn", "maxlength": 254}
    )
    password = PasswordField("Password", render_kw={"autocomplete": "current-password"})
    next = HiddenField()


@door.get("/join")
def ask_to_join() -> Response:
    form = JoinForm(
        formdata=None,
        next=request.args.get("next", ""),
        invitation=request.args.get("invitation", ""),
    )
    return _join_page(form)


@door.post("/join")
def join() -> Response:
    form = JoinForm()
    try:
        way_back = safe_way_back(form.next.data)
        token = _join(form.applicant(), form.invitation.data, way_back)
    except Refusal as refusal:
        refuse(form, refusal)
        return _join_page(form, refusal)
    who.sign_in(token)
    return redirect(way_back, 303)


@door.get("/sign-in")
def ask_to_sign_in() -> Response:
    return sign_in_page(SignInForm(formdata=None, next=request.args.get("next", "")))


@door.post("/sign-in")
def sign_in() -> Response:
    form = SignInForm()
    try:
        form.check()
        token = let_in(form.login.data.lower(), form.password.data)
    except Refusal as refusal:
        refuse(form, refusal)
        return sign_in_page(form, refusal)
    who.sign_in(token)
    return redirect(safe_way_back(form.next.data), 303)


@door.post("/sign-out")
def sign_out() -> Response:
    who.sign_out()
    return redirect(safe_way_back(request.form.get("next")), 303)


def let_in(known: str, password: str, besides: Callable[[Session], object] = lambda _: None) -> str:
    """The token of a new sign-in; `besides` is done in the same unit of work. The password is
    hashed between the two, since that takes long and SQLite has one lock for all who write."""
    hasher = house().hasher
    with writing() as session:
        signin.count_try(session, known, client_address(), now())
    member = signin.recognise(reading(), known, password, hasher)
    renewed = hasher.hash(password) if hasher.is_outdated(member.password_hash) else None
    with writing() as session:
        recognised, member = member.password_hash, session.get_one(Member, member.id)
        signin.check_still(session, member, recognised)
        member.password_hash = renewed or member.password_hash
        signin.forgive(session, member, client_address())
        besides(session)
        return signin.begin(session, member, client_agent(), now())


def sign_in_page(form: SignInForm, refusal: Refusal | None = None) -> Response:
    has_passkeys = ceremonies.party_at(config().site_url) is not None
    return _page("members/sign_in.html", form, refusal, has_passkeys=has_passkeys)


def _join(applicant: Applicant, invitation: str, way_back: str) -> str:
    """Make the applicant a member; the token of the first sign-in."""
    check_is_kept(applicant.email, config().is_disposable(applicant.email))
    signup.check(reading(), applicant, invitation, now())
    with writing() as session:
        limits.take(session, JOINING, client_address(), now())
    password_hash = house().hasher.hash(applicant.password)
    with writing() as session:
        member = signup.join(session, applicant, password_hash, invitation, now())
        verification.ask(session, member, way_back, now())
        return signin.begin(session, member, client_agent(), now())


def _join_page(form: JoinForm, refusal: Refusal | None = None) -> Response:
    form.open()
    reason = signup.why_not(reading(), form.invitation.data, now())
    return _page("members/join.html", form, refusal, note=reason)


def _page(template: str, form: Form, refusal: Refusal | None, **more: object) -> Response:
    way_back = safe_way_back(form.next.data)
    status = refusal.status if refusal else 200
    response = render(template, status, form=form, next=way_back, **more)
    return with_wait(response, refusal)
