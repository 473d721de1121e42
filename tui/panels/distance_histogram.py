"""How the distances between walkers are spread, beside the law of independent starts."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.measures.distances import DistancesReading, Histogram
from sim.snapshot import Snapshot
from sim.theory import DistanceTheory
from tui.formats import number
from tui.panel import Panel
from tui.panels import _cohorts, _space
from tui.picture import BAND, DOTS, Picture, Series, bars, upright

MEAN, THEORY = "│", "╎"

LOWER = 0.6
"""How high the mean is drawn, in highest bars: above it the law's is seen in the same column."""

LEGEND = (f"{BAND} pairs", f"{MEAN} mean", f"{THEORY} theory", f"{DOTS} its standard deviation")
SHORT = (f"{BAND} all", f"{MEAN} mean", f"{THEORY} law", f"{DOTS} sd")


def paint(snapshot: Snapshot) -> Picture:
    """All pairs of the chosen cohort."""
    reading: DistancesReading | None = snapshot.readings.get("distances")
    if reading is None:
        return Picture()
    if why := _nothing_to_see(reading):
        return Picture(message=_cohorts.how_many(snapshot, why), last=snapshot.step, measured=reading.step)
    found, mean = reading.histogram, reading.mean
    if found is None or mean is None:
        return Picture()
    law, most = reading.theory, float(max(found.counts))
    series = [bars(np.array(found.edges), np.array(found.counts, dtype=np.float64), "chart--band")]
    if law is not None:
        series += [_spread_of(law, most), upright(law.mean, 0.0, most, THEORY, "chart--theory")]
    series.append(upright(mean, 0.0, LOWER * most, MEAN, "chart--median"))
    return Picture(
        tuple(series),
        LEGEND if law else LEGEND[:2],
        SHORT if law else LEGEND[:2],
        _notes(reading, mean, snapshot),
        last=snapshot.step,
        method=_space.method(snapshot),
        measured=reading.step,
        from_zero=True,
        across=_limits(found, law),
        across_name="apart",
    )


def _nothing_to_see(reading: DistancesReading) -> str:
    if reading.walkers < 3:
        return "needs three walkers"
    if reading.mean is None:
        return _cohorts.SOME_DIVERGED
    return "" if reading.mean else "all walkers coincide"


def _spread_of(law: DistanceTheory, most: float) -> Series:
    """One standard deviation to the left of the law's mean, and one to the right, half as high."""
    left, right = (
        upright(law.mean + by * law.absolute_spread, 0.0, 0.5 * most, DOTS, "chart--theory") for by in (-1, 1)
    )
    x: Floats = np.concatenate((left.x, right.x))
    y: Floats = np.concatenate((left.y, right.y))
    return Series(x, y, DOTS, "chart--theory", frame=False, scatter=True)


def _limits(found: Histogram, law: DistanceTheory | None) -> tuple[float, float]:
    """Room for the bars, and for the law with them."""
    low, high = found.edges[0], found.edges[-1]
    if law is None:
        return low, high
    return min(low, law.mean - 2.0 * law.absolute_spread), max(high, law.mean + 2.0 * law.absolute_spread)


def _notes(reading: DistancesReading, mean: float, snapshot: Snapshot) -> tuple[str, ...]:
    law = reading.theory
    found = [f"mean {number(mean)}{_error(reading.mean_error)}"]
    if law is not None:
        found.append(f"theory {number(law.mean)}")
    if reading.absolute_spread is not None:
        found.append(f"deviation {number(reading.absolute_spread)}{_error(reading.absolute_error)}")
    if reading.relative_spread is not None:
        found.append(f"relative {number(reading.relative_spread)}{_error(reading.relative_error)}")
    return (*found, _space.compared(snapshot, reading.walkers))


def _error(error: float | None) -> str:
    return f", error {number(error)}" if error is not None else ""


PANEL = Panel(
    "Distances",
    "distances",
    1,
    ("distances",),
    "how far the walkers are from one another, all pairs of them, beside mean and standard deviation of "
    "independent starts; errors are standard errors, found by leaving out each walker in turn, because pairs "
    "share walkers",
    paint,
)
