"""The shape of the addresses by which resources are curated; the others stand in links."""

from typing import Any
from urllib.parse import quote, urlencode

NEW = "/desk/resources/new"
TARGETS = "/desk/links"
BROKEN = "/desk/links/broken"
COLLECTIONS_ORDER = "/desk/collections/order"
ARCHIVE = "https://web.archive.org/web"

# Opens the form with the address and title of the page, and what is marked on it.
BOOKMARKLET = """(()=>{const s=String(getSelection()).slice(0,1000);
open("%s?"+new URLSearchParams({url:location.href,title:document.title,note:s}))})()"""


def new(url: str = "", title: str = "", note: str = "", collection: str = "") -> str:
    given = {"url": url, "title": title, "note": note, "collection": collection}
    asked = urlencode({name: value for name, value in given.items() if value})
    return f"{NEW}?{asked}" if asked else NEW


def order(collection: Any) -> str:
    return f"/desk/resources/{collection.slug}/order"


def collection_removal(collection: Any) -> str:
    return f"/desk/resources/{collection.slug}/removal"


def removal(item: Any) -> str:
    return f"/desk/resources/items/{item.id}/removal"


def correction(item: Any) -> str:
    return f"/desk/resources/items/{item.id}/correction"


def bookmarklet(site_url: str) -> str:
    """An address that is a small program, to be kept among a browser's bookmarks."""
    program = BOOKMARKLET.replace("\n", "") % (site_url + NEW)
    return f"javascript:{quote(program, safe='')}"


def archived(item: Any) -> str:
    """A copy as of about the day on which the resource was added, if somebody has kept one."""
    return f"{ARCHIVE}/{item.added_at:%Y%m%d}/{item.url}"
