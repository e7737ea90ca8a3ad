"""Pages as answers, and what every template is given."""

from collections.abc import Callable, Hashable, MutableMapping
from sys import getsizeof
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.http import times, who
from app.http.moment import now
from app.http.store import config, site
from app.lib import names, web
from app.lib.bounded import Bounded
from app.lib.errors import Refusal, TooMany
from app.lib.paging import Key
from app.site import curating, links

SELDOM = ("account/", "desk/", "mail/")
BESIDE_ITS_TEXT = 1000  # What one, or a row, takes beside its text, in bytes.


class Templates(Environment):
    """Templates that have no globals of their own. Jinja lays an empty map over ours for each, and
    then compares names one by one at each import of a macro."""

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(own) if own else self.globals


def init(app: Flask) -> None:
    app.context_processor(_given)
    app.jinja_env.globals.update(links=links, curating=curating, csrf=_csrf, afresh=_afresh)
    app.jinja_env.globals.update(remembered=_remember(app.extensions["commonplace"].recent))
    app.jinja_env.filters.update(
        day=times.day,
        shortday=times.short_day,
        shortmoment=times.short_moment,
        dayname=times.day_name,
        clock=times.clock,
        iso=times.iso,
        host=web.host,
    )
    app.jinja_env.filters.update(initials=names.initials, full=_full)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def read_templates(app: Flask) -> None:
    """Compile now what readers are shown; what is seldom needed is compiled when it is."""
    for name in app.jinja_env.list_templates(filter_func=_is_shown):
        app.jinja_env.get_template(name)


def _is_shown(name: str) -> bool:
    """Whether a file is a template that readers are shown, and none that an editor left there."""
    return name.endswith(".html") and "/." not in f"/{name}" and not name.startswith(SELDOM)


def page_key() -> Key | None:
    """The key of the wanted page; raises BadRequest for one that is not ours."""
    return Key.parse(request.args.get("before"))


def render(template: str, status: int = 200, **context: object) -> Response:
    return current_app.make_response((render_template(template, **context), status))


def with_wait(response: Response, refusal: Refusal | None) -> Response:
    """The answer, saying after how long to come back if that is why it was refused."""
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _given() -> dict[str, object]:
    return {
        "site": site(),
        "member": who.asking(),
        "page_url": request.path,
        "now": now(),
    }


def _remember(made: Bounded[Hashable, Markup]) -> Callable[..., Markup]:
    """What makes of a macro and its inputs what it made of them before. The inputs must be all
    that the macro depends on, beside how the site says times."""

    def remembered(macro: Callable[..., Markup], *inputs: Hashable) -> Markup:
        here = site()
        key = (macro, here.language, here.zone, *inputs)
        known = made.get(key)
        if known is None:
            known = macro(*inputs)
            made.keep(key, known, getsizeof(known) + BESIDE_ITS_TEXT)
        return known

    return remembered


def _afresh(macro: Callable[..., Markup], *inputs: object) -> Markup:
    return macro(*inputs)


def _csrf() -> Markup:
    """The hidden field that shows a form to be one of ours. Only for forms that strangers do not
    see, and for joining and signing in: making it sets a cookie."""
    g.is_personal = True
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _full(address: str) -> str:
    """An address of ours in full; one of elsewhere as it is."""
    return config().site_url + address if address.startswith("/") else address
