"""Atom (RFC 4287), with the full text as HTML."""

from app.feeds.generator import generator
from app.feeds.listing import Listing, Person
from app.feeds.text import xml_text

MIME = "application/atom+xml"


def render(listing: Listing) -> bytes:
    feed = generator(listing, "atom", MIME)
    # §4.1.1: a feed has an author, or each of its entries has.
    feed.author({"name": xml_text(listing.title)})
    for row, entry in zip(feed.entry(), listing.entries, strict=True):
        row.content(xml_text(entry.html), type="html")
        row.author([_person(person) for person in entry.authors])
    return feed.atom_str(pretty=True)


def _person(person: Person) -> dict[str, str]:
    found = {"name": xml_text(person.name)}
    return {**found, "uri": person.url} if person.url else found
