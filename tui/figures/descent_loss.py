"""The loss of walkers that descend a random quadratic function of very many dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui.figure import Figure
from tui.figures import _descent
from tui.formats import number

if TYPE_CHECKING:
    from sim.population import PopulationReading


def predicted(experiment: Experiment, step: int) -> str:
    """The same for every walker, where gradient descent has a learning rate that stays."""
    return number(_descent.loss(experiment, step)) if _descent.has_law(experiment, step) else ""


def measured(snapshot: Snapshot) -> str:
    """The median of the first cohort, and how far the lowest and the highest walker are from it."""
    reading: PopulationReading | None = snapshot.cohorts[0].readings.get("loss")
    if reading is None:
        return ""
    found = reading.spread
    return f"{number(found.median)} ({number(found.min)} to {number(found.max)})"


FIGURE = Figure("loss", "walked", ("loss",), predicted, measured, of_steps=True)
