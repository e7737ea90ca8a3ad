"""When this request came, the same moment for all of it; and how long its answer holds."""

from datetime import datetime

from flask import g

from app.lib import clock
from app.pagecache.version import Basis


def now() -> datetime:
    if "now" not in g:
        g.now = clock.now()
    return g.now


def holds_until(moment: datetime | None) -> None:
    """Say that the answer will be another at `moment`, since something opens or closes then."""
    if moment is not None and moment > now():
        g.until = min(moment, g.get("until", moment))


def holds_with(basis: Basis) -> None:
    """Say that no discussion makes the answer another but that which changes what a query gives."""
    g.basis = basis
