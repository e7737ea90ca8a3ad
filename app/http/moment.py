"""When this request came, the same moment for all of it; and until when its answer holds."""

from datetime import datetime

from flask import g

from app.lib import clock


def now() -> datetime:
    if "now" not in g:
        g.now = clock.now()
    return g.now


def holds_until(moment: datetime | None) -> None:
    """Say that the answer will be another at `moment`, since something opens or closes then."""
    if moment is not None and moment > now():
        g.until = min(moment, g.get("until", moment))
