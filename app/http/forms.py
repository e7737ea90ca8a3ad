"""What all forms share: clean text in, refusals shown beside the field that they are about."""

import re
from urllib.parse import urljoin, urlsplit

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from app.http.store import config
from app.lib import text, tokens
from app.lib.errors import Invalid, Refusal
from app.site import links

LONGEST_KEY = 64
UNSAFE = re.compile(r"[\\\x00-\x20\x7f]")


class Form(FlaskForm):
    """A form whose texts are cleaned: plain line ends, composed letters, nothing around them."""

    class Meta:
        csrf = False  # The gate has checked the token before any form is read.

        def bind_field(self, form: FlaskForm, unbound: Field, options: dict) -> Field:
            if not issubclass(unbound.field_class, StringField):
                return unbound.bind(form=form, **options)
            return unbound.bind(form=form, filters=[_clean], validators=[_check_text], **options)

    def check(self) -> None:
        """Raise Invalid, about the first field that cannot be read."""
        if not self.validate():
            field, errors = next(iter(self.errors.items()))
            raise Invalid(errors[0], field)


def submission(key: Field) -> str:
    """What tells one press of a button from the next. Ours are shorter than what we keep of any."""
    return (key.data or tokens.new())[:LONGEST_KEY]


def refuse(form: Form, refusal: Refusal) -> None:
    """Show the refusal beside its field, or above the form when it is about the whole."""
    if refusal.field in form:
        field = form[refusal.field]
        if refusal.sentence not in field.errors:
            field.errors = [*field.errors, refusal.sentence]
    else:
        form.form_errors.append(refusal.sentence)


def safe_way_back(target: str | None, default: str = links.HOME) -> str:
    """`target` if it surely is an address of this site, else `default`."""
    if not target or target[0] != "/" or target[:2] == "//" or UNSAFE.search(target):
        return default
    ours = urlsplit(config().site_url)
    joined = urlsplit(urljoin(config().site_url, target))
    return target if (joined.scheme, joined.netloc) == (ours.scheme, ours.netloc) else default


def _clean(value: str | None) -> str:
    return text.lines(value or "")


def _check_text(_form: Form, field: Field) -> None:
    reason = text.why_not_text(field.data)
    if reason:
        field.data = text.marked(field.data)  # What was typed goes back into a page.
        raise ValidationError(reason)
