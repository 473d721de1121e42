"""What spectra cost, from all eigenvalues and from probes, and points of the samplings."""

from __future__ import annotations

import math

import numpy as np

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.measures.spectrum import Inputs
from sim.samplings import at_random, look

from ..row import Result, Row
from .measures import milliseconds

ESTIMATE = 1e9
"""Multiplications of an estimate; all eigenvalues of a thousand directions take some six times as many."""


def spectrum(repetitions: int) -> Result:
    """The reading of a field's walker at d = 1000, beside LAPACK's eigenvalues alone."""
    simulation = Simulation(Experiment(dim=1000, walkers=1, parameters={"map": "dense"}))
    problem, x = simulation.problem, simulation.positions()[0]
    matrix, measure = problem.hessian(x), MEASURES["spectrum"]
    exact, estimated = (Inputs(problem, 0, 0, x, 1000, 2.0, 50.0, work) for work in (math.inf, ESTIMATE))
    eigenvalues = np.linalg.eigvalsh(matrix)
    reading = measure.reading(exact)
    if not np.array_equal(reading.counts, np.histogram(eigenvalues, reading.edges)[0]):
        raise AssertionError("the histogram differs from LAPACK's eigenvalues")
    if abs(measure.reading(estimated).counts.sum() - 1000.0) > 1e-6:
        raise AssertionError("an estimate has lost directions")
    actions = {
        "measure": lambda: measure.reading(exact),
        "estimate": lambda: measure.reading(estimated),
        "eigenvalues": lambda: np.linalg.eigvalsh(matrix),
    }
    return milliseconds(actions, repetitions)


def sampled(repetitions: int) -> Result:
    """One random point of a field, d = 100 and 1000: its level, and its share of falling directions."""
    actions = {}
    for dim in (100, 1000):
        problem = LANDSCAPES["gaussian-field"].build(dim)
        x = at_random(problem, dim, 0)
        actions[f"d_{dim}"] = lambda problem=problem, x=x: look(problem, x, problem.dim, math.inf)
    return milliseconds(actions, repetitions)


ROWS = (
    Row(
        "spectrum-1000", "the spectrum of one walker, d = 1000, all eigenvalues and an estimate", spectrum, 5
    ),
    Row("sampled-points", "one random point's level and share of falling directions", sampled, 15),
)
