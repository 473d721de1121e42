"""What a step of one walker along one coordinate costs, for every landscape and every optimizer, on one core.

Each rate stands beside two limits of the same run, taken in turn with it:

- *bandwidth*: the least bytes that a step has to move, over the time, as a share of a triad's rate on arrays
  that are together as large as what a kernel call works on, so in the same cache. The least is, a coordinate:
  positions read for the gradient, read and written by the rule; the gradient written, read by the rule, read
  for its norm; each slot read and written; and the landscape's parameters once a block.
- *arithmetic*: operations as `operations.py` counts them, over the time, as a share of a multiply-add loop's
  rate, or of a matrix product's where most of them are in matrix products.

Neither is what a step must take at least: chains of dependent operations, divisions and random bits have
limits of their own. Both are far below 1 in few dimensions, where a step is made of calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim import LANDSCAPES, OPTIMIZERS, BadInput, Experiment, Simulation
from sim.cohort import Cohort
from sim.optimizer import Trait

from ..limits import DOUBLE, Limit, matrix_product, multiply_adds, size_class, triad
from ..operations import Operations, gradient_operations, update_operations
from ..row import Result, Row, rounded
from ..timing import medians, of_one_core

DIMS, WALKERS = (1, 10, 100, 1000, 10_000, 100_000), 64
CROWDS, DIM = (1, 16, 256, 4096), 100
SHAPES = tuple((WALKERS, dim) for dim in DIMS) + tuple((walkers, DIM) for walkers in CROWDS)
SMOKE = ((WALKERS, 10), (WALKERS, DIM))
"""The shapes that show that it runs."""

USUAL_LANDSCAPE, USUAL_OPTIMIZER = "rastrigin", "gd"
ENOUGH = 0.010
"""Seconds that a measurement should take at least."""

MOST_BYTES = 5e8
"""Landscapes that take more, for their parameters alone, are not drawn here."""

COUNTED_DIM = 1000
"""Beyond, operations a coordinate are those in this dimension."""

MULTIPLY_ADDS, MATRIX_PRODUCT = "multiply-adds", "matrix product"

X_AND_GRADIENT, A_SLOT = 6, 2
"""Doubles that a step moves at least, a coordinate."""


@dataclass(frozen=True)
class Case:
    """Walkers under one rule on one landscape, ready to step."""

    name: str
    simulation: Simulation
    steps: int

    @property
    def coordinate_steps(self) -> int:
        """How many a measurement takes."""
        experiment = self.simulation.experiment
        return self.steps * experiment.walkers * experiment.dim * len(experiment.cohorts)

    @property
    def rows(self) -> int:
        """How many walkers a kernel call takes."""
        experiment = self.simulation.experiment
        return min(self.simulation.landscape.block_rows(experiment.dim), experiment.walkers)

    @property
    def slots(self) -> float:
        """Arrays of state a walker, on average over the cohorts."""
        return float(np.mean([cohort.rule.slots for cohort in self.simulation.experiment.cohorts]))

    @property
    def working_set(self) -> float:
        """Bytes that a kernel call works on: positions, gradient, slots and parameters."""
        problem = self.simulation.problem
        return DOUBLE * self.rows * problem.dim * (2 + self.slots) + problem.parameters.nbytes

    @property
    def least_bytes(self) -> float:
        """Bytes that a coordinate-step has to move."""
        problem = self.simulation.problem
        a_block = problem.parameters.nbytes / (self.rows * problem.dim)
        return DOUBLE * (X_AND_GRADIENT + A_SLOT * self.slots) + a_block

    @property
    def operations(self) -> Operations:
        """Operations of a coordinate-step; the norm takes two."""
        experiment, landscape = self.simulation.experiment, self.simulation.landscape
        settings, dim = experiment.settings, min(experiment.dim, COUNTED_DIM)
        if landscape.shape:
            settings = dict(landscape.shape.fitted(dim, settings))
            dim = landscape.shape.dim(settings)
        problem, shape = landscape.build(dim, experiment.seed, **settings), (1, dim)
        of_gradient = gradient_operations(problem, np.random.default_rng(0).uniform(*problem.box, shape))
        of_rules = [
            update_operations(
                cohort.rule, np.array(list(experiment.hyperparameters_of(place).values())), shape
            )
            for place, cohort in enumerate(experiment.cohorts)
        ]
        in_rules = float(np.mean([operations.all for operations in of_rules]))
        return Operations(of_gradient.all + in_rules + 2.0, of_gradient.in_products)


def case(landscape: str, optimizer: str, walkers: int, dim: int) -> Case | None:
    """The walkers, with their steps chosen to take long enough; None where they are refused."""
    declared = LANDSCAPES[landscape]
    follows = Trait.FOLLOWS in OPTIMIZERS[optimizer].traits
    try:
        experiment = Experiment(
            landscape=landscape, walkers=walkers,
            optimizer=USUAL_OPTIMIZER if follows else optimizer,
            more_cohorts=(Cohort(optimizer),) if follows else (),
        ).with_value("dim", dim)  # fmt: skip
        if declared.packed_bytes(experiment.dim, experiment.settings) > MOST_BYTES:
            return None
        if experiment.longest is not None:  # drawn for a few steps
            return None
        simulation = Simulation(experiment, workers=1)
    except BadInput:
        return None
    steps, timer = 1, of_one_core(lambda: simulation.advance(steps))
    timer()
    while (seconds := timer()) < ENOUGH:
        steps = max(2 * steps, int(steps * min(100.0, 1.2 * ENOUGH / max(seconds, 1e-6))))
    return Case(f"{walkers} × {experiment.dim}", simulation, steps)


def sweep(landscape: str, optimizer: str, repetitions: int) -> list[dict[str, Any]]:
    """One landscape and rule in all shapes that they allow, in turn with the limits."""
    found = (case(landscape, optimizer, *shape) for shape in (SHAPES if repetitions > 1 else SMOKE))
    cases = [each for each in found if each is not None]
    triads = {size: triad(size) for size in {size_class(each.working_set) for each in cases}}
    limits: dict[Any, Limit] = {**triads, MULTIPLY_ADDS: multiply_adds(), MATRIX_PRODUCT: matrix_product()}
    timers = {each.name: of_one_core(lambda s=each: s.simulation.advance(s.steps)) for each in cases}
    seconds = medians({**timers, **{name: limit.timer for name, limit in limits.items()}}, repetitions)
    rates = {name: limit.amount / seconds[name] for name, limit in limits.items()}
    return [point(each, each.coordinate_steps / seconds[each.name], rates) for each in cases]


def point(case: Case, rate: float, limits: Mapping[Any, float]) -> dict[str, Any]:
    """One rate (coordinate-steps/s) with its shares of the limits (bytes/s, operations/s), as JSON."""
    experiment, operations, triad_bytes = (
        case.simulation.experiment,
        case.operations,
        size_class(case.working_set),
    )
    kind = MATRIX_PRODUCT if operations.in_products > 0.5 * operations.all else MULTIPLY_ADDS
    numbers = {
        "million_coordinate_steps_per_s": rate / 1e6,
        "bytes": case.least_bytes,
        "share_of_bandwidth": case.least_bytes * rate / limits[triad_bytes],
        "triad_kB": triad_bytes / 1024,
        "triad_GB_per_s": limits[triad_bytes] / 1e9,
        "operations": operations.all,
        "share_of_arithmetic": operations.all * rate / limits[kind],
        "arithmetic_GFLOP_per_s": limits[kind] / 1e9,
    }
    return {
        "landscape": experiment.landscape,
        "optimizer": experiment.cohorts[-1].optimizer,
        "walkers": experiment.walkers,
        "dim": experiment.dim,
        "arithmetic": kind,
        **{name: rounded(number) for name, number in numbers.items()},
    }


def measure(pairs: Callable[[], Iterable[tuple[str, str]]], repetitions: int) -> Result:
    """All points of pairs of a landscape and an optimizer."""
    points = [point for pair in pairs() for point in sweep(*pair, repetitions)]
    rates = {
        " ".join(str(point[entry]) for entry in ("landscape", "optimizer", "walkers", "dim"))
        + "_million_coordinate_steps_per_s": point["million_coordinate_steps_per_s"]
        for point in points
    }
    return Result(repetitions, rates, facts={"points": points})


def landscapes() -> Iterable[tuple[str, str]]:
    """Every landscape, under the usual rule."""
    return ((name, USUAL_OPTIMIZER) for name in LANDSCAPES)


def optimizers() -> Iterable[tuple[str, str]]:
    """Every rule, on the usual landscape."""
    return ((USUAL_LANDSCAPE, name) for name in OPTIMIZERS)


ROWS = (
    Row(
        "cost-landscapes",
        f"coordinate-steps/s of {USUAL_OPTIMIZER} on every landscape, against d and walkers, on one core",
        partial(measure, landscapes),
        5,
    ),
    Row(
        "cost-optimizers",
        f"the same of every optimizer on {USUAL_LANDSCAPE}",
        partial(measure, optimizers),
        5,
    ),
)
