"""What figures of descent share: the law of a random quadratic function's loss."""

from __future__ import annotations

from sim.experiment import Experiment
from sim.giants.descent import expected_loss, relative_deviation
from sim.registry import LANDSCAPES
from sim.theory import Semicircle

LANDSCAPE = "krylov-quadratic"
"""Whose walkers start normally distributed, whatever their spread, and whose gradient is linear."""

LARGE, CERTAIN = 10**6, 0.01
"""Dimensions from which on the law may hold, and the relative standard deviation of a walker's loss up to
which it is the loss of all: the fewer directions are left to descend along, the farther apart they are."""


def has_law(experiment: Experiment, step: int) -> bool:
    """Whether the first cohort's loss after so many steps follows from theory."""
    plain = experiment.optimizer == "gd" and experiment.schedule == "constant"
    if not plain or experiment.landscape != LANDSCAPE or experiment.dim < LARGE:
        return False
    rate = experiment.hyperparameters["lr"]
    return relative_deviation(experiment.dim, _curvatures(experiment), rate, step) < CERTAIN


def loss(experiment: Experiment, step: int) -> float:
    """The loss after so many steps at the learning rate that is set, for starts of any spread."""
    low, high = LANDSCAPES[LANDSCAPE].box(experiment.settings)
    deviation = 0.5 * (high - low) * experiment.starts_settings["spread"]
    rate = experiment.hyperparameters["lr"]
    return deviation**2 * expected_loss(experiment.dim, _curvatures(experiment), rate, step)


def _curvatures(experiment: Experiment) -> Semicircle:
    """The law of the eigenvalues."""
    scale, shift = (float(experiment.settings[name]) for name in ("scale", "shift"))
    return Semicircle(scale * shift, 2.0 * scale)
