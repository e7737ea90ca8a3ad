"""Where the time of a missed post page goes."""

import cProfile
import io
import pstats
import sysconfig

from bench import growth
from bench.blogs import Blog
from config import ROOT

WARM, TIMES = 20, 300
LINES = 40
HIDDEN = {
    f"{sysconfig.get_path('purelib')}/": "",
    f"{ROOT}/": "",
    f"{sysconfig.get_path('stdlib')}/": "python/",
}


def profile(blog: Blog) -> str:
    path, profiler = growth.newest_path(blog), cProfile.Profile()
    with blog.opened() as (app, _):
        for _ in range(WARM):
            growth.once(app, path)
        with profiler:
            for _ in range(TIMES):
                growth.once(app, path)
    title = f"{blog.backend}, {blog.posts:,} posts: {TIMES} misses of a post page with 20 comments"
    return "\n".join([title, _sorted(profiler, "cumulative"), _sorted(profiler, "tottime")])


def _sorted(profiler: cProfile.Profile, by: str) -> str:
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).sort_stats(by).print_stats(LINES)
    text = out.getvalue()
    for path, name in HIDDEN.items():
        text = text.replace(path, name)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
