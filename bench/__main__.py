"""`python -m bench`: the parts in their order, then the report. In full it writes RESULTS.md,
growth.svg and profile.txt beside this file; a part alone is only told."""

import statistics
import time
from contextlib import ExitStack
from pathlib import Path

import click

from bench import (
    blogs,
    growth,
    machine,
    memory,
    overview,
    plot,
    profiling,
    rates,
    report,
    servers,
    thread,
    visitors,
    writing,
    wrk,
)
from bench.blogs import BACKENDS, COMMENTS, POSTGRESQL, Blog
from bench.rates import FUNCTION, NEW, VIEW, Case
from bench.report import Results
from bench.servers import Server

HERE = Path(__file__).parent
PARTS = "cached miss member start growth thread overview profile writing memory".split()
SIZES = (1_000, 10_000, 100_000)
STARTS = 3
GZIP = {"Accept-Encoding": "gzip"}


@click.command()
@click.option("--only", default=",".join(PARTS), help=f"Of {', '.join(PARTS)}.")
@click.option("--databases", default=",".join(BACKENDS), show_default=True)
@click.option("--posts", default=SIZES[-1], show_default=True, help="In the blog that is served.")
@click.option("--seconds", default=3, show_default=True, help="Of each run of wrk.")
@click.option("--rounds", default=3, show_default=True)
def main(only: str, databases: str, posts: int, seconds: int, rounds: int) -> None:
    """Measure what is fast."""
    started = time.monotonic()
    parts, backends = only.split(","), databases.split(",")
    if unknown := {*parts} - {*PARTS} | {*backends} - {*BACKENDS}:
        raise click.ClickException(f"There is no {', '.join(sorted(unknown))}.")
    wrk.require()
    sizes = {size for size in SIZES if size < posts and "growth" in parts} | {posts}
    if parts == ["thread"]:
        sizes = set()  # Its blogs are its own.
    if "overview" in parts:
        sizes.add(overview.POSTS)
    longest = thread.LENGTHS if "thread" in parts else ()
    with blogs.filled(backends, sorted(sizes), longest) as made:
        results = _measure(made, parts, posts, seconds, rounds)
    said = report.markdown(results)
    click.echo(said)
    if {*parts} == {*PARTS}:
        (HERE / "RESULTS.md").write_text(said)
        (HERE / "growth.svg").write_text(plot.draw(results.growth))
    click.echo(f"All of it took {time.monotonic() - started:.0f} seconds.")


def _measure(made: list[Blog], parts: list[str], posts: int, seconds: int, rounds: int) -> Results:
    long = [blog for blog in made if blog.comments in thread.LENGTHS]
    made = [blog for blog in made if blog not in long]
    served = [blog for blog in made if blog.posts == posts]
    results = Results(
        machine.facts(next((blog.url for blog in served if blog.backend == POSTGRESQL), None)),
        _how(posts, seconds, rounds) if served else thread.HOW,
    )
    results.filled = {blog.backend: blog.rows / blog.fill_seconds for blog in served}
    if "growth" in parts:
        _tell("growth")
        results.growth = growth.measure(made)
    if "overview" in parts:
        _tell("overview")
        results.overviews = overview.measure(
            [blog for blog in made if blog.posts == overview.POSTS]
        )
    if "thread" in parts:
        _tell("thread")
        results.threads = thread.measure(long)
    if "miss" in parts:
        results.statements = {blog.backend: growth.statements(blog) for blog in served}
    if "profile" in parts:
        _tell("profile")
        (HERE / "profile.txt").write_text("\n".join(map(profiling.profile, served)))
    if "start" in parts:
        _tell("start")
        results.started = {blog.backend: _start(blog) for blog in served}
    if served:
        _serve(results, served, parts, seconds, rounds)
    return results


def _serve(
    results: Results, served: list[Blog], parts: list[str], seconds: int, rounds: int
) -> None:
    with ExitStack() as stack:
        running = [stack.enter_context(servers.ours(blog)) for blog in served]
        _load(results, served, running, parts, seconds, rounds)


def _load(
    results: Results,
    served: list[Blog],
    running: list[Server],
    parts: list[str],
    seconds: int,
    rounds: int,
) -> None:
    cases = [case for part, case in _cases(served, running[0]) if part in parts]
    if cases:
        _tell("rates")
        folder = served[0].instance
        results.rates = rates.measure(cases, running, folder, seconds, rounds)
    for blog, server in zip(served, running, strict=True):
        if "writing" in parts:
            _tell(f"writing on {blog.backend}")
            results.written[blog.backend] = writing.measure(blog, server, seconds, rounds)
    for blog, server in zip(served, running, strict=True):
        if "memory" in parts:
            _tell(f"memory on {blog.backend}")
            results.memory[blog.backend] = memory.measure(blog, server)


def _cases(served: list[Blog], server: Server) -> list[tuple[str, Case]]:
    path = growth.newest_path(served[0])
    etag = dict(server.get(path).headers)["etag"]
    others = served[0].instance / "paths"
    others.write_text("\n".join(memory.paths_of(served[0])))
    owners = {blog.backend: visitors.owner_of(blog).cookie for blog in served}
    return [
        ("cached", Case("post", path)),
        ("cached", Case("home", "/")),
        ("cached", Case("feed", "/feed.atom")),
        ("cached", Case("not modified", path, {"If-None-Match": etag}, status=304)),
        ("cached", Case("post in gzip", path, GZIP)),
        ("cached", Case("home in gzip", "/", GZIP)),
        ("cached", Case("feed in gzip", "/feed.atom", GZIP)),
        ("cached", Case("post in Brotli", path, {"Accept-Encoding": "br"})),
        ("miss", Case("missed post", path, beside=(FUNCTION, VIEW), script="distinct.lua")),
        ("miss", Case(NEW, path, beside=(), script="each.lua", arguments=(str(others),))),
        ("member", Case("post for a member", path, beside=(), cookies=owners)),
    ]


def _start(blog: Blog) -> float:
    seconds = []
    for _ in range(STARTS):
        with servers.ours(blog) as server:
            seconds.append(server.first_answer)
    return statistics.median(seconds)


def _how(posts: int, seconds: int, rounds: int) -> str:
    return (
        f"A blog of {posts:,} posts with {COMMENTS} comments each; the post that is asked for has "
        f"20. `flask serve --workers {servers.WORKERS}` beside a bare WSGI function and a bare "
        f"Flask view with the same bytes and headers under the same server and settings, in one "
        f"run, and beside the view under a server of as many processes to which nothing else was "
        f"set (“server unset”: no process keeps to a processor, and each may have 256 threads); "
        f"wrk with one thread and {wrk.CONNECTIONS} connections, in turns, median of "
        f"{rounds} × {seconds} s. Client and server share the cores. Browsers and feed readers ask "
        f"for compressed answers; without a word behind its name, a question is for plain ones. A "
        f"missed post is asked for under ever new addresses, so its page is made each time, from "
        f"what is remembered of the post; of those not asked for before nothing is, nor in what is "
        f"measured in process: server times, statements, profile."
    )


def _tell(part: str) -> None:
    click.echo(f"  {part} …")


if __name__ == "__main__":
    main()
