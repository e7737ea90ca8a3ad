"""What a User-Agent (RFC 9110 §10.1.5) says: how many read by it, or that nobody does."""

import re
from dataclasses import dataclass

# The first that is found counts: Feedly claims to be like Google's, NewsBlur to be a browser.
READERS = (
    ("feedly", "Feedly"),
    ("newsblur", "NewsBlur"),
    ("feedbin", "Feedbin"),
    ("inoreader", "Inoreader"),
    ("theoldreader", "The Old Reader"),
    ("bazqux", "BazQux"),
    ("feed wrangler", "Feed Wrangler"),
    ("netvibes", "Netvibes"),
    ("bloglovin", "Bloglovin’"),
    ("overcast", "Overcast"),
    ("playerfm", "Player FM"),
    ("livedoor", "livedoor"),
    ("livejournal", "LiveJournal"),
    ("dreamwidth", "Dreamwidth"),
    ("yahoofeedseeker", "Yahoo"),
    ("feedfetcher-google", "Google Feedfetcher"),
)
TOLD = re.compile(
    r"(?<![\d.])(\d{1,9})\s+(?:subscriber|reader)s?\b|\b(?:subscribers|users)\s+(\d{1,9})\b", re.I
)
FEED_ID = re.compile(r"\bfeed-?id[=: ]+(\w{1,30})", re.I)
PRODUCT = re.compile(r"(?:Mozilla/\S+ \(compatible; ?)?([a-z][a-z .'-]{1,39})", re.I | re.A)
MOST = 10_000_000  # Whoever tells more is not believed; there are not so many.

CRAWLER = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|monitor|scan|validator|facebookexternalhit|archiver"
    r"|headless|lighthouse|pingdom|uptime|whatsapp",
    re.I,
)
# These come without a person too, but a program that fetches a feed may have one behind it.
PROGRAM = re.compile(
    r"curl/|wget/|python|httpclient|http-client|http\.rb|java/|libwww|perl|ruby|okhttp|axios|node"
    r"|fetch|feed|rss|simplepie",
    re.I,
)
BROWSER = re.compile(r"(?:Mozilla|Opera)/.*(?:Firefox|Chrome|Safari|Edge?|OPR|MSIE)", re.S)
# Those that call themselves browsers and yet fetch feeds by themselves.
MAILERS = re.compile(r"Thunderbird|Vivaldi|SeaMonkey|NetNewsWire", re.I)


@dataclass(frozen=True)
class Told:
    """`count` read by the feed reader `reader`; `source` is its own name for the feed."""

    reader: str
    source: str
    count: int


def told(agent: str) -> Told | None:
    """How many subscribe, where the agent says so."""
    found = TOLD.search(agent)
    count = int(found[1] or found[2]) if found else None
    if count is None or count > MOST:
        return None
    id = FEED_ID.search(agent)
    return Told(_reader(agent), id[1] if id else "", count)


def is_person(agent: str) -> bool:
    """Whether this may be somebody who looks at a page."""
    return bool(agent) and not any(sign.search(agent) for sign in (CRAWLER, PROGRAM, TOLD))


def is_feed_reader(agent: str) -> bool:
    """Whether this may fetch a feed for somebody: no crawler, and no browser in which a person
    has opened the address of the feed once."""
    if not agent or CRAWLER.search(agent):
        return False
    return not BROWSER.match(agent) or bool(MAILERS.search(agent))


def _reader(agent: str) -> str:
    small = agent.lower()
    known = next((name for sign, name in READERS if sign in small), None)
    if known:
        return known
    product = PRODUCT.match(agent)
    return product[1].strip(" -+")[:40] if product else "another reader"
