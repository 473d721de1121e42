"""How far the walkers are from one another, beside what independent starts would give."""

from __future__ import annotations

from sim.arrays import np
from sim.measures.distances import DistancesReading
from sim.snapshot import Snapshot
from tui.formats import number
from tui.panel import Panel
from tui.picture import DASHES, LINE, Picture, Series, across

LEGEND = (f"{LINE} measured", f"{DASHES} theory")


def paint(snapshot: Snapshot) -> Picture:
    """The relative spread as a curve; mean and absolute spread in words."""
    reading: DistancesReading | None = snapshot.readings.get("distances")
    trace = snapshot.traces.get("distances")
    if reading is None or trace is None:
        return Picture()
    if reading.walkers < 3:
        return Picture(message="needs three walkers")
    relative = trace.column("relative_spread")
    series: tuple[Series, ...] = (Series(trace.steps, relative, LINE, "chart--median"),)
    if reading.theory is not None:
        level = reading.theory.relative_spread
        series = (*series, across(level, snapshot.step, DASHES, "chart--theory"))
    message = "" if np.isfinite(relative).any() else "some walkers diverged"
    return Picture(
        series,
        LEGEND[: len(series)],
        notes=_notes(reading),
        message=message,
        last=snapshot.step,
        measured=reading.step,
        from_zero=True,
    )


def _notes(reading: DistancesReading) -> tuple[str, ...]:
    if reading.mean is None or reading.absolute_spread is None:
        return ("some walkers diverged",)
    relative, theory = reading.relative_spread, reading.theory
    law = f", theory {number(theory.relative_spread)}" if theory else ""
    return (
        "all walkers coincide" if relative is None else f"{number(relative)}{law}",
        f"mean {number(reading.mean)}",
        f"standard deviation {number(reading.absolute_spread)}",
    )


PANEL = Panel(
    "Relative spread",
    3,
    ("distances",),
    "standard deviation of the distances between walkers over their mean, small where all are about equally "
    "far apart; the dashes are what theory says of independent starts, and a curve that leaves them that the "
    "walkers no longer are",
    paint,
)
