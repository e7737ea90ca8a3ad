"""Reading our own sanitised HTML: its words, its links, and the same for another place."""

from html import escape

from lxml import html as lxml_html

BLOCKS = frozenset(
    [
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "br",
    ]
)


def plain(html: str, limit: int | None = None) -> str:
    """The words alone on one line, cut behind a word to `limit` characters with an ellipsis."""
    pieces: list[str] = []
    _collect(parse(html), pieces)
    words = " ".join("".join(pieces).split())
    if limit is None or len(words) <= limit:
        return words
    return words[:limit].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def absolute(html: str, base_url: str) -> str:
    """The same HTML with full addresses, for where it is read away from its page."""
    root = parse(html)
    root.make_links_absolute(base_url, handle_failures="ignore")
    return written(root)


def parse(html: str):
    """The HTML, of which each element is closed, as the inside of one element."""
    return lxml_html.document_fromstring(f"<div>{html}</div>")[0][0]


def written(root) -> str:
    """What is inside of the element."""
    inner = escape(root.text or "", quote=False)
    return inner + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)


def links(html: str) -> list[str]:
    """The http and https addresses that the text points to, each once, in their order."""
    return list(named_links(html))


def named_links(html: str) -> dict[str, str]:
    """The http and https addresses that the text points to, in their order, each with its words."""
    found: dict[str, str] = {}
    for link in parse(html).iter("a"):
        href = link.get("href", "")
        if href.startswith(("http://", "https://")):
            found.setdefault(href, " ".join(link.text_content().split()))
    return found


def anchors(html: str) -> set[tuple[str, str]]:
    """The words and the address of each link in the text."""
    links = parse(html).iter("a")
    return {(link.text_content(), link.get("href", "")) for link in links}


def _collect(element, pieces: list[str]) -> None:
    """Append the texts in the element, with a space where a block begins or ends."""
    gap = " " if element.tag in BLOCKS else ""
    pieces.append(gap + (element.text or ""))
    for child in element:
        is_backlink = "footnote-backref" in child.get("class", "")
        if not is_backlink:
            _collect(child, pieces)
        pieces.append(child.tail or "")
    pieces.append(gap)
