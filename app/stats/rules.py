"""What a request that was answered counts for."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.site import links
from app.stats.agents import is_feed_reader, is_person, told

# Path, media type of the answer, User-Agent, Referer and network address, as they were sent.
Heard = tuple[str, str, str | None, str | None, str | None]

PAGE = "text/html"
FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
SELF = ""
LONGEST = 100
HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.ASCII)
# Of a reader's own IPv6 addresses the first half stays when the rest is changed (RFC 8981).
IPV6_NETWORK = 64
NOT_READ = frozenset(
    link.strip("/") for link in (links.ACCOUNT, links.DESK, links.JOIN, links.SIGN_IN)
)


@dataclass
class Batch:
    """Counts of some seconds: views by path and by host of the referrer; subscribers told, the
    most by (feed, reader, source); and the feeds with who polled them."""

    views: Counter[str] = field(default_factory=Counter)
    referrers: Counter[str] = field(default_factory=Counter)
    told: dict[tuple[str, str, str], int] = field(default_factory=dict)
    polls: set[tuple[str, str]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.views or self.told or self.polls)


def batch(heard: Mapping[Heard, int], own_host: str) -> Batch:
    """What was heard, each so many times."""
    made = Batch()
    for (path, mime, agent, referer, address), times in heard.items():
        if mime == PAGE:
            _view(made, path, agent or "", referer, times, own_host)
        elif mime in FEEDS:
            _poll(made, path, agent or "", address or "")
    return made


def day_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a day, and that of the next."""
    ends = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    first, after = ends
    return first, after


def digest(salt: str, feed: str, address: str) -> str:
    """Of who polls a feed: another for each feed, so that one cannot be followed over several."""
    made = blake2b(f"{feed} {_place(address)}".encode(), digest_size=16, key=salt.encode())
    return made.hexdigest()


def referring_host(referer: str | None, own_host: str) -> str | None:
    """The host of another site that led here."""
    try:
        parts = urlsplit(referer or "")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc == own_host:
        return None
    return host if len(host) <= LONGEST and HOST.fullmatch(host) else None


def _view(
    made: Batch, path: str, agent: str, referer: str | None, times: int, own_host: str
) -> None:
    if path.split("/", 2)[1] in NOT_READ or not is_person(agent):
        return
    made.views[path] += times
    host = referring_host(referer, own_host)
    if host:
        made.referrers[host] += times


def _poll(made: Batch, path: str, agent: str, address: str) -> None:
    feed, _, dress = path.rpartition(".")
    said = told(agent)
    if said:
        key = (feed[:LONGEST], said.reader, f"{dress} {said.source}".strip())
        made.told[key] = max(said.count, made.told.get(key, 0))
    elif address and is_feed_reader(agent):
        made.polls.add((feed[:LONGEST], address))


def _place(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(int(found) >> (128 - IPV6_NETWORK))
    return str(found)
