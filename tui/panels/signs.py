"""How many directions curve down, stay flat or curve up: the focused walker, and a sample of the others."""

from __future__ import annotations

from collections.abc import Iterable

from sim.giants.laws import CountLaw
from sim.hessian.counts import SIGNS, Signs
from sim.measures.signs import SignsReading
from sim.snapshot import Snapshot
from tui.actions import GIANTS, page_number
from tui.formats import expected, number, setting, whole
from tui.panel import Panel
from tui.panels import _cohorts
from tui.picture import BAND, Picture, Series

FOCUS = {"positive": "+", "zero": "0", "negative": "−"}
OTHERS = {"positive": "▵", "zero": "∘", "negative": "▿"}
"""The marks of each sign: for the focused walker, and for the median of the sample."""

RANGES = {"positive": "▒", "negative": BAND}
"""What the sample ranges over, from the least to the most."""

_RANGE = (f"{''.join(RANGES.values())} range",)

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
    message = "" if reading.focus or reading.others else "the Hessian is not finite: walkers diverged"
    if reading.law:
        message = _by_law(reading, reading.law)
    ranges = tuple(
        Series(
            trace.steps,
            trace.column(f"others_{sign}_least"),
            mark,
            f"chart--others-{sign}",
            top=trace.column(f"others_{sign}_most"),
            frame=False,
        )
        for sign, mark in RANGES.items()
    )
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
        (*ranges, *series),
        (*_legend(reading, _others(reading)), *(_RANGE if reading.others else ())),
        _legend(reading, "rest"),
        _notes(reading, name),
        message,
        snapshot.step,
        limits=(0, reading.directions),
        method=_method(reading, name),
        measured=reading.step,
        short_note=f"walker {reading.walker + 1}: {reading.reason}" if name and reading.reason else "",
    )


def _by_law(reading: SignsReading, law: CountLaw) -> str:
    """What theory says of directions that are not all drawn."""
    page = f"page {page_number(GIANTS)} counts those of such a matrix, one by one"
    return f"by law {_expected(law)} of {whole(reading.directions)} fall, but for {law.left_out}; {page}"


def _expected(law: CountLaw) -> str:
    return f"{expected(law.mean)} ± {number(law.standard_deviation)}"


def _method(reading: SignsReading, cohort: str) -> tuple[str, ...]:
    """How the counts are known, and of which cohort they are, where there are several; the more the wider."""
    found = (reading.focus, *reading.others)
    known = next((signs for signs in found if signs is not None), None)
    if known is None:
        return _cohorts.method(cohort)
    word = "exact" if known.exact else "estimate"
    details = tuple(dict.fromkeys((known.method, known.method.partition(",")[0])))
    ways: tuple[str, ...] = (*(f"{word} ({detail})" for detail in details), word)
    if known.intervals is not None:
        word = f"estimate {_error(known)}"
        ways = (*(f"{word} ({detail})" for detail in details), word, "estimate")
    return _cohorts.method(cohort, *ways)


def _error(found: Signs) -> str:
    """Half of the widest interval as a share of all directions, and how often it holds the true count."""
    half = max(0.5 * (high - low) for low, high in found.intervals or ())
    return f"±{number(100.0 * half / max(found.directions, 1))} %, {100.0 * (found.confidence or 1.0):g} %"


def _legend(reading: SignsReading, others: str) -> tuple[str, ...]:
    walker = f"{''.join(FOCUS.values())} walker {reading.walker + 1}"
    return (walker, f"{''.join(OTHERS.values())} {others}") if reading.others else (walker,)


def _others(reading: SignsReading) -> str:
    count = len(reading.others)
    return f"median of {count} others" if count > 1 else "one other"


def _notes(reading: SignsReading, cohort: str) -> tuple[str, ...]:
    focus = reading.focus
    walker = f"walker {reading.walker + 1}{f' of {cohort}' if cohort else ''}"  # people count from 1
    notes = [f"by law {_expected(reading.law)} down"] if reading.law else [f"{walker}: {reading.reason}"]
    if focus is not None:
        notes = [
            f"{whole(focus.negative)} down, {whole(focus.zero)} flat, {whole(focus.positive)} up",
            *_held(focus),
            walker,
        ]
    if reading.others:
        notes.append(f"{_others(reading)} {_triple(reading.median(sign) for sign in SIGNS)}")
    if len(reading.others) > 1:
        ends = zip(*(reading.spread(sign) for sign in SIGNS), strict=True)
        notes.append(f"range {' to '.join(_triple(end) for end in ends)}")
    notes.append(f"{whole(reading.directions)} directions")
    return tuple(notes)


def _held(focus: Signs) -> tuple[str, ...]:
    """What the counts of an estimate may be, in the order of the counts."""
    if focus.intervals is None or focus.confidence is None:
        return ()
    ranges = "/".join(f"{whole(low)}–{whole(high)}" for low, high in focus.intervals)
    return (f"{100.0 * focus.confidence:g} %: {ranges}",)


def _triple(counts: Iterable[float]) -> str:
    return "/".join(setting(count) for count in counts)


PANEL = Panel(
    "Hessian signs",
    "descent",
    4,
    ("signs",),
    "how many directions curve down, stay flat or curve up where one walker stands, and the median and range "
    "over a sample of the others; a minimum has none that curves down; of many directions an estimate, whose "
    "error holds as often as it says",
    paint,
    "Signs",
)
