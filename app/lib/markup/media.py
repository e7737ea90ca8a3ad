"""What was uploaded, in our own sanitised HTML: pictures in several widths, sound with a player,
and each under the address of its present file. `/media/NAME` is what authors write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from app.lib.markup import sanitize
from app.lib.markup.html import parse, written

ADDRESS = re.compile(r"/media/([a-z0-9]{16})(?:-[a-z0-9]{8}(?:-[0-9]{1,5})?\.[a-z0-9]{1,7})?")
# How wide a picture is across the page (static/css/tokens.css).
WIDE = "(min-width: 72rem) 68rem, 96vw"
MADE = re.compile(r"</?picture>|<source\b[^>]*>|<audio\b[^>]*></audio>")


@dataclass(frozen=True)
class Shown:
    """What is to be known of an upload. `webp` is its addresses by their widths; `width` and
    `height`, in pixels, are only those of pictures."""

    address: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    webp: tuple[tuple[int, str], ...] = ()
    is_audio: bool = False


def media_names(html: str) -> list[str]:
    """The names of the uploads that the text shows or links to, each once, in their order."""
    if "/media/" not in html:
        return []
    found = (media_name(address) for *_, address, _ in parse(html).iterlinks())
    return list(dict.fromkeys(name for name in found if name))


def media_name(address: str) -> str | None:
    match = ADDRESS.fullmatch(address)
    return match[1] if match else None


def with_media(html: str, known: Mapping[str, Shown]) -> str:
    """The HTML with the uploads that are known by their names as they are to be shown; what it
    makes, it can be given again."""
    root = parse(plain_pictures(html))
    for image in list(root.iter("img")):
        shown = _of(image.get("src"), known)
        if shown and shown.width:
            _show(image, shown)
    for link in list(root.iter("a")):
        shown = _of(link.get("href"), known)
        if shown:
            link.set("href", shown.address)
            if shown.is_audio and _stands_alone(link):
                _play(link, shown)
    return sanitize.post(written(root), has_media=True)


def plain_pictures(html: str) -> str:
    """The HTML with each picture as one image, and sound as a link: for where it is read away
    from its page."""
    return MADE.sub("", html)


def wide_picture(shown: Shown) -> str:
    """The picture across a page, to be there at once."""
    made = with_media(f'<img src="{shown.address}" alt="">', {shown.address[7:23]: shown})
    return made.replace(sanitize.SIZES, WIDE).replace(' loading="lazy"', "")


def _of(address: str | None, known: Mapping[str, Shown]) -> Shown | None:
    return known.get(media_name(address or ""))


def _show(image: HtmlElement, shown: Shown) -> None:
    """Width and height are said, so that nothing leaps when the picture comes."""
    image.set("src", shown.address)
    image.set("alt", image.get("alt") or shown.alt)
    if not (image.get("width") and image.get("height")):
        image.set("width", str(shown.width))
        image.set("height", str(shown.height))
    image.set("loading", "lazy")
    if shown.webp:
        _wrap(image, shown)


def _wrap(image: HtmlElement, shown: Shown) -> None:
    around = image.makeelement("picture")
    image.getparent().replace(image, around)
    around.tail, image.tail = image.tail, None
    srcset = ", ".join(f"{address} {width}w" for width, address in shown.webp)
    around.append(
        image.makeelement("source", type="image/webp", srcset=srcset, sizes=sanitize.SIZES)
    )
    around.append(image)


def _stands_alone(link: HtmlElement) -> bool:
    around = link.getparent()
    words = f"{around.text or ''}{link.tail or ''}".strip()
    return around.tag == "p" and len(around) == 1 and not words


def _play(link: HtmlElement, shown: Shown) -> None:
    player = link.makeelement("audio", controls="", preload="none", src=shown.address)
    link.addprevious(player)
