"""Landscapes and optimizers that are tried together: each of either kind, but not each with each."""

from __future__ import annotations

from problems import goes_with

from sim import LANDSCAPES, OPTIMIZERS, Cohort, Experiment
from sim.optimizer import Trait

RULES = tuple(name for name in OPTIMIZERS if Trait.FOLLOWS not in OPTIMIZERS[name].traits)
"""The optimizers that can be a first cohort."""

PAIRS = sorted(
    {(landscape, "adam") for landscape in LANDSCAPES if goes_with(landscape, "adam")}
    | {(landscape, "gd") for landscape in LANDSCAPES}
    | {(landscape, rule) for landscape in ("rastrigin", "gaussian-field") for rule in RULES}
)
"""The driver knows neither, so what a landscape does with one rule it does with all."""


def with_followers(experiment: Experiment) -> Experiment:
    """The experiment with every optimizer that follows another cohort, if it may, beside the first one."""
    landscape = experiment.landscape
    followers = tuple(Cohort(name) for name in OPTIMIZERS if name not in RULES and goes_with(landscape, name))
    return experiment.with_cohorts((*experiment.cohorts, *followers))
