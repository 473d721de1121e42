"""What looking for walls costs: ways up, straight lines, lowest paths, and neurons matched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats
from sim.beside import WORK
from sim.landscape import Problem
from sim.measure import State

from ..row import Result, Row
from ..timing import Action
from .measures import milliseconds

NEXT = 0.9949586376523
"""Where Rastrigin's minimum next to 0 is."""


def pair(problem: Problem, rows: Floats) -> State:
    """Two walkers at these points (2, d), with the work that a reading on a screen may take."""
    experiment = Experiment(landscape="rastrigin", dim=problem.dim, walkers=2)
    simulation = Simulation(experiment, workers=1)
    simulation.place(rows)
    return replace(simulation.state(), work=WORK)


def on_rastrigin(dim: int, repetitions: int) -> Result:
    """The three readings at two neighbouring minima, whose wall is known, beside one gradient."""
    problem = LANDSCAPES["rastrigin"].build(dim)
    rows = np.zeros((2, dim))
    rows[1, 0] = NEXT
    state, actions = pair(problem, rows), dict[str, Action]()
    for name in ("uphill", "barrier", "paths"):
        measure = MEASURES[name]
        inputs = measure.collect(state)
        actions[name] = lambda measure=measure, inputs=inputs: measure.reading(inputs)
    found = (*MEASURES["barrier"].row(actions["barrier"]())[:1], *MEASURES["paths"].row(actions["paths"]()))
    if not np.allclose(found, 19.2563139339, atol=1e-4):
        raise AssertionError(f"the wall is {found}, not 19.2563")
    actions["gradient"] = lambda: problem.value_and_gradient(rows[0])
    return milliseconds(actions, repetitions)


def matched(repetitions: int) -> Result:
    """The hidden neurons of two networks, 256 in one layer and 64 in each of three, beside their loss."""
    actions = dict[str, Action]()
    for hidden in ("256", "64,64,64"):
        problem = LANDSCAPES["network"].build(hidden=hidden)
        x, y = np.random.default_rng(0).standard_normal((2, problem.dim))
        rename, name = problem.landscape.matched, hidden.replace(",", "_")
        if not np.isclose(*problem.value_and_gradient(np.stack((x, rename(problem, x, y))))[0], rtol=1e-9):
            raise AssertionError("another name made another function")
        actions[f"matched_{name}"] = lambda p=problem, x=x, y=y, rename=rename: rename(p, x, y)
        actions[f"loss_{name}"] = lambda p=problem, x=x: p.value_and_gradient(x)
    return milliseconds(actions, repetitions)


ROWS = (
    Row("walls-100", "ways up, straight line and lowest path, d = 100", lambda n: on_rastrigin(100, n), 5),
    Row(
        "walls-100000", "ways up, straight line and path, d = 100 000", lambda n: on_rastrigin(100_000, n), 3
    ),
    Row("matching", "hidden neurons of two networks matched", matched, 9),
)
