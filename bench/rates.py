"""Answers a second: ours beside the bare function and the bare view with the same bytes, in one
run, in a fixed order and interleaved, so that what the machine does besides hits all alike."""

import json
import statistics
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import servers, wrk
from bench.servers import Answer, Server
from bench.wrk import Measured

FUNCTION, VIEW, UNSET_VIEW = BARE = "function", "view", "unset-view"
NEW = "posts not asked for before"
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding"}


@dataclass(frozen=True)
class Case:
    """A question that is asked over and over."""

    name: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    beside: tuple[str, ...] = BARE
    status: int = 200
    script: str | None = None
    arguments: tuple[
        str, ...
    ] = ()  # Of the script; where there are none, a word never used before.
    cookies: dict[str, str] = field(default_factory=dict)  # By backend: whose page it is.

    def sent(self, server: Server) -> dict[str, str]:
        cookie = self.cookies.get(server.name)
        return {**self.headers, **({"Cookie": cookie} if cookie else {})}


Rates = dict[str, dict[str, Measured]]


def measure(
    cases: list[Case], running: list[Server], folder: Path, seconds: int, rounds: int
) -> Rates:
    """What each server of ours (and, where a case wants them, the bare ones) gives in each case:
    the medians of the rounds."""
    recorded = {case.name: _recorded(case, running[0]) for case in cases}
    with ExitStack() as stack:
        bare = [
            stack.enter_context(
                servers.bare(kind, _file(folder, kind, recorded), f"/{_key(cases[0])}")
            )
            for kind in BARE
        ]
        plan = [
            (case, server)
            for case in cases
            for server in [*(one for one in bare if one.name in case.beside), *running]
        ]
        for case, server in plan:
            _check(case, server, recorded[case.name])
        found = defaultdict(list)
        for _ in range(rounds):
            for case, server in plan:
                found[case.name, server.name].append(_run(case, server, seconds))
    rates: Rates = defaultdict(dict)
    for (case_name, server_name), measured in found.items():
        rates[case_name][server_name] = median(measured)
    return rates


def median(measured: Iterable[Measured]) -> Measured:
    measured = list(measured)
    return Measured(
        *(
            statistics.median(getattr(one, name) for one in measured)
            for name in ("rate", "p50", "p99")
        )
    )


def _run(case: Case, server: Server, seconds: int) -> Measured:
    given = case.arguments or (str(time.time_ns() // 1000),)
    script = (case.script, *given) if case.script else (None,)
    return wrk.run(server.port, _path(case, server), case.sent(server), seconds, *script)


def _path(case: Case, server: Server) -> str:
    return f"/{_key(case)}" if server.name in BARE else case.path


def _key(case: Case) -> str:
    return case.name.replace(" ", "-")


def _recorded(case: Case, server: Server) -> Answer:
    answer = server.get(case.path, case.sent(server))
    if int(answer.status.split()[0]) != case.status:
        raise RuntimeError(f"{case.name}: {answer.status} instead of {case.status}")
    return answer


def _check(case: Case, server: Server, wanted: Answer) -> None:
    """Refuse to measure an answer that is not the right one."""
    answer = server.get(_path(case, server), case.sent(server))
    if (case.status == 304) != (answer.body == b""):
        raise RuntimeError(f"{case.name} of {server.name}: a body where none belongs, or none")
    if answer.status.lower() != wanted.status.lower():
        raise RuntimeError(f"{case.name} of {server.name}: {answer.status}")
    if case.cookies and b"Sign out" in answer.body:
        return  # A member's page holds a token of its own, so no two have the same bytes.
    if answer.body != wanted.body:
        raise RuntimeError(f"{case.name} of {server.name} has other bytes")
    if _own(answer) != _own(wanted):
        raise RuntimeError(f"{case.name} of {server.name}: {_own(answer)} is not {_own(wanted)}")


def _own(answer: Answer) -> list[tuple[str, str]]:
    """The headers that are not the server's."""
    return sorted(header for header in answer.headers if header[0] not in OF_THE_SERVER)


def _file(folder: Path, kind: str, recorded: dict[str, Answer]) -> Path:
    answers = {
        name.replace(" ", "-"): {
            "status": answer.status,
            "headers": _own(answer),
            "body": b64encode(answer.body).decode(),
        }
        for name, answer in recorded.items()
    }
    file = folder / f"{kind}.json"
    file.write_text(json.dumps(answers))
    return file
