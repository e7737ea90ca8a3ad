"""Reading and changing the site's settings."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from sqlalchemy.orm import Session

from app import events
from app.lib.errors import Invalid
from app.site.events import SiteChanged
from app.site.models import Membership, Moderation, Site

MOST_WORDS = 200


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


def _moderation(value: str) -> Moderation:
    try:
        return Moderation(value)
    except ValueError as error:
        raise Invalid(f"Moderation is one of: {', '.join(Moderation)}.") from error


def _words(value: str) -> str:
    words = list(dict.fromkeys(" ".join(word.split()) for word in value.split(",")))
    words = [word for word in words if word]
    if len(words) > MOST_WORDS or len(", ".join(words)) > 2000 or not value.isprintable():
        raise Invalid(f"This is up to {MOST_WORDS} words or phrases, with commas between them.")
    if not all(any(sign.isalnum() for sign in word) for word in words):
        raise Invalid("Each of these words needs a letter or a digit.")
    return ", ".join(words)


def _whole(what: str, least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and least <= int(value[:4]) <= most):
            raise Invalid(f"{what}: a whole number from {least} to {most}.")
        return int(value)

    return read


READERS: dict[str, Callable[[str], object]] = {
    "title": _short(120, least=1),
    "tagline": _short(250),
    "language": _language,
    "zone": _zone,
    "membership": _membership,
    "posts_per_page": _whole("Posts on a page", 1, 50),
    "moderation": _moderation,
    "waiting_words": _words,
    "most_links": _whole("Links in a comment", 0, 100),
    "reports_to_hide": _whole("Reports that hide a comment", 0, 100),
}
