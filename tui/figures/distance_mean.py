"""How far independent normal points are from one another on average, in the dimension of the exact laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from sim.theory import normal_distances
from tui import giants
from tui.figure import Figure
from tui.formats import decimal, number

if TYPE_CHECKING:
    from sim.measures.drawn_distances import DrawnDistancesReading

DIGITS = 2


def predicted(experiment: Experiment, step: int) -> str:
    """The mean, whatever the step."""
    return decimal(normal_distances(experiment.giant, 1.0).mean, DIGITS)


def measured(snapshot: Snapshot) -> str:
    """The mean over all pairs, with its standard error."""
    reading: DrawnDistancesReading | None = snapshot.readings.get("drawn-distances")
    if reading is None or not giants.same_points(reading, snapshot.experiment) or reading.edges is None:
        return ""
    error = "" if reading.mean_error is None else f" ± {number(reading.mean_error)}"
    return decimal(reading.mean, DIGITS) + error


FIGURE = Figure("mean distance", "drawn", ("drawn-distances",), predicted, measured)
