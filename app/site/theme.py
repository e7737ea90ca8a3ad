"""The owner's colours and face, as a few rules that overrule those of static/css/tokens.css. Pure:
whether a colour can be read on our paper is decided here (WCAG 2.2, 1.4.3)."""

import hashlib
import re
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5
# What text in the accent colour stands on, the same as in static/css/tokens.css.
LIGHT = {"--paper": "#f6f2e7", "--leaf": "#fbf9f2", "--wash": "#ebe5d5"}
DARK = {"--paper": "#1d1b18", "--leaf": "#24221e", "--wash": "#2a2722"}
BLACK, WHITE = "#000000", "#ffffff"
WASHED = 0.12  # So much of the accent is in the wash behind a button that is pointed at.
STEP = 0.04

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """`accent` and `accent_dark` are colours such as #25459b; empty is ours."""

    accent: str = ""
    accent_dark: str = ""
    is_sans: bool = False

    def __bool__(self) -> bool:
        return bool(self.accent or self.accent_dark or self.is_sans)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.css.encode()).hexdigest()[:12]

    @property
    def css(self) -> str:
        light = _tokens(self.accent, LIGHT, BLACK) if self.accent else ""
        dark = self.accent_dark or (lightened(self.accent) if self.accent else "")
        rules = [_rule(light + ("--serif:var(--sans);" if self.is_sans else ""))]
        if dark:
            dark_rule = _rule(_tokens(dark, DARK, WHITE))
            rules.append(f"@media (prefers-color-scheme:dark){{{dark_rule}}}")
        return "@layer base{" + "".join(rules) + "}\n"


def why_not_accent(colour: str, *, is_dark: bool = False) -> str | None:
    """Why this colour cannot be that of links and buttons, if it cannot."""
    if not COLOUR.fullmatch(colour):
        return "A colour is written like #25459b."
    least = min(contrast(colour, ground) for ground in (DARK if is_dark else LIGHT).values())
    if least >= LEAST_CONTRAST:
        return None
    scheme, way = ("dark", "lighter") if is_dark else ("light", "darker")
    return (
        f"On the {scheme} paper this colour has a contrast of {least:.1f} to 1, and words need "
        f"{LEAST_CONTRAST} to 1 to be read by everybody. Choose a {way} one."
    )


def lightened(colour: str) -> str:
    """The colour for the dark scheme: as little lighter as can be read there."""
    share = 0.0
    while why_not_accent(made := mixed(WHITE, colour, share), is_dark=True):
        share += STEP
    return made


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """So large a share of one colour in the other."""
    parts = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in parts)


def _tokens(accent: str, grounds: dict[str, str], further: str) -> str:
    """The accent, the same further away from the paper, washed out, and what stands on it."""
    leaf = grounds["--leaf"]
    return (
        f"--pencil:{accent};--pencil-deep:{mixed(further, accent, 0.3)};"
        f"--pencil-wash:{_wash(accent, grounds['--paper'], further)};--on-pencil:{leaf};"
    )


def _wash(accent: str, paper: str, further: str) -> str:
    """Of the accent in the paper as much as the deep accent can still be read on."""
    share, deep = WASHED, mixed(further, accent, 0.3)
    while share > 0 and contrast(deep, mixed(accent, paper, share)) < LEAST_CONTRAST:
        share -= STEP
    return mixed(accent, paper, max(share, 0.0))


def _rule(tokens: str) -> str:
    return f":root{{{tokens}}}" if tokens else ""


def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
