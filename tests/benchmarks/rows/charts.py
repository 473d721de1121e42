"""The four charts of the laboratory at 120×40: where they stand, and what it costs to build them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle
from unittest.mock import create_autospec

from textual.geometry import Region

from sim import Experiment, Simulation
from sim.engine import Engine
from sim.snapshot import Snapshot
from tui.app import LabApp

from ..row import Budget, Result, Row
from ..timing import medians, of_one_core, per

SIZE = (120, 40)
EARLY, LATE, READ_EVERY = 1000, 4000, 20


@asynccontextmanager
async def laboratory(size: tuple[int, int] = SIZE) -> AsyncIterator[LabApp]:
    """The laboratory without a terminal, and with an engine that does nothing."""
    engine = create_autospec(Engine, instance=True)
    engine.take.return_value = None
    app = LabApp(Experiment(), engine)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app


def regions(size: tuple[int, int] = SIZE) -> list[Region]:
    """The inside of the panels that are seen: a row of numbers, and the chart below it."""

    async def found() -> list[Region]:
        async with laboratory(size) as app:
            return [view.content_region for view in app.lab.charts.on_page if view.display]

    return asyncio.run(found())


def snapshots() -> list[Snapshot]:
    """The opening scene early and late: every chart differs between them."""
    simulation, found = Simulation(Experiment()), []
    for step in range(READ_EVERY, LATE + 1, READ_EVERY):
        simulation.advance(READ_EVERY)
        snapshot = simulation.read()
        if step in (EARLY, LATE):
            found.append(replace(snapshot, phase="running"))
    return found


def chart_set(repetitions: int) -> Result:
    """Paint and draw all four, from two snapshots in turn."""

    async def measured() -> dict[str, float]:
        following = cycle(snapshots())
        async with laboratory() as app:

            def draw() -> None:
                snapshot = next(following)
                changed = [view.show(snapshot) for view in app.lab.charts.on_page]
                if not all(changed):
                    raise AssertionError("a chart did not change, so it may not have been built")

            return medians({"four_charts": of_one_core(draw)}, repetitions)

    found = per(asyncio.run(measured()), 1, 1e-3, "ms")
    return Result(repetitions, found, (Budget("four charts, ms", found["four_charts_ms"], most=25.0),))


ROWS = (Row("charts", "the four charts built from a new snapshot, 120×40", chart_set, 31),)
