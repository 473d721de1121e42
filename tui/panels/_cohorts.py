"""Several cohorts in one chart: a line for each, and its number on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.measure import TraceView
from sim.snapshot import Snapshot
from tui.picture import LINE, Series
from tui.steering import all_diverged

SOME_DIVERGED, ALL_DIVERGED = "some walkers diverged", "all walkers diverged"

APART = 16
"""Every how many columns a line carries its number; the lines take turns."""


def lines(snapshot: Snapshot, measure: str, column: str) -> tuple[Series, ...]:
    """One column of a measure for every cohort, as a line with the cohort's number on it."""
    found = list(_traces(snapshot, measure))
    drawn = [Series(t.steps, t.column(column), LINE, f"chart--cohort-{place + 1}") for place, t in found]
    numbers = [
        Series(
            t.steps, t.column(column), str(place + 1), f"chart--cohort-{place + 1}",
            apart=APART, begin=APART // len(found) * at + 2,
        )
        for at, (place, t) in enumerate(found)
    ]  # fmt: skip
    return (*drawn, *numbers)


def _traces(snapshot: Snapshot, measure: str) -> Iterator[tuple[int, TraceView]]:
    """Place and trace of the cohorts that have one."""
    for place, view in enumerate(snapshot.cohorts):
        if measure in view.traces:
            yield place, view.traces[measure]


def legend(snapshot: Snapshot) -> tuple[str, ...]:
    """Number and label of every cohort."""
    return tuple(f"{place} {label}" for place, label in enumerate(snapshot.experiment.labels, start=1))


def notes(snapshot: Snapshot, values: Iterable[str]) -> tuple[str, ...]:
    """The present value of each cohort, after its number, the chosen one's first; "" is not known yet."""
    found = [f"{place} {value}" if value else "" for place, value in enumerate(values, start=1)]
    chosen = found.pop(snapshot.chosen)
    return tuple(filter(None, (chosen, *found)))


def how_many(snapshot: Snapshot, why: str) -> str:
    """Why there is nothing to see, told of all walkers where it is true of all."""
    return ALL_DIVERGED if why == SOME_DIVERGED and all_diverged(snapshot) else why


def name(snapshot: Snapshot) -> str:
    """Number and label of the chosen cohort, where there are several."""
    labels = snapshot.experiment.labels
    return f"{snapshot.chosen + 1} {labels[snapshot.chosen]}" if len(labels) > 1 else ""


def method(cohort: str, *ways: str) -> tuple[str, ...]:
    """How numbers are known, in ever fewer words, and whose they are by `name`, where there are several."""
    return (*(f"{cohort}, {way}" for way in ways), cohort, cohort.partition(" ")[0]) if cohort else ways
