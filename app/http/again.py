"""A form whose token or sign-in has ended: what was typed is given back, to be sent once more by a
press of a button. Only what came from a page of ours is, or another site could have it sent."""

from collections.abc import Iterable

from flask import Response, request

from app.http.pages import render
from app.http.store import config
from app.lib.text import marked

# What is the browser's or the page's and not typed, and what is never shown again.
NOT_TYPED = frozenset({"csrf_token", "login", "password", "next"})
SECRET = frozenset({"password", "present", "credential", "token"})
NOT_SHOWN = frozenset({"do", "key", "version", "text"})


def typed() -> list[tuple[str, str]]:
    """The fields that came, as a page can hold them."""
    fields = request.form.items(multi=True)
    return [(name, marked(value)) for name, value in fields if name not in NOT_TYPED]


def can_be_sent() -> bool:
    """Whether it came from a page of ours, and holds something that is no secret."""
    site = request.headers.get("Sec-Fetch-Site")
    is_ours = site == "same-origin" or (
        site is None and request.headers.get("Origin") == config().site_url
    )
    return is_ours and bool(typed()) and not SECRET & set(request.form)


def page(
    heading: str, sentence: str, action: str, fields: Iterable[tuple[str, str]], status: int
) -> Response:
    fields = list(fields)
    shown = [(name, value) for name, value in fields if value and name not in NOT_SHOWN]
    return render(
        "again.html",
        status,
        heading=heading,
        sentence=sentence,
        action=action,
        typed=fields,
        shown=shown,
        feeds=None,
    )
