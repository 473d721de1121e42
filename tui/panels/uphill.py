"""Of random directions from one walker, how many lead up, by how far one goes."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.measures.uphill import UphillReading
from sim.snapshot import Snapshot
from tui.formats import number, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import DASHES, Picture, Series

POINT, BAR = "●", "│"

FEW = 10
"""In fewer directions than that the theory, which takes sums for normal, is rough."""


def paint(snapshot: Snapshot) -> Picture:
    """Points with their intervals over the radius, and the line of the theory."""
    reading: UphillReading | None = snapshot.readings.get("uphill")
    if reading is None:
        return Picture()
    name = _cohorts.name(snapshot)
    if reading.reason:
        return Picture(message=reading.reason, last=snapshot.step, measured=reading.step)
    bars = np.linspace(reading.low, reading.high, 64, axis=1)
    series = [Series(np.repeat(reading.radii, 64), bars.ravel(), BAR, "chart--band", scatter=True)]
    legend = [f"{POINT} measured", f"{BAR} 95% interval"]
    if reading.theory is not None:
        series.append(Series(*_smooth(reading.radii, reading.theory), DASHES, "chart--theory"))
        legend.append(f"{DASHES} second-order theory")
    series.append(Series(reading.radii, reading.shares, POINT, "chart--median", scatter=True))
    return Picture(
        tuple(series),
        tuple(legend),
        (f"{POINT} share", f"{BAR} 95%", f"{DASHES} theory")[: len(legend)],
        notes=_notes(reading, name),
        last=snapshot.step,
        limits=(0.0, 1.0),
        method=_method(reading, name),
        measured=reading.step,
        across=(float(reading.radii[0]), float(reading.radii[-1])),
        across_name="radius",
        across_log=True,
    )


def _smooth(radii: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """The theory between the radii, for a line without holes."""
    x = np.geomspace(radii[0], radii[-1], 256)
    return x, np.interp(np.log(x), np.log(radii), shares)


def _percent(share: float) -> str:
    """All and none are said of nothing else."""
    if np.isnan(share):
        return "unknown"
    if 0.0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1.0 else f"{100.0 * share:.0f}%"


def _notes(reading: UphillReading, cohort: str) -> tuple[str, ...]:
    shares, radii = reading.shares, reading.radii
    notes = [
        f"{_percent(shares[0])} up at {number(radii[0])}",
        f"{_percent(shares[-1])} at {number(radii[-1])}",
        f"from walker {reading.walker + 1}{f' of {cohort}' if cohort else ''}",
    ]
    if reading.theory is not None:
        rough = ", rough in so few directions" if reading.open_directions < FEW else ""
        notes.append(f"theory of second order{rough}, {_traces(reading)}")
    if reading.surface:
        notes.append("along the surface")
    return tuple(notes)


def _traces(reading: UphillReading) -> str:
    if reading.exact:
        return f"traces exact ({reading.method})"
    errors = reading.theory_error
    off = 0.0 if errors is None else 100.0 * float(np.nanmax(errors, initial=0.0))
    return f"traces estimated ({reading.method}, {off:.0f}% standard error at most)"


def _method(reading: UphillReading, cohort: str) -> tuple[str, ...]:
    """Of how many directions, and of which cohort where there are several; the more the wider."""
    return _cohorts.method(cohort, f"{whole(reading.directions)} directions")


PANEL = Panel(
    "Ways up",
    "walls",
    1,
    ("uphill",),
    "share of random directions in which the loss is higher than where one walker stands, by how far one "
    "goes, and what slope and curvature alone make one expect; where it is near 1, a walker that looks about "
    "at random sees walls all round",
    paint,
)
