"""How times read, in the site's zone and language. There are as many ways to say a time of day as
the day has minutes, and each takes long to make, so what was said once is remembered."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from app.http.store import site


def local(moment: datetime) -> datetime:
    """The moment in the site's zone."""
    return moment.astimezone(ZoneInfo(site().zone))


def iso(moment: datetime) -> str:
    """A moment in UTC (RFC 3339)."""
    return f"{moment.isoformat()[:19]}Z"


def day(moment: datetime) -> str:
    return _date(local(moment).date(), "full", site().language)


def short_day(moment: datetime) -> str:
    return _date(local(moment).date(), "medium", site().language)


def short_moment(moment: datetime) -> str:
    """Its short day and its time of day."""
    here, language = local(moment), site().language
    return f"{_date(here.date(), 'medium', language)}, {_clock(here, language)}"


def day_name(of: date) -> str:
    return _date(of, "medium", site().language)


def clock(moment: datetime) -> str:
    return _clock(local(moment), site().language)


def until(now: datetime, moment: datetime) -> str:
    """How long it is until then, such as "3 days and 4 hours"."""
    minutes = max(1, round((moment - now).total_seconds() / 60))
    days, hours = minutes // (24 * 60), minutes // 60 % 24
    parts = [(days, "day"), (hours, "hour"), (minutes % 60 if not days else 0, "minute")]
    said = [f"{count} {name}{'s' if count > 1 else ''}" for count, name in parts if count]
    return " and ".join(said[:2])


def _clock(here: datetime, language: str) -> str:
    return _time(time(here.hour, here.minute), language)


@lru_cache(maxsize=4096)
def _date(day: date, style: str, language: str) -> str:
    return format_date(day, style, locale=Locale.parse(language, sep="-"))


@lru_cache(maxsize=24 * 60)
def _time(of_day: time, language: str) -> str:
    return format_time(of_day, "short", locale=Locale.parse(language, sep="-"))
