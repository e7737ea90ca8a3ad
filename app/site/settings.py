"""Reading and changing the site's settings."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from sqlalchemy.orm import Session

from app import events
from app.lib import web
from app.lib.errors import Invalid
from app.site import links
from app.site.events import SiteChanged
from app.site.models import (
    Face,
    Membership,
    Moderation,
    Robots,
    Site,
    ToldFailed,
    ToldMembers,
    ToldWaiting,
)
from app.site.theme import why_not_accent

MOST_LINKS = 6
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
    return put(session, {name: read(name, value)})


def put(session: Session, values: dict[str, object]) -> Site:
    """Set what `read` has made of some texts."""
    row = site(session)
    for name, value in values.items():
        setattr(row, name, value)
    events.record(session, SiteChanged(row))
    return row


def read(name: str, value: str) -> object:
    """What a setting's text stands for; raises Invalid, about the field of this name."""
    try:
        return READERS[name](value.strip())
    except Invalid as refusal:
        raise Invalid(refusal.sentence, name) from refusal


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


def _accent(value: str, *, is_dark: bool = False) -> str:
    colour = value.lower()
    reason = why_not_accent(colour, is_dark=is_dark) if colour else None
    if reason:
        raise Invalid(reason)
    return colour


def _picture(value: str) -> str:
    if value and not re.fullmatch(rf"{links.MEDIA}[a-z0-9]{{16}}", value):
        raise Invalid(f"A picture of the library is written like {links.MEDIA}0123456789abcdef.")
    return value


def _one_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(value: str) -> StrEnum:
        try:
            return kind(value)
        except ValueError as error:
            raise Invalid(f"This is one of: {', '.join(kind)}.") from error

    return read


def _is_address(address: str) -> bool:
    """Whether a link may lead there: on this site, or on the web."""
    if len(address) > 300:
        return False
    if address.startswith("/"):
        is_plain = address.isprintable() and not set(address) & set(' \\"<>')
        return is_plain and not address.startswith("//")
    return web.is_address(address)


def _menu_links(value: str) -> str:
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    if len(lines) > MOST_LINKS:
        raise Invalid(f"The menu has room for up to {MOST_LINKS} more links.")
    return "\n".join(map(_menu_link, lines))


def _menu_link(line: str) -> str:
    words, stroke, address = (part.strip() for part in line.rpartition("|"))
    if not stroke or not 1 <= len(words) <= 40 or not words.isprintable():
        raise Invalid(f"“{line[:80]}” is not written like: Photographs | https://example.org/")
    if not _is_address(address):
        raise Invalid(f"“{address[:80]}” is no address that begins with https://, http:// or /.")
    return f"{words} | {address}"


READERS: dict[str, Callable[[str], object]] = {
    "title": _short(120, least=1),
    "tagline": _short(250),
    "language": _language,
    "zone": _zone,
    "membership": _one_of(Membership),
    "posts_per_page": _whole("Posts on a page", 1, 50),
    "accent": _accent,
    "accent_dark": partial(_accent, is_dark=True),
    "face": _one_of(Face),
    "header_picture": _picture,
    "menu_links": _menu_links,
    "footer_text": _short(300),
    "robots": _one_of(Robots),
    "moderation": _one_of(Moderation),
    "waiting_words": _words,
    "most_links": _whole("Links in a comment", 0, 100),
    "reports_to_hide": _whole("Reports that hide a comment", 0, 100),
    "told_waiting": _one_of(ToldWaiting),
    "told_members": _one_of(ToldMembers),
    "told_failed": _one_of(ToldFailed),
}
