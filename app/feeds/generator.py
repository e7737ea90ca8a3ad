"""A Listing as a feedgen feed: what RSS and Atom have in common."""

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from app.feeds.extensions import Discussion, DiscussionOfEntry
from app.feeds.listing import Entry, Listing
from app.feeds.text import xml_text


def generator(listing: Listing, suffix: str, mime: str) -> FeedGenerator:
    """Everything but what a dress has alone. The feed's own dates are those of the listing:
    left out, they would be now, and no two answers would be the same."""
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.register_extension("discussion", Discussion, DiscussionOfEntry)
    feed.id(listing.feed_url(suffix))
    feed.title(xml_text(listing.title))
    feed.description(xml_text(listing.description or listing.title))
    feed.language(listing.language)
    feed.updated(listing.updated)
    feed.lastBuildDate(listing.updated)
    feed.generator("Commonplace")
    if listing.next_url(suffix):
        feed.link(href=listing.next_url(suffix), rel="next", type=mime)
        feed.discussion.next_url = listing.next_url(suffix)
    feed.link(href=listing.feed_url(suffix), rel="self", type=mime)
    # Last: what is named last becomes the link of an RSS channel.
    feed.link(href=listing.url, rel="alternate", type="text/html")
    for entry in listing.entries:
        _fill(feed.add_entry(order="append"), entry)
    return feed


def _fill(row: FeedEntry, entry: Entry) -> None:
    row.guid(entry.guid, permalink=False)
    row.id(entry.guid)
    row.title(xml_text(entry.title))
    row.link(href=entry.url, rel="alternate", type="text/html")
    row.published(entry.published)
    row.updated(entry.updated)
    row.summary(xml_text(entry.summary) or None)
    for tag in entry.tags:
        row.category(term=xml_text(tag))
    if entry.comments_url:
        row.comments(entry.comments_url)
    row.discussion.of(entry)
