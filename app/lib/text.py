"""Cleaning what people type, before any rule looks at it."""

import re
import unicodedata

# Control characters other than tab and newline, and the two code points that XML cannot carry.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def why_not_text(text: str) -> str | None:
    """Why this cannot be kept as text, if it cannot."""
    if FORBIDDEN.search(text):
        return "This has a character that cannot be shown. It is marked � here."
    return None


def marked(text: str) -> str:
    """The text with a mark in the place of each character that cannot be kept."""
    return FORBIDDEN.sub("\ufffd", text)


def lines(text: str) -> str:
    """The text with plain line ends, composed letters and nothing around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
