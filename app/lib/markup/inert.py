"""People's words for a letter: plain text in which no mail program finds a link or a picture.
Programs make links of whatever looks like an address, so no words may look like one."""

import re
from typing import Any, NamedTuple

from lxml import html as lxml_html

ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*:/+|\bwww\.|\bmailto:)\S+", re.IGNORECASE)
DOTTED = re.compile(r"(?<=[^\W_])\.(?=[^\W_])")
LINK = "[link]"
BROKEN = "\u2028"  # A line that was broken on purpose.
# Invisible, and no part of any address (Unicode calls it a word joiner).
BREAK = "\u2060"


class Block(NamedTuple):
    """A paragraph, and how deep it stands in quotations."""

    depth: int
    text: str


def inert(text: str) -> str:
    """The text with a word in the place of each full address, and what might still be taken for
    one broken where nobody sees it."""
    return DOTTED.sub(f".{BREAK}", ADDRESS.sub(LINK, text)).replace("@", f"@{BREAK}")


def blocks(html: str) -> list[Block]:
    """The paragraphs of a comment, inert."""
    found: list[Block] = []
    _collect(lxml_html.fragment_fromstring(html, create_parent="div"), 0, "", found)
    return [Block(depth, inert(text)) for depth, text in found if text.strip()]


def _collect(element: Any, depth: int, mark: str, found: list[Block]) -> None:
    """Append what stands in `element`; `mark` begins its first line."""
    is_flat = not any(child.tag in ("p", "blockquote", "ul", "ol", "pre") for child in element)
    if is_flat:
        found.append(Block(depth, mark + _words(element)))
        return
    loose = " ".join((element.text or "").split())
    if loose:
        found.append(Block(depth, mark + loose))
        mark = " " * len(mark)
    for number, child in enumerate(element, 1):
        if child.tag == "blockquote":
            _collect(child, depth + 1, "", found)
        elif child.tag in ("ul", "ol"):
            found.append(Block(depth, "\n".join(_items(child))))
        else:
            _collect(child, depth, mark if number == 1 else "", found)


def _items(element: Any) -> list[str]:
    """The lines of a list; what stands deeper in it is set in."""
    lines = []
    for place, item in enumerate(element, int(element.get("start", 1))):
        inside: list[Block] = []
        mark = f"{place}. " if element.tag == "ol" else "- "
        _collect(item, 0, mark, inside)
        for number, block in enumerate(inside):
            indent = " " * len(mark) if number else ""
            lines += [indent + line for line in block.text.splitlines()]
    return lines


def _words(element: Any) -> str:
    """The text in its lines; code keeps its spaces."""
    if element.tag == "pre":
        return "".join(element.itertext()).rstrip()
    for br in element.iter("br"):
        br.tail = BROKEN + (br.tail or "")
    lines = "".join(element.itertext()).split(BROKEN)
    return "\n".join(" ".join(line.split()) for line in lines).strip()
