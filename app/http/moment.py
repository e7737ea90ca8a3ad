"""When this request came; the same moment for all of it."""

from datetime import datetime

from flask import g

from app.lib import clock


def now() -> datetime:
    if "now" not in g:
        g.now = clock.now()
    return g.now
