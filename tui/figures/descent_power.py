"""The power of the step with which the loss of those walkers falls: its slope on two logarithmic axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.measure import TraceView
from sim.snapshot import Snapshot
from tui.figure import Figure
from tui.figures import _descent
from tui.formats import minus

if TYPE_CHECKING:
    from sim.population import PopulationReading

SHORTEST = 8
"""Before that step it says little."""


def predicted(experiment: Experiment, step: int) -> str:
    """The slope from half of the step to the step."""
    if step < SHORTEST or not _descent.has_law(experiment, step):
        return ""
    before = step // 2
    return _slope(before, _descent.loss(experiment, before), step, _descent.loss(experiment, step))


def measured(snapshot: Snapshot) -> str:
    """The same of the median loss of the first cohort, up to its reading."""
    first = snapshot.cohorts[0]
    trace: TraceView | None = first.traces.get("loss")
    reading: PopulationReading | None = first.readings.get("loss")
    if trace is None or reading is None or reading.step < SHORTEST:
        return ""
    steps, median = trace.steps, trace.column("median")
    before, last = (int((steps <= step).sum()) - 1 for step in (reading.step // 2, reading.step))
    return _slope(int(steps[before]), float(median[before]), int(steps[last]), float(median[last]))


def _slope(before: int, then: float, step: int, now: float) -> str:
    """The slope between the losses at two steps; "" where one is not above 0."""
    if not (0.0 < then < math.inf and 0.0 < now < math.inf):
        return ""
    return minus(f"{math.log(now / then) / math.log(step / before):.2f}")


FIGURE = Figure("power", "walked", ("loss",), predicted, measured, of_steps=True)
