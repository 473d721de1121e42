"""Walkers that have converged beside walkers that move: numbers on their way to 0 must not slow a step down.

Subnormal numbers (below 2e-308) cost a core many times an ordinary operation, and everything that decays
passes through them: positions, averages of gradients, and squares long before. `fresh` walkers stand where
experiments begin; `settled` ones have taken 10⁵ steps; `at the minimum` they stand exactly on it; `nearly`
ones so close that squares of many coordinates are subnormal, and are put back before each measurement.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim import LANDSCAPES, OPTIMIZERS, Experiment, Simulation
from sim.cohort import Cohort
from sim.optimizer import Trait

from ..limits import of_one_core
from ..row import Budget, Result, Row
from ..timing import medians

BOWLS = ("rastrigin", "quadratic")
WALKERS, DIM = 4, 1000
SETTLING, STEPS = 100_000, 2000
NEARLY = (1e-170, 1e-130)
"""How far the nearly converged are from the minimum, per coordinate; squares below 1e-308 are subnormal."""


def prepared(landscape: str, optimizer: str) -> Simulation:
    """Few walkers, on one thread; a rule that follows has gradient descent to follow."""
    follows = Trait.FOLLOWS in OPTIMIZERS[optimizer].traits
    experiment = Experiment(
        landscape=landscape, dim=DIM, walkers=WALKERS, optimizer="gd" if follows else optimizer,
        more_cohorts=(Cohort(optimizer),) if follows else (),
    )  # fmt: skip
    return Simulation(experiment, workers=1)


def ratios(landscape: str, optimizer: str, repetitions: int) -> dict[str, float]:
    """Times of the same steps, over that of fresh walkers."""
    moving, settled, placed = (prepared(landscape, optimizer) for _ in range(3))
    settled.advance(SETTLING if repetitions > 1 else STEPS)
    (minimum, *_) = LANDSCAPES[landscape].known_minima(DIM, moving.experiment.settings)
    at_minimum = np.full((WALKERS, DIM), minimum)
    tiny = np.exp(np.random.default_rng(0).uniform(*np.log(NEARLY), at_minimum.shape))
    timers = {
        "fresh": of_one_core(lambda: moving.advance(STEPS), before=moving.rewind),
        "settled": of_one_core(lambda: settled.advance(STEPS)),
        "at the minimum": of_one_core(lambda: placed.advance(STEPS), before=put(placed, at_minimum)),
        "nearly": of_one_core(lambda: placed.advance(STEPS), before=put(placed, at_minimum + tiny)),
    }
    seconds = medians(timers, repetitions)
    return {name: seconds[name] / seconds["fresh"] for name in timers if name != "fresh"}


def put(simulation: Simulation, positions: np.ndarray) -> Callable[[], None]:
    """The walkers there, with nothing remembered."""
    return lambda: simulation.place(positions)


def measure(repetitions: int) -> Result:
    """Every rule on both bowls."""
    found = {
        f"{landscape} {optimizer}, {name} / fresh": ratio
        for landscape in BOWLS
        for optimizer in OPTIMIZERS
        for name, ratio in ratios(landscape, optimizer, repetitions).items()
    }
    slowest = max(found, key=lambda name: found[name])
    return Result(repetitions, found, (Budget(f"the slowest: {slowest}", found[slowest], most=1.1),))


ROWS = (Row("settled", "steps of converged walkers over those of moving ones, every optimizer", measure, 7),)
