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
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime) -> str:
    return _date(local(moment).date(), "full", site().language)


def short_day(moment: datetime) -> str:
    return _date(local(moment).date(), "medium", site().language)


def day_name(of: date) -> str:
    return _date(of, "medium", site().language)


def clock(moment: datetime) -> str:
    return _time(local(moment).time().replace(second=0, microsecond=0), site().language)


@lru_cache(maxsize=4096)
def _date(day: date, style: str, language: str) -> str:
    return format_date(day, style, locale=Locale.parse(language, sep="-"))


@lru_cache(maxsize=24 * 60)
def _time(of_day: time, language: str) -> str:
    return format_time(of_day, "short", locale=Locale.parse(language, sep="-"))
