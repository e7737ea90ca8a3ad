"""Pages as answers: what every template is given, and how times read."""

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.http import who
from app.http.moment import now
from app.http.store import site
from app.lib.paging import Key
from app.site import links


def init(app: Flask) -> None:
    app.context_processor(_given)
    app.jinja_env.globals.update(links=links, csrf=_csrf)
    app.jinja_env.filters.update(day=_day, shortday=_short_day, clock=_clock, iso=iso, host=_host)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def page_key() -> Key | None:
    """The key of the wanted page; raises BadRequest for one that is not ours."""
    return Key.parse(request.args.get("before"))


def render(template: str, status: int = 200, **context: object) -> Response:
    return current_app.make_response((render_template(template, **context), status))


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def local(moment: datetime) -> datetime:
    """The moment in the site's zone."""
    return moment.astimezone(ZoneInfo(site().zone))


def _given() -> dict[str, object]:
    return {
        "site": site(),
        "member": who.asking(),
        "page_url": request.path,
        "now": now(),
    }


def _csrf() -> Markup:
    """The hidden field that shows a form to be one of ours. Only for forms that strangers do not
    see, and for joining and signing in: making it sets a cookie."""
    g.is_personal = True
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _locale() -> Locale:
    return Locale.parse(site().language, sep="-")


def _day(moment: datetime) -> str:
    return format_date(local(moment), "full", locale=_locale())


def _short_day(moment: datetime) -> str:
    return format_date(local(moment), "medium", locale=_locale())


def _clock(moment: datetime) -> str:
    return format_time(local(moment), "short", locale=_locale())


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
