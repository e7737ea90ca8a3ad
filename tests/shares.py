"""How the tests are shared out between the processes that run them."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/journeys/"


class Shares(LoadScopeScheduling):
    """Those of a file go to one process, one after another; and those in Chromium, since they look
    at one server. What is largest begins."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]
