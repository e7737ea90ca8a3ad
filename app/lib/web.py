"""Addresses on the web: whether something is one, and whose it is."""

from urllib.parse import urlsplit


def is_address(url: str) -> bool:
    """Whether this is a full address of the web that can stand in a page as it is."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # As well for a port that is none.
        return False
    return is_web and url.isprintable() and not set(url) & set(' \\"<>')


def host(url: str) -> str:
    """As people say it, without the www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
