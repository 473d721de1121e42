"""The standard deviation of those distances over their mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from sim.theory import normal_distances
from tui import giants
from tui.figure import Figure
from tui.formats import number

if TYPE_CHECKING:
    from sim.measures.drawn_distances import DrawnDistancesReading


def predicted(experiment: Experiment, step: int) -> str:
    """The relative spread, whatever the step."""
    return number(normal_distances(experiment.giant, 1.0).relative_spread)


def measured(snapshot: Snapshot) -> str:
    """The same of all pairs, with its standard error."""
    reading: DrawnDistancesReading | None = snapshot.readings.get("drawn-distances")
    if reading is None or not giants.same_points(reading, snapshot.experiment):
        return ""
    if math.isnan(reading.relative_spread):
        return ""
    return giants.beside(reading.relative_spread, reading.relative_error)


FIGURE = Figure("spread over mean", "drawn", ("drawn-distances",), predicted, measured)
