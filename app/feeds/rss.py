"""RSS 2.0, with the full text in content:encoded."""

from app.feeds.generator import generator
from app.feeds.listing import Listing
from app.feeds.text import xml_text

MIME = "application/rss+xml"


def render(listing: Listing) -> bytes:
    feed = generator(listing, "rss", MIME)
    for row, entry in zip(feed.entry(), listing.entries, strict=True):
        row.description(xml_text(entry.summary or entry.title))
        row.content(xml_text(entry.html), type="CDATA")
        # Names go to dc:creator; the author element of RSS wants e-mail addresses.
        row.dc.dc_creator([xml_text(person.name) for person in entry.authors])
    return feed.rss_str(pretty=True)
