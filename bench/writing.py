"""Comments a second over HTTP, with sign-in, CSRF and all rules, beside the bare commits of the
same rows; a reader looks on, and afterwards every comment is looked for."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing.pool import ThreadPool
from statistics import median, quantiles

from bench import client, commits
from bench.blogs import Blog
from bench.servers import Server
from bench.writing_rows import Books, Prepared, prepare

CLIENTS, PROCESSES = 8, 2
TIME_TO_GET_READY = 1.0
READS_A_SECOND = 50


@dataclass(frozen=True)
class Written:
    """What came of it on one database: a second (medians of the rounds), and in seconds."""

    ours: float
    bare: float
    bare_alone: float  # By one client.
    p50: float
    p99: float
    reader_p99: float
    accepted: int
    lost: int
    gaps: int
    refused: int
    locked: int


def measure(blog: Blog, server: Server, seconds: int, rounds: int) -> Written:
    prepared = prepare(blog, CLIENTS, seconds * rounds)
    answers, ours, bare, reads = [], [], [], []
    with _processes() as pool:
        for _ in range(rounds):
            told, read, rate = _write(pool, server, prepared, seconds)
            answers += told
            reads += read
            ours.append(rate)
            bare.append(_commit(pool, blog, prepared, CLIENTS, seconds))
        alone = _commit(pool, blog, prepared, 1, seconds)
    books = Books.of(blog, [answer.location for answer in answers if answer.status == 303])
    took = quantiles((answer.took for answer in answers), n=100)
    return Written(
        ours=median(ours),
        bare=median(bare),
        bare_alone=alone,
        p50=took[49],
        p99=took[98],
        reader_p99=quantiles(reads, n=100)[98],
        accepted=books.told,
        lost=books.lost,
        gaps=books.gaps,
        refused=len(answers) - books.told,
        locked=server.log.read_text().count("database is locked"),
    )


def _processes() -> Executor:
    """Those of the clients and one for the reader, apart from ours, which has threads."""
    return ProcessPoolExecutor(PROCESSES + 1, multiprocessing.get_context("spawn"))


def _write(
    pool: Executor, server: Server, prepared: Prepared, seconds: int
) -> tuple[list[client.Told], list[float], float]:
    """One round: what the clients were told, how long the reader waited each time, and how many
    comments were accepted a second."""
    begin, end = _span(seconds)
    reading = pool.submit(
        client.read_at_pace, server.port, prepared.read, READS_A_SECOND, begin, end
    )
    lists = _shared_out(pool, client.send_all, server.port, prepared.requests, begin, end)
    for requests, told in zip(prepared.requests, lists, strict=True):
        if len(told) == len(requests):
            raise RuntimeError("There was too little to write; raise MOST_A_SECOND.")
        del requests[: len(told)]
    told = list(chain(*lists))
    accepted = [one.at for one in told if one.status == 303]
    return told, reading.result(), _rate(accepted, begin, end)


def _commit(pool: Executor, blog: Blog, prepared: Prepared, clients: int, seconds: int) -> float:
    begin, end = _span(seconds)
    hands = [prepared.rows[one::clients] for one in range(clients)]
    lists = _shared_out(pool, commits.commit_all, blog.url, hands, begin, end)
    return _rate(list(chain(*lists)), begin, end)


def _span(seconds: int) -> tuple[float, float]:
    """From when to when, by the clock that all processes of the machine share."""
    begin = time.monotonic() + TIME_TO_GET_READY
    return begin, begin + seconds


def _shared_out(
    pool: Executor, work: Callable, where: int | str, lists: list[list], begin: float, end: float
) -> list[list]:
    """Let each list be worked off by a client of its own, half of them in each process."""
    size = -(-len(lists) // PROCESSES)
    parts = [lists[start : start + size] for start in range(0, len(lists), size)]
    started = [pool.submit(_in_threads, work, where, part, begin, end) for part in parts]
    return list(chain(*(future.result() for future in started)))


def _in_threads(
    work: Callable, where: int | str, lists: list[list], begin: float, end: float
) -> list[list]:
    with ThreadPool(len(lists)) as threads:
        return threads.starmap(work, [(where, one, begin, end) for one in lists], chunksize=1)


def _rate(moments: list[float], begin: float, end: float) -> float:
    """How many a second; the last come a little behind the end."""
    return len(moments) / (max([*moments, end]) - begin)
