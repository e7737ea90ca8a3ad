"""People's words for a letter: plain text in which no mail program finds a link or a picture.
Programs make links of whatever looks like an address, so no words may look like one."""

import re
from typing import Any, NamedTuple

from app.lib.markup.html import parse

# It ends where an address does (RFC 3986 §2): some languages go on behind it without a space.
ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*:/+|\bwww\.|\bmailto:)[\w.~:/?#@!$&'*+,;=%-]*", re.IGNORECASE | re.ASCII
)
# A label may end or begin with signs that are no letters, or that nobody sees; and a browser takes
# each of these for the dot between two (UTS 46).
DOTTED = re.compile("([.\u3002\uff0e\uff61])(?=\\S)")
LINK = "[link]"
BROKEN = "\u2028"  # A line that was broken on purpose.
# Invisible, and no part of any address (Unicode calls it a word joiner).
BREAK = "\u2060"
LISTS = ("ul", "ol")
BLOCKS = ("p", "blockquote", "pre", *LISTS)


class Block(NamedTuple):
    """A paragraph, and how deep it stands in quotations."""

    depth: int
    text: str


def inert(text: str) -> str:
    """The text with a word in the place of each full address, and what might still be taken for
    one broken where nobody sees it."""
    return DOTTED.sub(rf"\1{BREAK}", ADDRESS.sub(LINK, text)).replace("@", f"@{BREAK}")


def blocks(html: str) -> list[Block]:
    """The paragraphs of a comment, inert."""
    found: list[Block] = []
    root = parse(html)
    for br in root.iter("br"):
        br.tail = BROKEN + (br.tail or "")
    _collect(root, 0, "", found)
    return [Block(depth, inert(text)) for depth, text in found if text.strip()]


def _collect(element: Any, depth: int, mark: str, found: list[Block]) -> None:
    """Append what stands in `element`; `mark` begins its first line."""
    for run in _runs(element):
        if isinstance(run, str):
            if not run.strip():
                continue
            found.append(Block(depth, mark + _in_lines(run)))
        elif run.tag == "pre":
            found.append(Block(depth, mark + "".join(run.itertext()).rstrip()))
        elif run.tag in LISTS:
            found.append(Block(depth, "\n".join(_items(run))))
        elif run.tag == "blockquote":
            _collect(run, depth + 1, "", found)
        else:
            _collect(run, depth, mark, found)
        mark = ""


def _runs(element: Any) -> list[Any]:
    """What stands in it, in its order: blocks, and as text what stands between them."""
    runs = [element.text or ""]
    for child in element:
        if child.tag in BLOCKS:
            runs += [child, child.tail or ""]
        else:
            runs[-1] += "".join(child.itertext()) + (child.tail or "")
    return runs


def _items(element: Any) -> list[str]:
    """The lines of a list; what stands deeper in it is set in."""
    lines = []
    for place, item in enumerate(element, int(element.get("start", 1))):
        inside: list[Block] = []
        mark = f"{place}. " if element.tag == "ol" else "- "
        _collect(item, 0, mark, inside)
        for number, block in enumerate(inside or [Block(0, mark)]):
            indent = " " * len(mark) if number else ""
            lines += [indent + line for line in block.text.splitlines()]
    return lines


def _in_lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split(BROKEN)).strip()
