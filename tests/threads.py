"""Threads that come between each other's steps."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

OFTEN_SECONDS = 1e-6


@contextmanager
def restless_threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many that take turns in Python as often as can be, so that what can go wrong between two
    steps does."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN_SECONDS)
    try:
        with ThreadPoolExecutor(count) as pool:
            yield pool
    finally:
        sys.setswitchinterval(interval)
