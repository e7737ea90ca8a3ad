"""Which addresses are out in the world, so that this house goes there when somebody asks it to,
and which lead back to this machine or its neighbours."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
# What Python's `is_global` lets pass (in 3.11 and later) and yet carries another address inside,
# is nobody's, everybody's, or answers only from within a provider.
NOT_OUT_THERE = [
    ip_network(network)
    for network in (
        "::/96",  # IPv4 in IPv6, of old (RFC 4291 §2.5.5.1)
        "64:ff9b::/96",  # IPv4 behind a translator (RFC 6052)
        "64:ff9b:1::/48",  # likewise (RFC 8215)
        "2002::/16",  # 6to4 (RFC 3056)
        "2001::/23",  # protocols, Teredo among them (RFC 2928)
        "fec0::/10",  # site-local, of old (RFC 3879)
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "ff00::/8",  # multicast
        "192.0.0.0/24",  # protocols (RFC 6890)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "224.0.0.0/3",  # multicast, and what was kept for later
        "168.63.129.16/32",  # where Azure answers its own machines
    )
]


@dataclass(frozen=True)
class Place:
    """Where a request goes; `host` as DNS knows it, `path` with its query, ready to be sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def place(url: str) -> Place | None:
    """Where a web address leads; None for what is none, has a name and password in it, or a port
    other than the two of the web."""
    if any(ord(sign) <= 0x20 or sign in "\\\x7f" for sign in url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        host = _name(parts.hostname or "")
    except (ValueError, KeyError):  # A name that DNS could not have is a UnicodeError.
        return None
    if not host or "@" in parts.netloc or parts.port == 0 or port not in PORTS.values():
        return None
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?[]')}" if parts.query else ""
    return Place(parts.scheme, host, port, path + query)


def is_out_there(address: str) -> bool:
    """Whether an address as DNS gives it is one of the open Internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            return False
        found = found.ipv4_mapped or found
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    return not any(found in network for network in NOT_OUT_THERE)


def _name(host: str) -> str:
    """In small ASCII letters, as DNS and certificates write it."""
    if ":" in host:
        return host
    return host.encode("idna").decode("ascii").lower().removesuffix(".")
