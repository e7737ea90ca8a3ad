"""OPML 2.0: a collection of resources as an outline of links."""

from email.utils import format_datetime

from lxml import etree

from app.feeds.listing import Entry, Listing
from app.feeds.text import xml_text

MIME = "text/x-opml"


def render(listing: Listing) -> bytes:
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = xml_text(listing.title)
    etree.SubElement(head, "dateModified").text = format_datetime(listing.updated, usegmt=True)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for entry in listing.entries:
        _outline(body, entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _outline(body: etree._Element, entry: Entry) -> None:
    outline = etree.SubElement(body, "outline", type="link", text=xml_text(entry.title))
    outline.set("url", entry.external_url or entry.url)
    outline.set("created", format_datetime(entry.published, usegmt=True))
    if entry.summary:
        outline.set("description", xml_text(entry.summary))
