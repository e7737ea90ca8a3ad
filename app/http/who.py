"""Who is asking. Flask-Login keeps a random token in the signed cookie; whose it is, and whether
it still holds, stands in the table of sign-ins. A request without the cookie never looks at it,
so that what strangers get is the same for all of them."""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, current_app, request, session
from flask import g as request_state
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app.http.moment import now
from app.http.store import house, writing
from app.lib.errors import NotAllowed
from app.members import signin
from app.members.models import Member, SignIn

View = TypeVar("View", bound=Callable)


class Needs(Enum):
    """What a view asks of its reader; a view that says nothing is for everybody."""

    MEMBER = "member"
    AUTHOR = "author"
    OWNER = "owner"


class Visit(UserMixin):
    """A sign-in as Flask-Login wants it: its id is the token."""

    def __init__(self, token: str, sign_in: SignIn | None = None):
        self.token = token
        self.sign_in = sign_in

    def get_id(self) -> str:
        return self.token


class Sessions(SecureCookieSessionInterface):
    """Cookies signed as Flask signs them, by what is made once and not for each request."""

    _serializer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def init(app: Flask) -> None:
    app.session_interface = Sessions()
    secure = app.extensions["commonplace"].config.is_secure
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
    )
    # Not manager.init_app(app): what it hooks in reads the session in every request, for a
    # remember-me cookie and for templates. We have no use for either.
    manager = app.login_manager = LoginManager()
    manager.session_protection = None  # It would bind a sign-in to one network address.
    manager.user_loader(_load)


def needs(what: Needs, form: type[FlaskForm] | None = None) -> Callable[[View], View]:
    """Mark a view with what it asks of its reader; the gate sees to it. `form` is what it takes, by
    which what was typed is told from the rest, and named, when a sign-in has ended meanwhile."""

    def mark(view: View) -> View:
        view.needs = what
        view.form = form
        return view

    return mark


def has_cookie() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def browser() -> str:
    """What tells this browser from all others, from its first form until it signs in or out: what
    the tokens of its forms are made of."""
    return session.get(current_app.config["WTF_CSRF_FIELD_NAME"], "")


def asking() -> Member | None:
    """The member who is signed in, None for a stranger."""
    if not has_cookie():
        return None
    visit = current_user
    return visit.sign_in.member if visit.is_authenticated else None


def visit() -> SignIn:
    """The sign-in of the member who is signed in."""
    if asking() is None:
        raise NotAllowed("Sign in first.")
    return current_user.sign_in


def asking_in(session: Session) -> Member:
    """The member who is signed in, as of now in the session of a unit of work: the sign-in may
    have been ended since the request came."""
    found = signin.find(session, current_user.token, now()) if asking() else None
    if found is None:
        raise NotAllowed("Sign in first.")
    return found.member


def still_asking(session: Session) -> Member:
    """The same, but as the request found them unless what they may do has changed, and not in the
    session: it takes a quarter of the time, while everybody else who writes is waiting."""
    member = asking()
    if member is None or not signin.still_holds(session, current_user.sign_in):
        return asking_in(session)
    return member


def sign_in(token: str) -> None:
    """Remember the token in the cookie, and nothing of what the cookie held before."""
    session.clear()
    session.permanent = True
    login_user(_load(token) or Visit(token))


def sign_out() -> None:
    token = current_user.get_id() if current_user.is_authenticated else None
    logout_user()
    session.clear()
    if token:
        with writing() as unit:
            signin.end(unit, token)


def forget() -> None:
    """Drop the cookie of a sign-in that has ended otherwise."""
    logout_user()
    session.clear()


def _load(token: str) -> Visit | None:
    found = signin.look(house().database, token, now())
    if found is None:
        return None
    if signin.is_worth_noting(found, now()) and "noted" not in request_state:
        request_state.noted = True
        with writing() as unit:
            signin.note_use(unit, found, now())
    return Visit(token, found)
