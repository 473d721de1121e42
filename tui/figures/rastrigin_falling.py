"""How many directions of Rastrigin's function fall at a random point, in the dimension of the exact laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.giants.laws import falling_of_rastrigin
from sim.snapshot import Snapshot
from tui import giants
from tui.figure import Figure
from tui.formats import whole

if TYPE_CHECKING:
    from sim.measures.drawn_signs import DrawnSignsReading


def predicted(experiment: Experiment, step: int) -> str:
    """Mean and standard deviation of the binomial law, whatever the step."""
    law = falling_of_rastrigin(experiment.giant, giants.amplitude_of(experiment))
    return giants.expected(law.mean, law.standard_deviation)


def measured(snapshot: Snapshot) -> str:
    """How many fall at one point."""
    reading: DrawnSignsReading | None = snapshot.readings.get("drawn-signs")
    if reading is None or not giants.same_laws(reading, snapshot.experiment):
        return ""
    return whole(reading.drawn)


FIGURE = Figure("falling", "drawn", ("drawn-signs",), predicted, measured)
