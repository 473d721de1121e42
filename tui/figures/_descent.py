"""What figures of descent share: the law of a random quadratic function's loss."""

from __future__ import annotations

from sim.experiment import Experiment
from sim.giants.descent import expected_loss
from sim.theory import Semicircle

LARGE = 10**6
"""Dimensions from which on every walker's loss is on the curve, but for less than 1 %."""


def has_law(experiment: Experiment) -> bool:
    """Whether the first cohort's loss follows from theory."""
    plain = experiment.optimizer == "gd" and experiment.schedule == "constant"
    return plain and experiment.landscape == "krylov-quadratic" and experiment.dim >= LARGE


def loss(experiment: Experiment, step: int) -> float:
    """The loss after so many steps at the learning rate that is set."""
    scale, shift = (float(experiment.settings[name]) for name in ("scale", "shift"))
    law = Semicircle(scale * shift, 2.0 * scale)
    return expected_loss(experiment.dim, law, experiment.hyperparameters["lr"], step)
