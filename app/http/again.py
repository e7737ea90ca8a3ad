"""A form whose token or sign-in has ended: what was typed is given back, to be sent once more by a
press of a button. Only what came from a page of ours is, or another site could have it sent."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from wtforms import BooleanField, Field, FileField, HiddenField, PasswordField, SelectField

from app.http.pages import render
from app.http.store import config
from app.lib.text import marked

# What is the browser's or the page's and not typed, and what is never shown again.
NOT_TYPED = frozenset({"csrf_token", "login", "password", "next"})
SECRET = frozenset({"password", "present", "credential", "token"})
# Of forms that do not say what they take: which button, and what the page knows of itself.
NOT_SHOWN = frozenset({"do", "key", "version", "order", "press", "tab"})
NO_WORDS = (HiddenField, FileField, PasswordField)


class Shown(NamedTuple):
    """A field as people know it: its name here, its label, and what it says."""

    name: str
    label: str
    words: str


def typed() -> list[tuple[str, str]]:
    """The fields that came, as a page can hold them."""
    fields = request.form.items(multi=True)
    left_out = NOT_TYPED | SECRET
    return [(name, marked(value)) for name, value in fields if name not in left_out]


def has_typed() -> bool:
    """Whether something came that people type or choose, and is no secret."""
    return any(_shown(typed(), request.path))


def is_ours() -> bool:
    """Whether it came from a page of ours."""
    site = request.headers.get("Sec-Fetch-Site")
    ours = config().site_url
    return site == "same-origin" or (site is None and request.headers.get("Origin") == ours)


def can_be_sent() -> bool:
    """Whether it came from a page of ours, and holds something that is no secret."""
    return is_ours() and bool(typed()) and not SECRET & set(request.form)


def takes_forms(address: str) -> bool:
    """Whether members can send a form there."""
    return hasattr(_view(address), "needs")


def page(
    heading: str, sentence: str, action: str, fields: Iterable[tuple[str, str]], status: int
) -> Response:
    fields = list(fields)
    return render(
        "again.html",
        status,
        heading=heading,
        sentence=sentence,
        action=action,
        typed=fields,
        label=label_of_text(action),
        shown=list(_shown(fields, action)),
        feeds=None,
    )


def label_of_text(address: str) -> str:
    """How the form that is sent there calls its text."""
    form = getattr(_view(address), "form", None)
    return form(formdata=None)["text"].label.text if form and hasattr(form, "text") else "Your text"


def _shown(fields: list[tuple[str, str]], address: str) -> Iterator[Shown]:
    """What was typed or chosen in the form that is sent to this address, in people's words."""
    kind = getattr(_view(address), "form", None)
    form = kind(formdata=None) if kind else None
    for name, value in fields:
        if not value or name in NOT_SHOWN:
            continue
        if form is None:
            yield Shown(name, name.replace("_", " ").capitalize(), value)
        elif name in form and not isinstance(form[name], NO_WORDS):
            yield Shown(name, form[name].label.text, _words(form[name], value))


def _words(field: Field, value: str) -> str:
    if isinstance(field, BooleanField):
        return "yes"
    if isinstance(field, SelectField) and field.choices:
        said = {str(choice.value): choice.label for choice in field.iter_choices()}
        return said.get(value, value)
    return value


def _view(address: str) -> object | None:
    """What takes a form that is sent to this address, if anything does."""
    adapter = current_app.url_map.bind("")
    try:
        endpoint, _ = adapter.match(urlsplit(address).path, method="POST")
    except HTTPException:
        return None
    return current_app.view_functions[endpoint]
