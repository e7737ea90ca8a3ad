"""Slugs: the readable last part of an address, made of a-z, 0-9 and single hyphens."""

import re
import unicodedata

SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
# Letters that Unicode does not take apart into a base letter and an accent.
SPELLED = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "œ": "oe", "þ": "th"})


def slug(text: str, limit: int = 80) -> str:
    """The slug of `text`, cut at a word's end; empty when nothing in it can be spelled."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(SPELLED))
    plain = folded.encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    result = ""
    for word in words:
        longer = f"{result}-{word}" if result else word[:limit]
        if len(longer) > limit:
            break
        result = longer
    return result


def is_slug(text: str, limit: int = 80) -> bool:
    return len(text) <= limit and SHAPE.fullmatch(text) is not None
