"""How far the walkers have come from their starts, and how far they are from a known minimum."""

from __future__ import annotations

from sim.arrays import np
from sim.measure import TraceView
from sim.measures.travel import TravelReading
from sim.population import Spread
from sim.snapshot import Snapshot
from tui.formats import number
from tui.panel import Panel
from tui.panels import _cohorts, _space
from tui.picture import BAND, DASHES, DOTS, LINE, Picture, Series, across

LEGEND = {
    LINE: ("from start", "moved", "way"),
    BAND: ("10–90%", "10–90%", "80%"),
    DOTS: ("to minimum", "to min", "min"),
    DASHES: ("start to start", "starts", "init"),
}
"""What each mark is, in words and in ever fewer."""

NOTHING_KNOWN = "neither the starts nor a minimum is known"


def paint(snapshot: Snapshot) -> Picture:
    """Median and 10–90 % from the start, and the median to the minimum; beside how far starts are apart."""
    reading: TravelReading | None = snapshot.readings.get("travel")
    trace = snapshot.traces.get("travel")
    if reading is None or trace is None:
        return Picture()
    if reading.from_start is None and reading.to_minimum is None:
        return Picture(message=NOTHING_KNOWN, last=snapshot.step, measured=reading.step)
    series = _curves(reading, trace)
    if reading.between_starts is not None and reading.from_start is not None:
        series.append(across(reading.between_starts, snapshot.step, DASHES, "chart--theory"))
    long, short, shortest = (
        tuple(f"{s.mark} {LEGEND[s.mark][brevity]}" for s in series) for brevity in range(3)
    )
    known = any(np.isfinite(curve.y).any() for curve in series if curve.mark in (LINE, DOTS))
    return Picture(
        tuple(series),
        long,
        short,
        shortest_legend=shortest,
        notes=_notes(reading, snapshot),
        message="" if known else _cohorts.ALL_DIVERGED,
        last=snapshot.step,
        method=_space.method(snapshot),
        measured=reading.step,
        from_zero=True,
    )


def _curves(reading: TravelReading, trace: TraceView) -> list[Series]:
    """What there is of them."""
    series = list[Series]()
    if reading.from_start is not None:
        low, high = trace.column("start_p10"), trace.column("start_p90")
        series.append(Series(trace.steps, low, BAND, "chart--band", top=high))
        series.append(Series(trace.steps, trace.column("start_median"), LINE, "chart--median"))
    if reading.to_minimum is not None:
        series.append(Series(trace.steps, trace.column("minimum_median"), DOTS, "chart--least"))
    return series


def _notes(reading: TravelReading, snapshot: Snapshot) -> tuple[str, ...]:
    notes, start = list[str](), reading.from_start
    if start is not None:
        notes.append(f"from start {number(start.median)}")
        if reading.relative is not None and reading.between_starts is not None:
            how = "in theory" if reading.exact else "measured"
            notes.append(f"{number(reading.relative)} of start to start")
            notes.append(f"{number(reading.between_starts)} {how}")
        notes.append(f"10–90% {number(start.p10)} to {number(start.p90)}")
    if reading.to_minimum is not None:
        notes[1:1] = _to_minimum(reading, reading.to_minimum)
    return (*notes, _space.compared(snapshot, reading.walkers))


def _to_minimum(reading: TravelReading, found: Spread) -> list[str]:
    notes = [f"to minimum {number(found.median)}", f"{reading.near} near it"]
    if reading.starts_to_minimum is not None:
        notes.append(f"starts {number(reading.starts_to_minimum)} from it")
    return notes


PANEL = Panel(
    "Travel",
    "distances",
    2,
    ("travel",),
    "how far each walker is from its own start, beside how far two starts are from each other; and from the "
    "nearest minimum that is known, where one is: near it is a walker with every coordinate within half of "
    "what the landscape calls its length",
    paint,
)
