"""Programs that were started by another and end with it."""

import os
import time
from collections.abc import Callable
from threading import Thread

LOOK_EVERY_SECONDS = 1.0


def end_with(parent: int, end: Callable[[], None]) -> None:
    """Call `end` as soon as the process `parent` is no longer this one's parent. A program that
    is stopped tells those that it started; one that was killed cannot."""
    Thread(target=_watch, args=(parent, end), daemon=True).start()


def _watch(parent: int, end: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    end()
