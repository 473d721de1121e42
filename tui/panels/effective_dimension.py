"""In how many directions the walkers differ, beside what the spread of their distances implies."""

from __future__ import annotations

from sim.arrays import np
from sim.measure import TraceView
from sim.measures.distances import DistancesReading
from sim.snapshot import Snapshot
from tui.formats import number, whole
from tui.panel import Panel
from tui.panels import _cohorts, _space
from tui.picture import BAND, DASHES, DOTS, LINE, Picture, Series, across

WIDE = 10.0
"""A logarithmic axis once the largest is so many times the smallest."""

ESTIMATE = "effective_dimension"


def paint(snapshot: Snapshot) -> Picture:
    """The estimate with its interval as a band, and 1/(2 CV²) as dots; of several cohorts the estimates."""
    reading: DistancesReading | None = snapshot.readings.get("distances")
    trace = snapshot.traces.get("distances")
    if reading is None or trace is None:
        return Picture()
    several = len(snapshot.cohorts) > 1
    curves = _cohorts.lines(snapshot, "distances", ESTIMATE) if several else _curves(trace)
    legend, shortest = (_cohorts.legend(snapshot), ()) if several else (LEGEND, SHORTEST)
    law: tuple[Series, ...] = ()
    if reading.theory is not None:
        law = (across(float(snapshot.experiment.active), snapshot.step, DASHES, "chart--theory"),)
        legend = (*legend, f"{DASHES} starts")
        shortest = () if several else (*shortest, f"{DASHES} start")
    known = np.concatenate([curve.y for curve in curves if curve.mark == LINE])
    known = known[np.isfinite(known)]
    return Picture(
        (*law, *curves),
        legend,
        shortest_legend=shortest,
        notes=_of_all(snapshot) if several else _notes(reading, snapshot),
        message="" if known.size else _cohorts.how_many(snapshot, _why(reading)) or "not known",
        last=snapshot.step,
        log=bool(known.size and known.max() > WIDE * known.min()),
        method=_space.kinds(snapshot),
        measured=reading.step,
    )


LEGEND = (f"{LINE} estimate", f"{BAND} 2 errors", f"{DOTS} 1/(2CV²)")
SHORTEST = (f"{LINE} est", f"{BAND} ±2", f"{DOTS} CV")


def _curves(trace: TraceView) -> tuple[Series, ...]:
    low, high = trace.column("effective_low"), trace.column("effective_high")
    return (
        Series(trace.steps, low, BAND, "chart--band", top=high),
        Series(trace.steps, trace.column("implied_dimension"), DOTS, "chart--least", frame=False),
        Series(trace.steps, trace.column(ESTIMATE), LINE, "chart--median"),
    )


def _why(reading: DistancesReading) -> str:
    """Why there is no estimate, if so."""
    if reading.walkers < 4:
        return "needs four walkers"
    if reading.mean is None:
        return _cohorts.SOME_DIVERGED
    if not reading.mean:
        return "all walkers coincide"
    return "" if reading.effective else "too few walkers to tell"


def _notes(reading: DistancesReading, snapshot: Snapshot) -> tuple[str, ...]:
    found = reading.effective
    if found is None:
        return (_cohorts.how_many(snapshot, _why(reading)),)
    notes = [f"{number(found.value)} of {whole(snapshot.experiment.active)}"]
    if found.low is not None and found.high is not None:
        notes.append(f"{number(found.low)} to {number(found.high)}")
    if reading.implied is not None:
        notes.append(f"spread implies {number(reading.implied)}")
    return (*notes, _space.compared(snapshot, reading.walkers))


def _of_all(snapshot: Snapshot) -> tuple[str, ...]:
    views = (view.readings.get("distances") for view in snapshot.cohorts)
    return _cohorts.notes(snapshot, ("" if reading is None else _value(reading) for reading in views))


def _value(reading: DistancesReading) -> str:
    return number(reading.effective.value) if reading.effective else "none"


PANEL = Panel(
    "Effective dimension",
    "distances",
    4,
    ("distances",),
    "in how many directions the walkers differ alike, (tr Σ)²/tr Σ² for their covariance Σ, both estimated "
    "without bias; two standard errors each way. 1/(2 CV²) is what the relative spread of their distances "
    "implies where coordinates are normal",
    paint,
    "Dimension",
)
