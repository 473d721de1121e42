"""Distances of independent points in giant dimensions, on an axis from 0: a hill becomes a needle."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.arrays import np
from sim.snapshot import Snapshot
from tui.formats import brief_whole, number, whole
from tui.panel import Panel
from tui.panels import _giants
from tui.picture import BAND, Picture, bars, upright

if TYPE_CHECKING:  # the first frame need not wait for what computes
    from sim.measures.drawn_distances import DrawnDistancesReading

THEORY = "╎"

ABOVE = 1.2
"""How high theory's mean is drawn, in highest bars: it is seen above them where they are one needle."""

BEYOND = 1.25
"""The axis reaches so far, in means, or as far as the points."""

LEGEND = (f"{BAND} pairs", f"{THEORY} theory's mean")


def paint(snapshot: Snapshot) -> Picture:
    """All pairs."""
    reading: DrawnDistancesReading | None = snapshot.readings.get("drawn-distances")
    if reading is None:
        return Picture()
    if reading.edges is None or reading.counts is None:
        said = "needs two walkers"
        return Picture(message=said, notes=(said,), last=snapshot.step)
    top = ABOVE * float(reading.counts.max())
    return Picture(
        (
            replace(upright(reading.theory.mean, 0.0, top, THEORY, "chart--theory"), frame=True),
            bars(reading.edges, reading.counts.astype(np.float64), "chart--band"),
        ),
        LEGEND,
        notes=_notes(reading),
        last=snapshot.step,
        method=("drawn from the exact joint law", "drawn"),
        from_zero=True,
        across=(0.0, max(BEYOND * reading.theory.mean, reading.most)),
        across_name="apart",
    )


def _notes(reading: DrawnDistancesReading) -> tuple[str, ...]:
    """The spread, which stays what it is while the mean grows and the needle becomes thinner."""
    law, points = reading.theory, f"{whole(reading.points)} points in {brief_whole(reading.dim)} dimensions"
    mean = f"mean {_giants.in_full(reading.mean, 2)}, theory {_giants.in_full(law.mean, 2)}"
    if math.isnan(reading.absolute_spread):
        return mean, points
    return (
        f"relative {number(reading.relative_spread)}",
        f"theory {number(law.relative_spread)}",
        mean,
        f"sd {number(reading.absolute_spread)}, theory {number(law.absolute_spread)}",
        points,
    )


PANEL = Panel(
    "Distances drawn",
    "giants",
    3,
    ("drawn-distances",),
    "how far independent normal points are from one another in giant_dim dimensions, as many as there are "
    "walkers: all of their distances are drawn from the exact joint law, without the points. Their standard "
    "deviation tends to 1 while the mean grows like √(2d): on an axis from 0 the hill becomes a needle",
    paint,
)
