"""Whether groups of walkers keep together, and how far cohorts are from one another."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from sim.arrays import np
from sim.measure import TraceView
from sim.measures.cohort_distances import Apart, CohortDistancesReading
from sim.measures.groups import NO_GROUPS, GroupsReading
from sim.snapshot import Snapshot
from tui.formats import number
from tui.panel import Panel
from tui.panels import _cohorts, _space
from tui.picture import BAND, DASHES, LINE, Picture, Series

EMPTY = "needs groups (--starts groups) or a second cohort (`add-cohort`)"

LETTERS = "abcd"
"""Marks of different walkers of each cohort, as numbers are of the same."""

APART = 8
"""Every how many columns a line carries its mark."""

Reading = TypeVar("Reading", GroupsReading, CohortDistancesReading)


def paint(snapshot: Snapshot) -> Picture:
    """How far cohorts are from the chosen one, where there are several, and groups in words; else groups."""
    groups = _told(snapshot, snapshot.readings.get("groups"))
    beside = _told(snapshot, snapshot.readings.get("cohort-distances"))
    if beside is not None and len(snapshot.cohorts) > 1:
        return _of_cohorts(snapshot, beside, groups)
    if groups is None:
        return Picture(message=beside.reason if beside else "")
    if groups.reason == NO_GROUPS:
        return Picture(message=EMPTY, last=snapshot.step)
    trace = snapshot.traces["groups"]
    return Picture(
        _groups(trace),
        (f"{LINE} within", f"{DASHES} between", f"{BAND} if shuffled"),
        shortest_legend=(f"{LINE} in", f"{DASHES} between", f"{BAND} chance"),
        notes=(*_notes(groups), _space.compared(snapshot, groups.walkers)),
        message="" if np.isfinite(trace.column("within")).any() else groups.reason,
        last=snapshot.step,
        method=_space.method(snapshot),
        measured=groups.step,
        from_zero=True,
    )


def _told(snapshot: Snapshot, reading: Reading | None) -> Reading | None:
    """The reading, whose reason is told of all walkers where it is true of all."""
    return replace(reading, reason=_cohorts.how_many(snapshot, reading.reason)) if reading else None


def _groups(trace: TraceView) -> tuple[Series, ...]:
    low, high = trace.column("null_low"), trace.column("null_high")
    return (
        Series(trace.steps, low, BAND, "chart--band", top=high),
        Series(trace.steps, trace.column("between"), DASHES, "chart--theory", apart=2),
        Series(trace.steps, trace.column("within"), LINE, "chart--median"),
    )


def _notes(reading: GroupsReading) -> tuple[str, ...]:
    if reading.within is None or reading.between is None or reading.ratio is None:
        return (reading.reason,)
    return (
        f"within {number(reading.within)}",
        f"between {number(reading.between)}",
        f"ratio {number(reading.ratio)}",
        f"p {number(reading.p_value) if reading.p_value is not None else 'none'}",
        f"{reading.groups} groups",
    )


def _of_cohorts(snapshot: Snapshot, reading: CohortDistancesReading, groups: GroupsReading | None) -> Picture:
    labels, legend = snapshot.experiment.labels, list[str]()
    if (reading.cohorts, reading.place) != (len(labels), snapshot.chosen):  # one was removed since
        return Picture()
    places = [apart.place for apart in reading.apart]
    since = _since(snapshot.traces["cohort-distances"], len(snapshot.cohorts))
    series = [line for marked in (False, True) for place in places for line in _lines(since, place, marked)]
    for apart in reading.apart:
        legend.append(f"{apart.place + 1} same walker in {labels[apart.place]}")
        legend.append(f"{LETTERS[apart.place]} others")
    words = [note for apart in reading.apart for note in _beside(apart)]
    if groups is not None and groups.within is not None:
        words += [f"groups: {note}" for note in _notes(groups)[:1]] + list(_notes(groups)[1:4])
    return Picture(
        tuple(series),
        tuple(legend),
        tuple(f"{apart.place + 1}{LETTERS[apart.place]} {labels[apart.place]}" for apart in reading.apart),
        notes=(*(words or [reading.reason]), _space.compared(snapshot, reading.walkers)),
        message="" if any(np.isfinite(curve.y).any() for curve in series) else reading.reason or "diverged",
        last=snapshot.step,
        method=_space.method(snapshot),
        measured=reading.step,
        from_zero=True,
    )


def _since(trace: TraceView, cohorts: int) -> TraceView:
    """The rows since there are so many cohorts: one that is removed leaves its place to another."""
    as_many = trace.column("cohorts") == cohorts
    begin = len(as_many) - int(np.argmin(np.append(as_many[::-1], False)))
    return TraceView(trace.columns, trace.steps[begin:], trace.rows[begin:])


def _lines(trace: TraceView, place: int, marked: bool) -> tuple[Series, ...]:
    """The line of the same walkers in one cohort; or its marks, and those of different ones."""
    same, different = (trace.column(f"{name}_{place + 1}") for name in ("same", "different"))
    style = f"chart--cohort-{place + 1}"
    if not marked:
        return (Series(trace.steps, same, LINE, style),)
    marks = ((same, str(place + 1)), (different, LETTERS[place]))
    return tuple(
        Series(trace.steps, values, mark, style, apart=APART, begin=2 * place) for values, mark in marks
    )


def _beside(apart: Apart) -> tuple[str, ...]:
    number_of = apart.place + 1
    if apart.same is None:
        return (f"{number_of} diverged",)
    same = f"{number_of} same {number(apart.same.median)}"
    return (same,) if apart.different is None else (same, f"others {number(apart.different)}")


PANEL = Panel(
    "Groups and cohorts",
    "distances",
    3,
    ("groups", "cohort-distances"),
    "with starts in groups, the mean distance within groups and between them, beside groups dealt at random; "
    "with several cohorts, how far each is from the chosen one: the walkers that began at the same points "
    "(median), and different ones (mean)",
    paint,
    "Groups",
)
