"""How many directions curve down, stay flat or curve up: the focused walker, and a sample of the others."""

from __future__ import annotations

from sim.measure import TraceView
from sim.measures.signs import SignsReading
from sim.snapshot import Snapshot
from tui.chart import Mark, Picture, Series
from tui.formats import setting, whole
from tui.panel import Panel

SIGNS = (
    ("negative", "down", Mark("−", "-"), Mark("▿", "v")),
    ("zero", "flat", Mark("0", "0"), Mark("∘", "o")),
    ("positive", "up", Mark("+", "+"), Mark("▵", "^", "▿∘▵")),
)
"""Sign, its name in words, the mark of the focused walker, the mark of the sample's median."""


def paint(snapshot: Snapshot) -> Picture:
    """Counts out of all directions, so the axis goes from 0 to their number."""
    reading: SignsReading | None = snapshot.readings.get("signs")
    trace = snapshot.traces.get("signs")
    if reading is None or trace is None:
        return Picture()
    message = "" if reading.focus or reading.others else "the Hessian is not finite: walkers diverged"
    series = (*_others(trace, len(reading.others)), *_focus(trace))
    return Picture(series, _notes(reading, snapshot.step), message, snapshot.step, limits=(0, reading.directions))


def _focus(trace: TraceView) -> tuple[Series, ...]:
    return tuple(
        Series(trace.steps, trace.column(sign), words, mark, f"chart--{sign}") for sign, words, mark, _ in SIGNS
    )


def _others(trace: TraceView, count: int) -> tuple[Series, ...]:
    """The medians; the last mark stands for all three in the legend."""
    labels = ("", "", f"median of {count} others") if count else ("", "", "")
    return tuple(
        Series(trace.steps, trace.column(f"others_{sign}"), label, mark, f"chart--others-{sign}")
        for label, (sign, _, _, mark) in zip(labels, SIGNS, strict=True)
    )


def _notes(reading: SignsReading, step: int) -> tuple[str, ...]:
    focus = reading.focus
    if focus is None:
        notes = [f"walker {reading.walker} diverged"]
    else:
        notes = [
            f"walker {reading.walker}: {whole(focus.negative)} down, {whole(focus.zero)} flat, {whole(focus.positive)} up",
            f"{'exact' if focus.exact else 'estimate'} ({focus.method})",
        ]
    notes.append(f"{whole(reading.directions)} directions")
    if reading.step < step:
        notes.append(f"as of step {whole(reading.step)}")
    if reading.others:
        medians = "/".join(setting(reading.median(sign)) for sign, *_ in SIGNS)
        notes.append(f"others {medians}")
    return tuple(notes)


PANEL = Panel("Hessian signs", 4, ("signs",), paint)
