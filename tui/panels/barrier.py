"""The loss along straight lines from one walker to others."""

from __future__ import annotations

from sim.arrays import np
from sim.measures.barrier import BarrierReading
from sim.snapshot import Snapshot
from sim.walls.line import Line
from tui.formats import number
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import DASHES, DOTS, LINE, Picture, Series


def paint(snapshot: Snapshot) -> Picture:
    """The farthest walker, the nearest, and the farthest with its neurons renamed."""
    reading: BarrierReading | None = snapshot.readings.get("barrier")
    if reading is None:
        return Picture()
    far, near, matched = reading.farthest, reading.nearest, reading.matched
    if reading.reason or far is None:
        return Picture(message=reading.reason, last=snapshot.step, measured=reading.step)
    series = [_curve(far.line, LINE, "chart--median")]
    legend, short = [f"{LINE} to {far.partner + 1}, the farthest"], [f"{LINE} to {far.partner + 1}"]
    if near:
        series.append(_curve(near.line, DOTS, "chart--least"))
        legend.append(f"{DOTS} to {near.partner + 1}, the nearest")
        short.append(f"{DOTS} {near.partner + 1}")
    if matched:
        series.append(_curve(matched, DASHES, "chart--theory", begin=1))
        legend.append(f"{DASHES} to {far.partner + 1}, neurons matched")
        short.append(f"{DASHES} matched")
    return Picture(
        tuple(series),
        tuple(legend),
        tuple(short),
        notes=_notes(reading, _cohorts.name(snapshot)),
        last=snapshot.step,
        method=_method(reading, _cohorts.name(snapshot)),
        measured=reading.step,
        across=(0.0, 1.0),
        across_name="of the way",
    )


def _curve(line: Line, mark: str, style: str, begin: int = 0) -> Series:
    """A line, or marks in every other column, so that what runs at the same height is seen as well."""
    x, apart = np.linspace(0.0, 1.0, 512), 1 if mark == LINE else 2
    return Series(x, np.interp(x, line.shares, line.losses), mark, style, apart=apart, begin=begin)


def _height(line: Line) -> str:
    return "∞" if line.barrier is None else number(line.barrier)


def _notes(reading: BarrierReading, cohort: str) -> tuple[str, ...]:
    """Barriers, then the ends, then how far they are apart and how closely was looked."""
    far, near, matched = reading.farthest, reading.nearest, reading.matched
    if far is None:
        return ()
    notes = [f"barrier {_height(far.line)}"]
    if matched:
        notes = [f"{_height(far.line)}, matched {_height(matched)}"]
    if near:
        notes.append(f"nearest {_height(near.line)}")
    ends = (number(float(far.line.losses[place])) for place in (0, -1))
    of = f" of {cohort}" if cohort else ""
    notes.append(f"walker {reading.walker + 1}{of} at {next(ends)}, {far.partner + 1} at {next(ends)}")
    notes.append(f"{number(far.line.length)} apart{f', {number(matched.length)} matched' if matched else ''}")
    if reading.unmatched:
        notes.append("too many neurons to match")
    if reading.surface:
        notes.append("along a great arc")
    notes.append(f"seen every {number(far.line.spacing)} length scales")
    return tuple(notes)


def _method(reading: BarrierReading, cohort: str) -> tuple[str, ...]:
    """From whom, and of which cohort where there are several."""
    return _cohorts.method(cohort, f"from walker {reading.walker + 1}")


PANEL = Panel(
    "Straight lines",
    "walls",
    2,
    ("barrier",),
    "the loss on the straight line from one walker to the farthest other one and to the nearest; the barrier "
    "is the highest loss on the way less that of the higher end. Where hidden neurons may change places, "
    "also with those of the other network renamed to be as near as possible",
    paint,
    "Lines",
)
