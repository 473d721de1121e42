"""How far the walkers are from one another, beside what independent starts would give."""

from __future__ import annotations

from sim.arrays import np
from sim.measures.distances import DistancesReading
from sim.snapshot import Snapshot
from tui.formats import number
from tui.panel import Panel
from tui.panels import _cohorts, _space
from tui.picture import DASHES, LINE, Picture, Series, across

MEASURED, THEORY = f"{LINE} measured", f"{DASHES} theory"

COINCIDE = "all walkers coincide"


def paint(snapshot: Snapshot) -> Picture:
    """The relative spread as a curve; mean and absolute spread in words."""
    reading: DistancesReading | None = snapshot.readings.get("distances")
    trace = snapshot.traces.get("distances")
    if reading is None or trace is None:
        return Picture()
    if reading.walkers < 3:
        return Picture(message="needs three walkers")
    several = len(snapshot.cohorts) > 1
    curves = _cohorts.lines(snapshot, "distances", "relative_spread")
    if not several:
        curves = (Series(trace.steps, trace.column("relative_spread"), LINE, "chart--median"),)
    legend = _cohorts.legend(snapshot) if several else (MEASURED,)
    law: tuple[Series, ...] = ()
    if reading.theory is not None:
        law = (across(reading.theory.relative_spread, snapshot.step, DASHES, "chart--theory"),)
        legend = (*legend, THEORY)
    return Picture(
        (*curves, *law),
        legend,
        notes=_spreads(snapshot) if several else _notes(reading, snapshot),
        message="" if any(np.isfinite(curve.y).any() for curve in curves) else _why(reading, snapshot),
        last=snapshot.step,
        method=(*(f"relative, {way}" for way in _space.kinds(snapshot)), "relative"),
        measured=reading.step,
        from_zero=True,
    )


def _why(reading: DistancesReading, snapshot: Snapshot) -> str:
    """Why there is no spread to draw."""
    gone = reading.mean is None or reading.absolute_spread is None
    return _cohorts.how_many(snapshot, _cohorts.SOME_DIVERGED) if gone else COINCIDE


def _spreads(snapshot: Snapshot) -> tuple[str, ...]:
    """The relative spread of every cohort, beside the theory of the starts that they share."""
    readings: list[DistancesReading] = [
        view.readings["distances"] for view in snapshot.cohorts if "distances" in view.readings
    ]
    theory = readings[0].theory
    law = (f"theory {number(theory.relative_spread)}",) if theory else ()
    views = (view.readings.get("distances") for view in snapshot.cohorts)
    return (
        *_cohorts.notes(snapshot, ("" if reading is None else _spread(reading) for reading in views)),
        *law,
    )


def _spread(reading: DistancesReading) -> str:
    if reading.mean is None:
        return "diverged"
    return "coincide" if reading.relative_spread is None else number(reading.relative_spread)


def _notes(reading: DistancesReading, snapshot: Snapshot) -> tuple[str, ...]:
    if reading.mean is None or reading.absolute_spread is None:
        return (_why(reading, snapshot),)
    relative, theory = reading.relative_spread, reading.theory
    law = f", theory {number(theory.relative_spread)}" if theory else ""
    return (
        COINCIDE if relative is None else f"{number(relative)}{law}",
        f"mean {number(reading.mean)}",
        f"standard deviation {number(reading.absolute_spread)}",
    )


PANEL = Panel(
    "Spread of distances",
    "descent",
    3,
    ("distances",),
    "standard deviation of the distances between walkers over their mean, small where all are about equally "
    "far apart; the dashes are what theory says of independent starts, and a curve that leaves them that the "
    "walkers no longer are",
    paint,
    "Spread",
)
