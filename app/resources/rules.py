"""The rules of curating."""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.lib.errors import Invalid, NotAllowed

LONGEST_URL = 2000
LONGEST_KEY = 500
# What a collection may not be called: its address at the desk means something else.
RESERVED = frozenset({"new"})
# Parameters that say where a reader came from, not what the page is.
TRACKING = ("utm_", "fbclid", "gclid", "ref_src")


@dataclass(frozen=True)
class Reference:
    """A resource as its curator describes it; `origin` is its author or source."""

    url: str
    title: str
    origin: str = ""
    note: str = ""


def check_curator(member: Any) -> None:
    if member is None or not member.is_author:
        raise NotAllowed("Only an author of this blog may curate its resources.")


def check_title(title: str, longest: int = 200) -> None:
    if not 1 <= len(title) <= longest:
        raise Invalid(f"A title has 1 to {longest} characters.", "title")


def check_reference(reference: Reference) -> None:
    if len(reference.url) > LONGEST_URL or link_key(reference.url) is None:
        raise Invalid("The address must begin with http:// or https:// and name a site.", "url")
    check_title(reference.title, 300)
    if len(reference.origin) > 200:
        raise Invalid("The author or source has up to 200 characters.", "origin")


def link_key(url: str) -> str | None:
    """What two addresses of the same page have in common; None for what is no web address.

    Scheme, www., a last slash, the fragment and tracking parameters make no difference.
    """
    parts = _split(url)
    if parts is None:
        return None
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(TRACKING)
    ]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    host = parts.hostname.removeprefix("www.")
    key = f"{host}{_port(parts)}{parts.path.rstrip('/')}{query}"
    if len(key) > LONGEST_KEY:
        return f"{host[:400]}#{hashlib.sha256(key.encode()).hexdigest()}"
    return key


def _split(url: str):
    """The parts of a web address; its port is read here, since that is where a bad one shows."""
    try:
        parts = urlsplit(url.strip())
        is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if is_web else None


def _port(parts: Any) -> str:
    return f":{parts.port}" if parts.port not in (None, 80, 443) else ""
