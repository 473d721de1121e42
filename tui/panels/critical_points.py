"""How many critical points curve down in how many directions, beside theory where there is one."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.critical.expected import Expected
from sim.measures.critical_points import CriticalPointsReading
from tui.formats import number, setting
from tui.panel import Panel
from tui.panels import _critical
from tui.picture import BAND, DASHES, Picture, Series, bars

SPREAD = "│"
"""The mark of how far one landscape may be off."""

MOST_BARS = 16
"""Where there are more indices, several make a bar."""


def draw(reading: CriticalPointsReading) -> Picture:
    """A bar for each index; theory across it, and how far one landscape is off it as a rule."""
    edges = bar_edges(reading)
    heights = np.histogram(reading.indices, edges)[0].astype(np.float64)
    law, names = (theory(reading.expected), reading.expected.spreads) if reading.expected else ((), ())
    marks = (f"{DASHES} theory", f"{SPREAD} ± one field") if names else (f"{DASHES} theory",) if law else ()
    return Picture(
        (bars(edges, heights, "chart--band"), *law),
        (f"{BAND} found", *marks),
        (f"{BAND} found", *(mark.replace("one field", "sd") for mark in marks)),
        notes=_notes(reading),
        from_zero=True,
        whole=True,
        across=(float(edges[0]), float(edges[-1])),
        across_name="down",
        across_whole=True,
    )


def bar_edges(reading: CriticalPointsReading) -> Floats:
    """Of bars for all indices that there may be, or, where these are many, for those that were met."""
    least, most, width = 0, reading.directions, 1
    if reading.directions >= MOST_BARS:
        least, most = int(reading.indices.min()), int(reading.indices.max())
        width = math.ceil((most + 1 - least) / MOST_BARS)
    return np.arange(least, most + width + 1, width) - np.float64(0.5)


def theory(law: Expected) -> tuple[Series, ...]:
    """A dash for each index, and a line as long as the standard deviation on either side of it."""
    places, across = np.arange(len(law.counts)), np.linspace(-0.4, 0.4, 64)
    counts = np.array(law.counts)
    dashes = Series(
        (places[:, None] + across).ravel(), np.repeat(counts, 64), DASHES, "chart--theory", scatter=True
    )
    if not law.spreads:
        return (dashes,)
    heights = counts[:, None] + np.array(law.spreads)[:, None] * np.linspace(-1.0, 1.0, 64)
    spreads = Series(np.repeat(places, 64), heights.ravel(), SPREAD, "chart--theory", scatter=True)
    return spreads, dashes


def _notes(reading: CriticalPointsReading) -> tuple[str, ...]:
    law, counts = reading.expected, reading.counts
    by_index = "/".join(setting(count) for count in counts)
    return (
        _critical.number_of_points(reading),
        *((f"{by_index} by directions down",) if len(counts) <= MOST_BARS and counts else ()),
        *(_beside(counts[0], law) if law else ()),
        *_critical.others(reading),
        _critical.effort(reading),
    )


def _beside(minima: int, law: Expected) -> tuple[str, ...]:
    """All that are expected, and the minima in particular."""
    usual = f" ± {number(law.spreads[0])}" if law.spreads else ""
    lowest = "1 minimum" if minima == 1 else f"{minima} minima"
    return f"theory {number(law.total)} in all", f"{lowest}, theory {number(law.counts[0])}{usual}"


PANEL = Panel(
    "Critical points",
    "critical",
    1,
    ("critical-points",),
    "points without a slope, by how many directions curve down: minima at the left, maxima at the right; all "
    "of them on a small torus, beside the exact law of Gaussian fields (dashes) and how far off it one field "
    "is as a rule (a standard deviation, measured); elsewhere a biased sample, what Newton's method happens "
    "to reach",
    _critical.painted(draw),
)
