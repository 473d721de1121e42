"""Langevin dynamics at rest in a bowl of curvatures λ: the law of the discrete chain, exactly.

One step is x ← (1 − hλ) x + √(2hT) ξ with h = lr. In a stationary state the variance s² of x solves
s² = (1 − hλ)² s² + 2hT, so that s² = T / (λ (1 − hλ/2)), and the next x has correlation 1 − hλ with this one.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim import Experiment, Simulation
from sim.arrays import Floats

WALKERS, DIM, LR, TEMPERATURE = 8000, 6, 0.8, 0.3
STANDARD_ERRORS = 4.0
"""Six directions and one seed: by chance alone one check in 2600 would fail."""


@pytest.fixture(scope="module")
def at_rest() -> Simulation:
    """Walkers that began at the bottom and have forgotten it: (1 − hλ)^160 < 1e-15 for all λ."""
    experiment = Experiment(
        landscape="quadratic", parameters={"condition": 4.0}, dim=DIM, walkers=WALKERS, starts="normal",
        starts_parameters={"spread": 0.0}, optimizer="langevin",
        hyper={"lr": LR, "temperature": TEMPERATURE}, seed=5,
    )  # fmt: skip
    simulation = Simulation(experiment)
    assert not simulation.positions().any()
    simulation.advance(160)
    return simulation


def curvatures(simulation: Simulation) -> Floats:
    found: Floats = np.diag(simulation.problem.hessian(np.zeros(DIM)))
    return found


def test_the_variance_is_that_of_the_chain_and_not_that_of_continuous_time(at_rest: Simulation) -> None:
    x, curvature = at_rest.positions(), curvatures(at_rest)
    expected = TEMPERATURE / (curvature * (1.0 - 0.5 * LR * curvature))
    error = expected * np.sqrt(2.0 / WALKERS)  # of the mean of squares of a normal variable of known mean
    found = (x**2).mean(axis=0)
    assert (np.abs(found - expected) < STANDARD_ERRORS * error).all()
    naive = TEMPERATURE / curvature  # λ s² = T, equipartition, holds in the limit lr → 0 alone
    assert (found - naive > STANDARD_ERRORS * error).all()


def test_the_mean_is_the_bottom_and_the_shape_is_normal(at_rest: Simulation) -> None:
    x, curvature = at_rest.positions(), curvatures(at_rest)
    deviation = np.sqrt(TEMPERATURE / (curvature * (1.0 - 0.5 * LR * curvature)))
    assert (np.abs(x.mean(axis=0)) < STANDARD_ERRORS * deviation / np.sqrt(WALKERS)).all()
    assert stats.kstest((x / deviation).ravel(), "norm").pvalue > 1e-3


def test_directions_and_walkers_are_independent(at_rest: Simulation) -> None:
    x = at_rest.positions()
    between = np.corrcoef(x.T) - np.eye(DIM)
    assert np.abs(between).max() < STANDARD_ERRORS / np.sqrt(WALKERS)
    half = x[: WALKERS // 2], x[WALKERS // 2 :]
    for j in range(DIM):
        assert abs(np.corrcoef(half[0][:, j], half[1][:, j])[0, 1]) < STANDARD_ERRORS / np.sqrt(WALKERS / 2)


def test_memory_fades_by_one_minus_lr_curvature_a_step() -> None:
    """Fresh noise at every step: the same noise twice would add to the correlation."""
    experiment = Experiment(
        landscape="quadratic", parameters={"condition": 4.0}, dim=DIM, walkers=WALKERS, starts="normal",
        starts_parameters={"spread": 0.0}, optimizer="langevin",
        hyper={"lr": LR, "temperature": TEMPERATURE}, seed=6,
    )  # fmt: skip
    simulation = Simulation(experiment)
    simulation.advance(160)
    before, curvature = simulation.positions(), curvatures(simulation)
    for steps in (1, 2):
        simulation.advance(1)
        now = simulation.positions()
        for j in range(DIM):
            expected = (1.0 - LR * curvature[j]) ** steps
            error = (1.0 - expected**2) / np.sqrt(WALKERS)  # of a correlation of normal variables
            found = np.corrcoef(before[:, j], now[:, j])[0, 1]
            assert abs(found - expected) < STANDARD_ERRORS * error


def test_without_temperature_it_is_gradient_descent() -> None:
    cold, plain = (
        Simulation(Experiment(landscape="rastrigin", dim=20, walkers=5, optimizer=name, hyper=hyper))
        for name, hyper in (("langevin", {"lr": 2e-3, "temperature": 0.0}), ("gd", {"lr": 2e-3}))
    )
    for simulation in (cold, plain):
        simulation.advance(50)
    np.testing.assert_allclose(cold.positions(), plain.positions(), rtol=0, atol=1e-13)
