"""How many directions would fall if each of them did so like a fair coin."""

from __future__ import annotations

import math

from sim.experiment import Experiment
from sim.snapshot import Snapshot
from tui import giants
from tui.figure import Figure


def predicted(experiment: Experiment, step: int) -> str:
    """Mean and standard deviation of the binomial law, whatever the step."""
    dim = experiment.giant
    return giants.expected(0.5 * dim, 0.5 * math.sqrt(dim))


def measured(snapshot: Snapshot) -> str:
    """Nobody tosses them."""
    return ""


FIGURE = Figure("as coins", "", (), predicted, measured)
