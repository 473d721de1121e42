"""The power of the step with which the loss of those walkers falls: its slope on two logarithmic axes."""

from __future__ import annotations

import math

from sim.experiment import Experiment
from sim.measure import TraceView
from sim.snapshot import Snapshot
from tui.figure import Figure
from tui.figures import _descent
from tui.formats import minus

SHORTEST = 8
"""Before that step it says little."""


def predicted(experiment: Experiment, step: int) -> str:
    """The slope from half of the step to the step."""
    if step < SHORTEST or not _descent.has_law(experiment):
        return ""
    before = step // 2
    return _slope(before, _descent.loss(experiment, before), step, _descent.loss(experiment, step))


def measured(snapshot: Snapshot) -> str:
    """The same of the median loss of the first cohort."""
    trace: TraceView | None = snapshot.cohorts[0].traces.get("loss")
    if trace is None or not len(trace.steps) or trace.steps[-1] < SHORTEST:
        return ""
    step, median = int(trace.steps[-1]), trace.column("median")
    place = int((trace.steps <= step // 2).sum()) - 1
    return _slope(int(trace.steps[place]), float(median[place]), step, float(median[-1]))


def _slope(before: int, then: float, step: int, now: float) -> str:
    """The slope between the losses at two steps; "" where one is not above 0."""
    if not (0.0 < then < math.inf and 0.0 < now < math.inf):
        return ""
    return minus(f"{math.log(now / then) / math.log(step / before):.2f}")


FIGURE = Figure("power", "walked", ("loss",), predicted, measured)
