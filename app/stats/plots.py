"""Figures by day as a picture: the outline of one bar a day, to be drawn as SVG of WIDTH by
HEIGHT that is stretched to the place it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.stats.queries import Figures

WIDTH, HEIGHT = 720, 100
LEAST_SHOWN = 1.5  # One comment beside a day of hundreds is still seen.


@dataclass(frozen=True)
class Plot:
    """`path` is an SVG path; `highest` is what the top of the picture stands for."""

    name: str
    title: str
    total: int
    highest: int
    highest_on: date
    path: str


TITLES = {
    "views": "Views",
    "comments": "Comments",
    "members": "New members",
    "subscribers": "Subscribers",
}


def plots(days: Sequence[Figures]) -> list[Plot]:
    return [_plot(name, title, days) for name, title in TITLES.items()]


def _plot(name: str, title: str, days: Sequence[Figures]) -> Plot:
    values = [getattr(figures, name) for figures in days]
    highest = max(values)
    # Subscribers are the same people from day to day, so the newest number is told and no sum.
    total = values[-1] or values[-2] if name == "subscribers" else sum(values)
    on = days[len(values) - 1 - values[::-1].index(highest)].day
    return Plot(name, title, total, highest, on, _outline(values, highest))


def _outline(values: list[int], highest: int) -> str:
    step = WIDTH / len(values)
    gap = min(2.0, step * 0.25)
    bars = (
        f"M{number * step:.1f} {HEIGHT}v-{_height(value, highest):.1f}h{step - gap:.1f}V{HEIGHT}z"
        for number, value in enumerate(values)
        if value
    )
    return "".join(bars)


def _height(value: int, highest: int) -> float:
    return max(LEAST_SHOWN, value / highest * HEIGHT)
