"""The dresses: an address's suffix decides which one its Listing wears."""

from collections.abc import Callable
from dataclasses import dataclass

from app.feeds import atom, jsonfeed, opml, rss
from app.feeds.listing import Listing


@dataclass(frozen=True)
class Dress:
    mime: str
    render: Callable[[Listing], bytes]


DRESSES = {
    "rss": Dress(f"{rss.MIME}; charset=utf-8", rss.render),
    "atom": Dress(f"{atom.MIME}; charset=utf-8", atom.render),
    "json": Dress(f"{jsonfeed.MIME}; charset=utf-8", jsonfeed.render),
    "opml": Dress(f"{opml.MIME}; charset=utf-8", opml.render),
}
