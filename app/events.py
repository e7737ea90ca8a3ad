"""Events: what a room tells the house about. This module knows no event by name."""

from typing import Any

from sqlalchemy.orm import Session


def record(session: Session, event: Any) -> None:
    """Let the house react to `event` now, inside the transaction of `session`."""
    react = session.info["react"]
    if react is not None:
        react(session, event)
