"""Cleaning what people type, before any rule looks at it."""

import re
import unicodedata

# Control characters other than tab and newline, and the two code points that XML cannot carry.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def why_not_text(text: str) -> str | None:
    """Why this cannot be kept as text, if it cannot."""
    if FORBIDDEN.search(text):
        return "This has a character that cannot be shown. Please take it out and try again."
    return None


def lines(text: str) -> str:
    """The text with plain line ends, composed letters and nothing around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
