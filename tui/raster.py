"""Numbers on a grid -> cells: two points of colour in each, or where there are no colours, shades.

The colours are evenly far apart to the eye: a path through Oklab (Ottosson 2020) on which lightness and
blueness change all the way, so that whoever sees no red or no green, or a print in grey, has the same order.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache

from sim.arrays import Floats, Integers, np
from tui.cells import Cell, Row

STEPS = 16
"""Colours from the lowest to the highest."""

SHADES, ASCII_SHADES = " ░▒▓█", " :*%@"
"""What stands for them where there are no colours: the denser, the higher. No mark of a map is among them."""

NOWHERE = -1
"""The step of what is no number."""

UPPER, LOWER = "▀", "▄"
"""Half of a cell in the colour of its character; the rest has that of its ground, of which a blank is all."""

DYNAMIC = 100.0
"""Positive numbers of which nearly the highest are so many times nearly the lowest get logarithms."""

MIDDLE = (0.02, 0.98)
"""Between these quantiles numbers are never cut off; further out only where they are as far again."""


def extent(numbers: Floats) -> tuple[float, float, bool] | None:
    """Lowest and highest number of a scale, and whether it is logarithmic; None where none is finite."""
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return None
    low, high = np.quantile(finite, MIDDLE)
    log = bool(finite.min() > 0.0 and high > DYNAMIC * low)
    if log:
        finite, low, high = np.log10(finite), np.log10(low), np.log10(high)
    low, high = max(finite.min(), low - (high - low)), min(finite.max(), high + (high - low))
    return float(low), float(high), log


def stepped(shares: Floats, steps: int) -> Integers:
    """The step of shares of the scale; the lowest and the highest for what is beyond its ends."""
    found = np.floor(np.clip(np.where(np.isnan(shares), 0.0, shares), 0.0, 1.0) * steps)
    return np.where(np.isnan(shares), NOWHERE, np.minimum(found, steps - 1)).astype(np.int64)


def sampled(grid: Floats, width: int, height: int) -> Floats:
    """The number at each of so many places (height, width), from above: that of the nearest point.

    The `grid` (m, k) has its first row below. Nothing is made up between points: a coarse one looks coarse.
    """
    up, across = (
        np.rint((np.arange(count) + 0.5) / count * (points - 1)).astype(np.int64)
        for points, count in zip(grid.shape, (height, width), strict=True)
    )
    found: Floats = grid[up[::-1]][:, across]
    return found


def coloured(steps: Integers, ramp: Sequence[str]) -> list[Row]:
    """Rows of cells for steps (2 h, w) of a ramp: the upper point of each cell and the lower one."""
    pairs = _pairs(tuple(ramp))
    return [
        [pairs[upper, lower] for upper, lower in zip(*both, strict=True)]
        for both in zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True)
    ]


def shaded(steps: Integers, shades: str) -> list[Row]:
    """Rows of cells for steps (h, w) of as many as there are shades."""
    return [
        [(" " if step == NOWHERE else shades[step], "chart--band") for step in row] for row in steps.tolist()
    ]


def over(mark: Cell, ground: Cell) -> Cell:
    """A mark on a cell, where there is one: on a colour black or white, whichever is seen better."""
    character, below = mark[0], ground[1].rpartition(" ")[2]
    if character == " ":
        return ground
    if not below.startswith("#"):
        return mark
    return character, f"{'#000000' if _is_light(below) else '#ffffff'} on {below}"


@cache
def _is_light(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 128.0


@cache
def _pairs(ramp: tuple[str, ...]) -> dict[tuple[int, int], Cell]:
    """The cell of each pair of steps."""
    table: dict[tuple[int, int], Cell] = {(NOWHERE, NOWHERE): (" ", "")}
    for step, colour in enumerate(ramp):
        table[step, NOWHERE], table[NOWHERE, step] = (UPPER, colour), (LOWER, colour)
        for below, other in enumerate(ramp):
            table[step, below] = " " if below == step else UPPER, f"{colour} on {other}"
    return table


@cache
def palette(steps: int = STEPS) -> tuple[str, ...]:
    """Colours from dark blue to light yellow as #rrggbb, evenly far apart in Oklab."""
    fine = [_on_the_path(k / 1000.0) for k in range(1001)]
    along = [0.0]
    for before, after in itertools.pairwise(fine):
        along.append(along[-1] + math.dist(before, after))
    wanted = [along[-1] * k / (steps - 1) for k in range(steps)]
    places = [min(range(1001), key=lambda k: abs(along[k] - length)) for length in wanted]
    return tuple(_hexadecimal(fine[k]) for k in places)


Lab = tuple[float, float, float]


def _on_the_path(t: float) -> Lab:
    """Lightness, greenness to redness, blueness to yellowness in Oklab, for t from 0 to 1."""
    return 0.24 + 0.69 * t, 0.05 - 0.08 * t - 0.10 * math.sin(math.pi * t), -0.12 + 0.26 * t


def _hexadecimal(colour: Lab) -> str:
    return "#" + "".join(f"{round(255.0 * _gamma(part)):02x}" for part in linear(colour))


def linear(colour: Lab) -> Sequence[float]:
    """Red, green and blue light, from 0 to 1, of a colour in Oklab."""
    lightness, a, b = colour
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _gamma(part: float) -> float:
    """The sRGB value of an amount of light, cut to what a screen can show."""
    part = min(max(part, 0.0), 1.0)
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1.0 / 2.4) - 0.055


OF_256 = (
    "#00005f", "#000087", "#0000af", "#0000d7", "#0000ff", "#005fd7", "#5f5fd7", "#0087d7",
    "#5f87ff", "#00afd7", "#87afd7", "#afafff", "#5fd7ff", "#afd7ff", "#87ffff", "#d7ffff",
)  # fmt: skip
"""Colours of the cube of 256, from dark to light blue, as evenly apart in lightness as it has them.

Of the evenly spaced ones the nearest are but ten: where dark colours are near one another, the cube has few.
"""


def ramp(system: str) -> tuple[str, ...]:
    """The colours of a map, from the lowest to the highest, in a system of colours; none if that has few."""
    return palette() if system == "truecolor" else OF_256 if system == "256" else ()
