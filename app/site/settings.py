"""Reading and changing the site's settings."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Invalid
from app.site.events import SiteChanged
from app.site.models import Membership, Site


def site(session: Session) -> Site:
    return session.get_one(Site, 1)


def settle(session: Session, host: str) -> None:
    """Remember under which host the blog was set up; the first call counts."""
    row = site(session)
    if not row.authority:
        row.authority = host
        events.record(session, SiteChanged(row))


def change(session: Session, name: str, value: str) -> Site:
    """Set one setting from its text; raises Invalid with the reason when it cannot be."""
    if name not in READERS:
        raise Invalid(f"There is no setting {name}. There are: {', '.join(READERS)}.")
    row = site(session)
    setattr(row, name, READERS[name](value.strip()))
    events.record(session, SiteChanged(row))
    return row


def _short(limit: int, least: int = 0) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not least <= len(value) <= limit or not value.isprintable():
            raise Invalid(f"This must be {least} to {limit} printable characters.")
        return value

    return read


def _language(value: str) -> str:
    try:
        return str(Locale.parse(value, sep="-")).replace("_", "-")
    except (ValueError, UnknownLocaleError) as error:
        raise Invalid("This is not a language such as en, de or pt-BR.") from error


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise Invalid("This is not a time zone such as Europe/Berlin.") from error
    return value


def _membership(value: str) -> Membership:
    try:
        return Membership(value)
    except ValueError as error:
        raise Invalid(f"Membership is one of: {', '.join(Membership)}.") from error


def _page_size(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= 50):
        raise Invalid("Posts on a page: a whole number from 1 to 50.")
    return int(value)


READERS: dict[str, Callable[[str], object]] = {
    "title": _short(120, least=1),
    "tagline": _short(250),
    "language": _language,
    "zone": _zone,
    "membership": _membership,
    "posts_per_page": _page_size,
}
