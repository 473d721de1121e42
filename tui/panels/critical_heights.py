"""How many critical points lie how high, of whatever kind."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.critical.expected import Expected
from sim.measures.critical_points import CriticalPointsReading
from tui.formats import number
from tui.panel import Panel
from tui.panels import _critical
from tui.picture import BAND, DASHES, Picture, Series, bars

BINS = 12
"""How many bars there are."""

USUAL = 2.2
"""So many standard deviations each way are shown, at least, where theory knows them."""


def draw(reading: CriticalPointsReading) -> Picture:
    """A histogram of the loss at the points, and as many as theory expects in each bar."""
    heights, edges = np.histogram(reading.values, BINS, extent(reading))
    law = (theory(reading.expected, edges),) if reading.expected else ()
    return Picture(
        (bars(edges, heights.astype(np.float64), "chart--band"), *law),
        (f"{BAND} found", *(f"{DASHES} theory" for _ in law)),
        notes=_notes(reading),
        from_zero=True,
        whole=True,
        across=(float(edges[0]), float(edges[-1])),
        across_name="loss",
    )


def extent(reading: CriticalPointsReading) -> tuple[float, float]:
    """Room for all of the points, and for most of those that theory expects."""
    low, high = float(reading.values.min()), float(reading.values.max())
    if reading.expected:
        usual = USUAL * _deviation(reading.expected)
        low, high = min(low, -usual), max(high, usual)
    return low, high


def theory(law: Expected, edges: Floats) -> Series:
    """The mean number of points in a bar about each level."""
    x = np.linspace(edges[0], edges[-1], 512)
    y = (edges[1] - edges[0]) * np.interp(x, law.levels, law.densities)
    return Series(x, y, DASHES, "chart--theory", apart=2)


def _notes(reading: CriticalPointsReading) -> tuple[str, ...]:
    mean, spread = float(reading.values.mean()), float(reading.values.std())
    law = f", theory {number(_deviation(reading.expected))}" if reading.expected else ""
    return (
        f"sd {number(spread)}{law}",
        f"mean {number(mean)}",
        _critical.number_of_points(reading),
        *_critical.others(reading),
    )


def _deviation(law: Expected) -> float:
    """The standard deviation of the values, whose mean is 0."""
    return math.sqrt(float(np.sum(law.densities * law.levels**2) / np.sum(law.densities)))


PANEL = Panel(
    "Heights of critical points",
    "critical",
    3,
    ("critical-points",),
    "how many critical points of any kind lie at which loss; the dashes are how many a Gaussian field has "
    "there on average",
    _critical.painted(draw),
    "Critical heights",
)
