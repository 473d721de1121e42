"""The probability that all directions of Rastrigin's function rise at a random point."""

from __future__ import annotations

from sim.experiment import Experiment
from sim.giants.laws import falling_of_rastrigin
from sim.snapshot import Snapshot
from tui import giants
from tui.figure import Figure
from tui.formats import power_of_ten


def predicted(experiment: Experiment, step: int) -> str:
    """One direction's, to the power of how many there are, whatever the step."""
    return power_of_ten(falling_of_rastrigin(experiment.giant, giants.amplitude_of(experiment)).log10_of_none)


def measured(snapshot: Snapshot) -> str:
    """Nobody waits for that."""
    return ""


FIGURE = Figure("all rise", "", (), predicted, measured)
