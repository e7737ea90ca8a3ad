"""What feedgen does not know of: comment counts, comment feeds, what answers what, in RSS the feed
of older entries, and in Atom what a link is to its entry (it writes each as an alternate), such as
an enclosure."""

from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from app.feeds.listing import Entry
from app.feeds.text import xml_text

SLASH = "http://purl.org/rss/1.0/modules/slash/"
WFW = "http://wellformedweb.org/CommentAPI/"
ATOM = "http://www.w3.org/2005/Atom"
THREAD = "http://purl.org/syndication/thread/1.0"
NAMESPACES = {"slash": SLASH, "wfw": WFW, "thr": THREAD}


class Discussion(BaseExtension):
    """Declares the namespaces on the feed, and leads from RSS to older entries (RFC 5005 §3)."""

    def __init__(self) -> None:
        self.next_url: str | None = None

    def extend_ns(self) -> dict[str, str]:
        return NAMESPACES

    def extend_rss(self, element: Any) -> Any:
        if self.next_url:
            link = _add(element.find("channel"), ATOM, "link", None)
            link.set("href", self.next_url)
            link.set("rel", "next")
        return element


class DiscussionOfEntry(BaseEntryExtension):
    """slash:comments, wfw:commentRss, atom:updated, RFC 4685 and related links for one entry."""

    def __init__(self) -> None:
        self.entry: Entry | None = None

    def of(self, entry: Entry) -> None:
        self.entry = entry

    def extend_rss(self, element: Any) -> Any:
        entry = self.entry
        if entry.comment_count is not None:
            _add(element, SLASH, "comments", str(entry.comment_count))
        if entry.comments_feed:
            _add(element, WFW, "commentRss", entry.comments_feed)
        if entry.updated > entry.published:
            _add(element, ATOM, "updated", entry.updated.isoformat())
        for one in entry.enclosures[:1]:  # Readers of RSS take one at most.
            etree.SubElement(
                element, "enclosure", url=one.url, length=str(one.length), type=one.mime
            )
        self._reply(element)
        return element

    def extend_atom(self, element: Any) -> Any:
        entry = self.entry
        if entry.external_url:
            etree.SubElement(element, "link", rel="related", href=entry.external_url)
        for one in entry.enclosures:
            link = etree.SubElement(element, "link", rel="enclosure", href=one.url, type=one.mime)
            link.set("length", str(one.length))
            link.set("title", xml_text(one.title))
        if entry.comments_feed:
            link = etree.SubElement(element, "link", rel="replies", type="application/atom+xml")
            link.set("href", entry.comments_feed.removesuffix(".rss") + ".atom")
            link.set(f"{{{THREAD}}}count", str(entry.comment_count or 0))
        self._reply(element)
        return element

    def _reply(self, element: Any) -> None:
        reply = self.entry.in_reply_to
        if reply is not None:
            answered = _add(element, THREAD, "in-reply-to", None)
            answered.set("ref", reply.guid)
            answered.set("href", reply.url)
            answered.set("type", "text/html")


def _add(element: Any, namespace: str, name: str, text: str | None) -> Any:
    child = etree.SubElement(element, f"{{{namespace}}}{name}")
    child.text = text
    return child
