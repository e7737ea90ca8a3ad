"""What tells programs that fill in forms from people: a field that people never see, and the time
between opening the form and sending it. Both come without JavaScript, and who is taken for a
program by mistake is told so and sends the form once more."""

from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, Signer
from wtforms import HiddenField, StringField

from app.http.forms import Form
from app.http.moment import now
from app.http.store import config
from app.lib.errors import Invalid

GOOD_FOR = timedelta(days=1)
FILLED = "A field that nobody sees was filled in, as programs do. It is empty again: send the form."
HASTY = "That was faster than people type. Nothing is lost: wait a moment and send the form again."
STALE = "This form was opened long ago. Nothing is lost: send it again."


class TrappedForm(Form):
    """A form that strangers send. `opened` is when, signed; what was typed is kept when it is
    refused."""

    opened = HiddenField()
    # A name that programs like and that no password manager has anything for.
    company_fax = StringField("Leave this empty", render_kw={"autocomplete": "off"})

    def open(self) -> None:
        """Note that somebody gets to see the form now, unless they see it again."""
        if not self.opened.data:
            self._note(now())

    def check(self) -> None:
        super().check()
        if self.company_fax.data:
            self.company_fax.data = ""
            raise Invalid(FILLED)
        opened, least = _moment(self.opened.data), timedelta(seconds=config().join_seconds)
        if opened is None or now() >= opened + GOOD_FOR:
            self._note(now() - least)
            raise Invalid(STALE)
        if now() < opened + least:
            raise Invalid(HASTY)

    def _note(self, opened: datetime) -> None:
        self.opened.data = _signer().sign(opened.isoformat()).decode()


def _moment(signed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_signer().unsign(signed).decode())
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(current_app.secret_key, salt="when a form was opened")
