"""How many directions curve down, stay flat or curve up: the focused walker, and a sample of the others."""

from __future__ import annotations

from sim.measures.signs import SignsReading
from sim.snapshot import Snapshot
from tui.formats import setting, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import Picture, Series

FOCUS = {"positive": "+", "zero": "0", "negative": "−"}
OTHERS = {"positive": "▵", "zero": "∘", "negative": "▿"}
"""The marks of each sign: for the focused walker, and for the median of the sample."""

LAYERS = (
    ("positive", FOCUS, "", 1, 0),
    ("negative", FOCUS, "", 1, 0),
    ("positive", OTHERS, "others_", 2, 1),
    ("negative", OTHERS, "others_", 2, 1),
    ("zero", FOCUS, "", 4, 2),
    ("zero", OTHERS, "others_", 4, 3),
)
"""Sign, marks, prefix of the column, and every which column of the chart from which on: each is drawn over
those before it and leaves columns free in which they are seen."""


def paint(snapshot: Snapshot) -> Picture:
    """Counts out of all directions, so the axis goes from 0 to their number."""
    reading: SignsReading | None = snapshot.readings.get("signs")
    trace = snapshot.traces.get("signs")
    if reading is None or trace is None:
        return Picture()
    name = _cohorts.name(snapshot)
    if reading.reason:
        why = f"not counted: {reading.reason}"
        return Picture(notes=(why,), message=why, last=snapshot.step, measured=reading.step)
    message = "" if reading.focus or reading.others else "the Hessian is not finite: walkers diverged"
    series = tuple(
        Series(
            trace.steps,
            trace.column(prefix + sign),
            marks[sign],
            f"chart--{prefix.replace('_', '-')}{sign}",
            frame=False,  # more directions than now may have been open before
            apart=apart,
            begin=begin,
        )
        for sign, marks, prefix, apart, begin in LAYERS
    )
    return Picture(
        series,
        _legend(reading, _others(reading)),
        _legend(reading, "rest"),
        _notes(reading, name),
        message,
        snapshot.step,
        limits=(0, reading.directions),
        method=_method(reading, name),
        measured=reading.step,
    )


def _method(reading: SignsReading, cohort: str) -> tuple[str, ...]:
    """How the counts are known, and of which cohort they are, where there are several; the more the wider."""
    found = (reading.focus, *reading.others)
    known = next((signs for signs in found if signs is not None), None)
    if known is None:
        return (cohort,) if cohort else ()
    word = "exact" if known.exact else "estimate"
    details = (known.method, known.method.partition(",")[0])
    ways = (*dict.fromkeys(f"{word} ({detail})" for detail in details), word)
    if not cohort:
        return ways
    return *(f"{cohort}, {way}" for way in ways), cohort, cohort.partition(" ")[0]


def _legend(reading: SignsReading, others: str) -> tuple[str, ...]:
    walker = f"{''.join(FOCUS.values())} walker {reading.walker + 1}"
    return (walker, f"{''.join(OTHERS.values())} {others}") if reading.others else (walker,)


def _others(reading: SignsReading) -> str:
    count = len(reading.others)
    return f"median of {count} others" if count > 1 else "one other"


def _notes(reading: SignsReading, cohort: str) -> tuple[str, ...]:
    focus = reading.focus
    walker = f"walker {reading.walker + 1}{f' of {cohort}' if cohort else ''}"  # people count from 1
    notes = [f"{walker} diverged"]
    if focus is not None:
        notes = [
            f"{whole(focus.negative)} down, {whole(focus.zero)} flat, {whole(focus.positive)} up",
            walker,
        ]
    if reading.others:
        medians = "/".join(setting(reading.median(sign)) for sign in ("negative", "zero", "positive"))
        notes.append(f"{_others(reading)} {medians}")
    notes.append(f"{whole(reading.directions)} directions")
    return tuple(notes)


PANEL = Panel(
    "Hessian signs",
    "descent",
    4,
    ("signs",),
    "how many directions curve down, stay flat or curve up where one walker stands, and the median over "
    "a sample of the others; a minimum has none that curves down",
    paint,
)
