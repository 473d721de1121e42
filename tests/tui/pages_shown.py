"""A made-up snapshot for every page of the laboratory, in which each of its panels has something to show."""

from __future__ import annotations

import made_up
import test_critical_panels
import test_giant_panels
import test_map
from test_wall_panels import barrier, line, lowest, uphill

from sim.measure import TraceView
from sim.snapshot import Snapshot
from tui.actions import EVERY, OWN
from tui.panel import PAGES

ALONE: dict[str, object] = {
    "map-coordinates": test_map.reading(**test_map.FAR),
    "uphill": uphill(),
    "barrier": barrier(matched=line(300.0, 20.0)),
    "paths": lowest([1.31, 0.778, 0.106, 0.0, 0.0]),
    "critical-points": test_critical_panels.CENSUS,
}
"""Readings that the opening experiment has beside its routine ones."""

TRACED: dict[str, tuple[object, TraceView]] = {
    "groups": made_up.grouped(300),
    "spectrum": made_up.spectrum(),
    "sharpness": made_up.sharpness(300),
    "decrease": made_up.decrease(300),
    "index-loss": made_up.index_loss(),
}
"""The same with what they were at earlier steps."""


def whole() -> Snapshot:
    """The opening experiment, paused, with all that is measured of it."""
    found = made_up.snapshot()
    for name, reading in ALONE.items():
        found = made_up.with_reading(found, name, reading)
    for name, (reading, trace) in TRACED.items():
        found = made_up.with_reading(found, name, reading, trace)
    return found


def shown(page: str) -> Snapshot:
    """What a page shows."""
    return test_giant_panels.shown() if page == "giants" else whole()


EVERY_PAGE = (*PAGES, OWN, EVERY)
