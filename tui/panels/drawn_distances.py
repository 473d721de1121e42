"""Distances of independent points in giant dimensions, on an axis from 0: a hill becomes a needle."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.arrays import Floats, Integers, np
from sim.snapshot import Snapshot
from tui import giants
from tui.formats import brief_whole, decimal, number, whole
from tui.panel import Panel
from tui.picture import BAND, Picture, bars, upright

if TYPE_CHECKING:  # the first frame need not wait for what computes
    from sim.measures.drawn_distances import DrawnDistancesReading

THEORY = "╎"

ABOVE = 1.2
"""How high theory's mean is drawn, in highest bars: it is seen above them where they are one needle."""

BEYOND = 1.25
"""The axis reaches so far, in means, or as far as the points."""

NARROWEST = 0.01
"""A bar is at least this share of the axis wide, about a column: its height is of all that is seen in it."""

LEGEND = (f"{BAND} pairs in a bar", f"{THEORY} theory's mean")
SHORT = (f"{BAND} pairs", f"{THEORY} theory")


def paint(snapshot: Snapshot) -> Picture:
    """All pairs."""
    reading: DrawnDistancesReading | None = snapshot.readings.get("drawn-distances")
    if reading is None or not giants.same_points(reading, snapshot.experiment):
        return Picture()
    if reading.edges is None or reading.counts is None:
        said = "needs two walkers"
        return Picture(message=said, notes=(said,), last=snapshot.step)
    size = f"d = {brief_whole(reading.dim)}"
    end = max(BEYOND * reading.theory.mean, reading.most)
    edges, pairs = _wide_enough(reading.edges, reading.counts, NARROWEST * end)
    top = ABOVE * float(pairs.max())
    return Picture(
        (
            replace(upright(reading.theory.mean, 0.0, top, THEORY, "chart--theory"), frame=True),
            bars(edges, pairs, "chart--band"),
        ),
        LEGEND,
        SHORT,
        notes=_notes(reading),
        last=snapshot.step,
        method=(f"drawn from the exact joint law, {size}", f"drawn, {size}", "drawn"),
        whole=True,
        from_zero=True,
        across=(0.0, end),
        across_name="apart",
    )


def _wide_enough(edges: Floats, counts: Integers, least: float) -> tuple[Floats, Floats]:
    """Neighbouring bars together until each is at least so wide; one about the middle where all are not."""
    width = float(edges[-1] - edges[0]) / len(counts)
    if width * len(counts) <= least:
        middle = 0.5 * float(edges[0] + edges[-1])
        return middle + least * np.array([-0.5, 0.5]), np.array([counts.sum()], dtype=np.float64)
    together = max(1, math.ceil(least / width))
    bars = -(-len(counts) // together)
    padded = np.zeros(bars * together)
    padded[: len(counts)] = counts
    return edges[0] + width * together * np.arange(bars + 1.0), padded.reshape(bars, together).sum(axis=1)


def _notes(reading: DrawnDistancesReading) -> tuple[str, ...]:
    """The spread, which stays what it is while the mean grows and the needle becomes thinner."""
    law, points = reading.theory, f"{whole(reading.points)} points in {brief_whole(reading.dim)} dimensions"
    error = "" if reading.mean_error is None else f" ± {number(reading.mean_error)}"
    mean = f"mean {decimal(reading.mean, 2)}{error}, theory {decimal(law.mean, 2)}"
    if math.isnan(reading.absolute_spread):
        return mean, points
    sd = giants.beside(reading.absolute_spread, reading.absolute_error)
    return (
        giants.beside(reading.relative_spread, reading.relative_error),
        f"relative, theory {number(law.relative_spread)}",
        mean,
        f"sd {sd}, theory {number(law.absolute_spread)}",
        points,
    )


PANEL = Panel(
    "All distances",
    "giants",
    3,
    ("drawn-distances",),
    "how far independent normal points are from one another in giant_dim dimensions, as many as there are "
    "walkers: all of their distances are drawn from the exact joint law, without the points. Their standard "
    "deviation tends to 1 while the mean grows like √(2d): on an axis from 0 the hill becomes a needle. What "
    "stands after ± is a standard error, found by leaving out each point in turn",
    paint,
)
