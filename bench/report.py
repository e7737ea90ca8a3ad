"""RESULTS.md: what was measured, ratios with their targets first, then the figures behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.growth import Growth
from bench.memory import Process
from bench.overview import Overviews
from bench.rates import BARE, FUNCTION, NEW, UNSET_VIEW, VIEW, Rates
from bench.thread import ALL_OF_IT, LONG, Threads
from bench.writing import Written

MEGABYTE = 1_000_000
AT_LEAST, AT_MOST = "at least", "at most"
SAID = {
    FUNCTION: "bare function",
    VIEW: "bare Flask view",
    UNSET_VIEW: "bare Flask view, server unset",
}


@dataclass
class Results:
    """All that a run has measured; empty where a part was left out. By backend throughout."""

    facts: dict[str, str]
    how: str
    filled: dict[str, float] = field(default_factory=dict)
    rates: Rates = field(default_factory=dict)
    growth: Growth = field(default_factory=dict)
    overviews: Overviews = field(default_factory=dict)
    threads: Threads = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    memory: dict[str, list[Process]] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """One line of the first table: a figure for each backend, and what it has to be."""

    what: str
    bound: str
    limit: float
    figures: dict[str, float]
    shape: str = ".2f"
    unit: str = ""

    def holds(self, figure: float) -> bool:
        return figure >= self.limit if self.bound == AT_LEAST else figure <= self.limit


def markdown(results: Results) -> str:
    parts = ["# What is fast, and how fast", *_intro(results), *_ratios(results)]
    for part in (_rates, _growth, _threads, _writing, _memory):
        parts += part(results)
    return "\n".join(parts) + "\n"


def _intro(results: Results) -> Iterator[str]:
    yield ""
    yield "Written by `make bench`; whoever runs it again overwrites it."
    yield ""
    yield "; ".join(f"{name} {value}" for name, value in results.facts.items()) + "."
    yield ""
    yield results.how


def _ratios(results: Results) -> Iterator[str]:
    targets = [target for target in _targets(results) if target.figures]
    backends = list(dict.fromkeys(backend for one in targets for backend in one.figures))
    yield from _heading("Ratios and targets", "what", "target", *backends, "holds")
    for target in targets:
        figures = [_shown(target, target.figures.get(backend)) for backend in backends]
        holds = "yes" if all(map(target.holds, target.figures.values())) else "**no**"
        limit = f"{target.bound} {target.limit:g}{target.unit}"
        yield _row(target.what, limit, *figures, holds)


def _shown(target: Target, figure: float | None) -> str:
    if figure is None:
        return "–"
    said = f"{figure:{target.shape}}{target.unit}"
    return said if target.holds(figure) else f"**{said}**"


def _targets(results: Results) -> Iterator[Target]:
    for name, found in results.rates.items():
        if FUNCTION in found and name != "missed post":
            yield from _beside_bare(name, found)
    yield from _missed(results)
    for page, by in results.growth.items():
        grown = {
            backend: sizes[max(sizes)] / sizes[min(sizes)]
            for backend, sizes in by.items()
            if len(sizes) > 1
        }
        yield Target(f"{page}: cost at the largest ÷ at the smallest blog", AT_MOST, 1.25, grown)
    for page, seconds in results.overviews.items():
        yield _in_units(page, AT_MOST, 100, seconds, 1000, ".1f", " ms")
    yield from _of_threads(results.threads)
    yield from _comments(results.written)
    rss = {backend: max(one.rss for one in found) for backend, found in results.memory.items()}
    yield _in_units("memory of the largest process", AT_MOST, 120, rss, 1 / MEGABYTE, ".0f", " MB")
    yield Target("start to first answer", AT_MOST, 1.5, results.started, unit=" s")
    yield Target("rows filled a second", AT_LEAST, 20_000, results.filled, ",.0f")


def _beside_bare(name: str, found: dict) -> Iterator[Target]:
    own = {backend: one for backend, one in found.items() if backend not in BARE}
    for bare, least in ((FUNCTION, 0.7), (VIEW, 3), (UNSET_VIEW, 3)):
        rates = {backend: one.rate / found[bare].rate for backend, one in own.items()}
        yield Target(f"{name}: rate ÷ {SAID[bare]}", AT_LEAST, least, rates)
    late = {backend: one.p99 / found[FUNCTION].p99 for backend, one in own.items()}
    yield Target(f"{name}: p99 ÷ that of the bare function", AT_MOST, 2, late)


def _missed(results: Results) -> Iterator[Target]:
    found = results.rates.get("missed post", {})
    own = {backend: one for backend, one in found.items() if backend not in BARE}
    rates = {backend: one.rate / found[VIEW].rate for backend, one in own.items()}
    yield Target("missed post: rate ÷ bare Flask view", AT_LEAST, 0.1, rates)
    fresh = results.rates.get(NEW, {}).items()
    rates = {backend: one.rate / found[VIEW].rate for backend, one in fresh}
    yield Target(f"{NEW}: rate ÷ bare Flask view", AT_LEAST, 0.1, rates)
    yield Target("missed post: SQL statements", AT_MOST, 6, results.statements, "d")


def _of_threads(threads: Threads) -> Iterator[Target]:
    for page, by in threads.items():
        if page != ALL_OF_IT:
            ratios = {backend: one / threads[ALL_OF_IT][backend] for backend, one in by.items()}
            yield Target(f"{LONG:,} comments, {page} ÷ {ALL_OF_IT}", AT_MOST, 1.5, ratios)


def _comments(written: dict[str, Written]) -> Iterator[Target]:
    def figures(of) -> dict[str, float]:
        return {backend: of(one) for backend, one in written.items()}

    rates = figures(lambda one: one.ours / one.bare)
    yield Target("comments accepted ÷ bare commits", AT_LEAST, 0.25, rates)
    yield Target("comments lost", AT_MOST, 0, figures(lambda one: one.lost), "d")
    yield Target(
        "posts with a gap or a wrong count", AT_MOST, 0, figures(lambda one: one.gaps), "d"
    )
    yield Target("comments refused", AT_MOST, 0, figures(lambda one: one.refused), "d")
    yield Target("“database is locked”", AT_MOST, 0, figures(lambda one: one.locked), "d")
    late = figures(lambda one: one.reader_p99)
    yield _in_units("reader’s p99 meanwhile", AT_MOST, 50, late, 1000, ".1f", " ms")


def _in_units(
    what: str, bound: str, limit: float, figures: dict, factor: float, shape: str, unit: str
) -> Target:
    made = {backend: figure * factor for backend, figure in figures.items()}
    return Target(what, bound, limit, made, shape, unit)


def _rates(results: Results) -> Iterator[str]:
    if results.rates:
        yield from _heading("Answers a second", "question", "from", "a second", "p50", "p99")
    for name, found in results.rates.items():
        for source, one in found.items():
            yield _row(
                name, SAID.get(source, source), f"{one.rate:,.0f}", _ms(one.p50), _ms(one.p99)
            )


def _threads(results: Results) -> Iterator[str]:
    if results.threads:
        backends = list(results.threads[ALL_OF_IT])
        yield from _heading("Pages of a long discussion", "page", *backends)
    for page, by in results.threads.items():
        name = page if page == ALL_OF_IT else f"of {LONG:,} comments, {page}"
        yield _row(name, *(_ms(by[backend]) for backend in backends))


def _growth(results: Results) -> Iterator[str]:
    if not results.growth:
        return
    some = next(iter(next(iter(results.growth.values())).values()))
    sizes = [f"{size:,} posts" for size in sorted(some)]
    yield from _heading("Server time of what nothing is remembered of", "page", "database", *sizes)
    for page, by in results.growth.items():
        for backend, found in by.items():
            yield _row(page, backend, *(_ms(found[size]) for size in sorted(found)))
    yield ""
    yield "![Cost of an answer as the blog grows](growth.svg)"


def _writing(results: Results) -> Iterator[str]:
    if results.written:
        columns = "database", "accepted a second", "p50", "p99", "bare commits, 8 clients"
        yield from _heading("Comments", *columns, "by one client", "accepted in all")
    for backend, one in results.written.items():
        rates = f"{one.bare:,.0f}", f"{one.bare_alone:,.0f}", f"{one.accepted:,}"
        yield _row(backend, f"{one.ours:,.0f}", _ms(one.p50), _ms(one.p99), *rates)


def _memory(results: Results) -> Iterator[str]:
    if results.memory:
        yield from _heading("Memory", "database", "process", "resident", "proportional share")
    for backend, found in results.memory.items():
        for one in found:
            sizes = (f"{size / MEGABYTE:.0f} MB" for size in (one.rss, one.pss))
            yield _row(backend, one.name, *sizes)


def _heading(title: str, *columns: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", _row(*columns), _row(*("---" for _ in columns)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
