"""Listings of curated resources: a collection, or all of them together."""

from html import escape

from app.feeds.guids import item_guid
from app.feeds.listing import Entry, Listing, Person
from app.lib import markup
from app.lib.clock import EPOCH
from app.lib.paging import Key
from app.resources.models import Collection, Item
from app.site import links
from app.site.models import Site


def of_collection(site: Site, site_url: str, collection: Collection) -> Listing:
    """In the order of the curator."""
    return _listing(
        site,
        site_url,
        collection.items,
        title=f"{collection.title} · {site.title}",
        description=markup.plain(collection.intro_html) or collection.title,
        address=links.collection(collection),
        next_key=None,
    )


def of_all(site: Site, site_url: str, items: list[Item], next_key: Key | None) -> Listing:
    return _listing(
        site,
        site_url,
        items,
        title=f"Resources · {site.title}",
        description=f"Resources that {site.title} finds worth the time.",
        address=links.RESOURCES,
        next_key=next_key,
    )


def entry(site: Site, site_url: str, item: Item) -> Entry:
    url = site_url + links.item(item.collection.slug, item)
    origin = f"<p>{escape(item.origin)}</p>\n" if item.origin else ""
    link = f'<p><a href="{escape(item.url)}">{escape(item.title)}</a></p>\n'
    return Entry(
        guid=item_guid(site, item),
        url=url,
        title=item.title,
        html=link + origin + markup.absolute(item.note_html, url),
        summary=markup.plain(item.note_html) or item.title,
        published=item.added_at,
        updated=item.added_at,
        authors=(Person(item.origin, None),) if item.origin else (),
        external_url=item.url,
    )


def _listing(site, site_url, items, *, title, description, address, next_key) -> Listing:
    return Listing(
        title=title,
        description=description,
        url=site_url + address,
        address=address,
        site_url=site_url,
        language=site.language,
        updated=max((item.added_at for item in items), default=EPOCH),
        entries=tuple(entry(site, site_url, item) for item in items),
        next_key=str(next_key) if next_key else None,
    )
