"""Text that XML can carry. One forbidden character in one entry takes a whole feed down."""

import re

# What the Char production of XML 1.0 (§2.2) leaves out.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text with a mark in their place: without one, what stood around it could make an address
    that was none."""
    return FORBIDDEN.sub("\ufffd", text)
