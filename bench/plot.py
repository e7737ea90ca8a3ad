"""The plot of cost against size: one panel a database, a line a page, drawn by hand as SVG that
reads on light and on dark ground."""

import math
from html import escape

from bench.growth import Growth

WIDTH, HEIGHT = 900, 430
TOP, BOTTOM, LEFT, PANEL, LABELS, BETWEEN = 84, 372, 64, 250, 144, 24
LEAST_BETWEEN_LABELS = 15
LIGHT = "#0b62a8 #0f7f8f #b4480b #7d3f10 #18794a #8a3a9c #a3123f #6b6100 #4a5560".split()
DARK = "#6cb6f5 #4fc7d4 #f2a066 #d9a77c #5fcf97 #d79ae6 #f58aa8 #d8cb55 #b3bfca".split()
TITLE = "Cost of an answer as the blog grows"
SUBTITLE = (
    "Server time of a page that nobody had asked for, median; ten comments a post. "
    "Lower is better, level is the aim."
)


def draw(growth: Growth) -> str:
    sizes = sorted({size for by in growth.values() for found in by.values() for size in found})
    backends = list(dict.fromkeys(backend for by in growth.values() for backend in by))
    highest = max(value for by in growth.values() for one in by.values() for value in one.values())
    step = _step(highest * 1000)
    top = step * math.ceil(highest * 1000 / step)
    parts = [
        _style(len(growth)),
        _text(LEFT - 44, 28, TITLE, "title"),
        _text(LEFT - 44, 50, SUBTITLE),
    ]
    for place, backend in enumerate(backends):
        left = LEFT + place * (PANEL + LABELS + BETWEEN)
        parts += _axes(left, backend, sizes, step, top, is_first=place == 0)
        lines = {page: by[backend] for page, by in growth.items() if backend in by}
        parts += _lines(left, lines, sizes, top)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(TITLE)}: milliseconds against posts">\n{body}\n</svg>\n'
    )


def _axes(
    left: int, backend: str, sizes: list[int], step: float, top: float, *, is_first: bool
) -> list[str]:
    parts = [_text(left, TOP - 10, backend, "head")]
    for number in range(round(top / step) + 1):
        y = _y(number * step, top)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{left + PANEL}"/>')
        parts.append(_text(left - 8, y + 4, f"{number * step:g}", "end"))
    for size in sizes:
        x = _x(left, size, sizes)
        parts.append(f'<path class="axis" d="M{x:.1f} {BOTTOM}v5"/>')
        parts.append(_text(x, BOTTOM + 20, f"{size:,}", "middle"))
    parts.append(f'<path class="axis" d="M{left} {BOTTOM}H{left + PANEL}"/>')
    parts.append(_text(left + PANEL / 2, BOTTOM + 42, "posts (each step is ten times)", "middle"))
    if is_first:
        middle = (TOP + BOTTOM) / 2
        parts.append(
            f'<text class="middle" transform="translate({left - 36} {middle}) rotate(-90)">'
            "milliseconds</text>"
        )
    return parts


def _lines(
    left: int, lines: dict[str, dict[int, float]], sizes: list[int], top: float
) -> list[str]:
    parts, ends = [], {}
    for number, (page, found) in enumerate(lines.items()):
        points = [
            (_x(left, size, sizes), _y(found[size] * 1000, top)) for size in sizes if size in found
        ]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line s{number}" points="{drawn}"/>')
        parts += [
            f'<circle class="dot s{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points
        ]
        ends[number, page, found[max(found)] * 1000] = points[-1]
    for (number, page, value), (x, y, label_y) in _apart(ends).items():
        parts.append(
            f'<path class="lead s{number}" d="M{x + 5:.1f} {y:.1f}L{x + 16:.1f} {label_y:.1f}h4"/>'
        )
        parts.append(_text(x + 24, label_y + 4, f"{page} {value:.1f}"))
    return parts


def _apart(ends: dict) -> dict:
    """With each end the height of its label, moved so that none covers another."""
    ordered = sorted(ends, key=lambda key: ends[key][1])
    heights: list[float] = []
    for key in ordered:
        least = heights[-1] + LEAST_BETWEEN_LABELS if heights else TOP
        heights.append(max(ends[key][1], least))
    # What was pushed below the panel is pushed back up, and the others before it.
    limit = float(BOTTOM)
    for number in reversed(range(len(heights))):
        heights[number] = min(heights[number], limit)
        limit = heights[number] - LEAST_BETWEEN_LABELS
    return {key: (*ends[key], height) for key, height in zip(ordered, heights, strict=True)}


def _x(left: int, size: int, sizes: list[int]) -> float:
    if len(sizes) == 1:
        return left + PANEL / 2
    span = math.log10(sizes[-1] / sizes[0])
    return left + 20 + math.log10(size / sizes[0]) / span * (PANEL - 40)


def _y(value: float, top: float) -> float:
    return BOTTOM - value / top * (BOTTOM - TOP)


def _step(highest: float) -> float:
    """A round distance between four to eight lines of the grid."""
    rough = 10 ** math.floor(math.log10(highest / 4))
    return next(rough * n for n in (1, 2, 5, 10) if highest / (rough * n) <= 8)


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _style(count: int) -> str:
    def colours(of: list[str]) -> str:
        return "".join(f".s{n}{{--c:{of[n % len(of)]}}}" for n in range(count))

    return (
        "<style>"
        "svg{--ground:#fff;--ink:#1d2025;--grid:#dfe2e6;background:var(--ground)}"
        "text{font:13px system-ui,sans-serif;fill:var(--ink)}"
        ".title{font-size:18px;font-weight:600}.head{font-weight:600}"
        ".end{text-anchor:end}.middle{text-anchor:middle}"
        ".grid{stroke:var(--grid)}.axis{stroke:var(--ink)}"
        ".line{fill:none;stroke:var(--c);stroke-width:2}.dot{fill:var(--c)}"
        ".lead{fill:none;stroke:var(--c)}"
        f"{colours(LIGHT)}"
        "@media (prefers-color-scheme:dark){"
        f"svg{{--ground:#16181d;--ink:#e6e8eb;--grid:#343941}}{colours(DARK)}"
        "}</style>"
    )
