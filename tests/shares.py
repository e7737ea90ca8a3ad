"""How the tests are shared out between the processes that run them."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/journeys/"
# These take longest, though others have more tests: last of all, they would keep one process busy
# while the others have nothing to do.
FIRST = (TOGETHER, "tests/pagecache/test_freshness.py", "tests/cli/test_starting.py")


class Shares(LoadScopeScheduling):
    """Those of a file go to one process, one after another; and those in Chromium, since they look
    at one server. What is largest begins."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: Any) -> None:
        for scope in reversed(FIRST):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)
