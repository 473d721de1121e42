"""The Gaussian field's statistics over many independent fields, and what a field keeps between dimensions.

Expectations over the field are exact for any number of features; the tolerance is four standard errors,
taken from the fields themselves. The seeds are fixed, so each test always gives the same answer.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from sim import LANDSCAPES, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem

FIELD = LANDSCAPES["gaussian-field"]
SIGMA, LENGTH, DIM, FIELDS = 1.5, 0.7, 3, 6000
MAPS = ("dense", "structured")
maps = pytest.mark.parametrize("map_", MAPS)
APART = np.array([0.0, 0.2, 0.5, 0.9, 1.5, 3.0])


def assert_mean(samples: Floats, expected: float) -> None:
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    assert abs(samples.mean() - expected) < 4.0 * error, (samples.mean(), expected, error)


@cache
def an_ensemble(map_: str) -> tuple[Floats, Floats, Floats]:
    """Values (fields, points), gradients (fields, points, d), Hessians (fields, d, d) at the first point."""
    direction = np.array([0.36, 0.48, 0.8])
    x = np.array([0.3, -2.0, 1.0]) + APART[:, None] * direction
    values, gradients, hessians = [], [], []
    for seed in range(FIELDS):
        problem = FIELD.build(DIM, seed, sigma=SIGMA, length_scale=LENGTH, mu=0.0, M=24, map=map_)
        value, gradient = problem.value_and_gradient(x)
        values.append(value)
        gradients.append(gradient)
        hessians.append(problem.hessian(x[0]))
    return np.array(values), np.array(gradients), np.array(hessians)


@maps
@pytest.mark.parametrize("k", range(len(APART)))
def test_the_covariance_is_squared_exponential(k: int, map_: str) -> None:
    values, _, _ = an_ensemble(map_)
    expected = SIGMA**2 * math.exp(-(APART[k] ** 2) / (2.0 * LENGTH**2))
    assert_mean(values[:, 0] * values[:, k], expected)
    assert_mean(values[:, k], 0.0)


@maps
def test_the_excess_kurtosis_is_that_of_24_features(map_: str) -> None:
    """−1.5/M: the reason why many features are needed."""
    values, _, _ = an_ensemble(map_)
    assert_mean((values[:, 0] / SIGMA) ** 4, 3.0 - 1.5 / 24)


@maps
def test_the_gradient_has_variance_sigma_squared_over_length_squared(map_: str) -> None:
    values, gradients, _ = an_ensemble(map_)
    assert_mean((gradients[:, 0] ** 2).sum(axis=1), DIM * SIGMA**2 / LENGTH**2)
    for i in range(DIM):
        assert_mean(gradients[:, 0, i], 0.0)
        assert_mean(values[:, 0] * gradients[:, 0, i], 0.0)
        assert_mean(gradients[:, 0, i] * gradients[:, 0, (i + 1) % DIM], 0.0)


@maps
def test_the_hessian_has_the_covariances_of_the_field(map_: str) -> None:
    """Cov(Hij, Hkl) = (δij δkl + δik δjl + δil δjk) σ²/l⁴, and Cov(f, Hij) = −δij σ²/l²."""
    values, _, h = an_ensemble(map_)
    unit = SIGMA**2 / LENGTH**4
    trace = np.trace(h, axis1=1, axis2=2)
    assert_mean(trace, 0.0)
    assert_mean(trace**2, (DIM**2 + 2 * DIM) * unit)
    assert_mean((h**2).sum(axis=(1, 2)), (DIM**2 + 2 * DIM) * unit)
    for i in range(DIM):
        j = (i + 1) % DIM
        assert_mean(h[:, i, i] ** 2, 3.0 * unit)
        assert_mean(h[:, i, j] ** 2, unit)
        assert_mean(h[:, i, i] * h[:, j, j], unit)
        assert_mean(h[:, i, i] * h[:, i, j], 0.0)
        assert_mean(values[:, 0] * h[:, i, i], -(SIGMA**2) / LENGTH**2)


def test_the_bowl_adds_its_curvature() -> None:
    x = np.array([0.5, -1.0, 2.0])
    flat, bowl = (FIELD.build(3, seed=2, mu=mu, M=50) for mu in (0.0, 3.0))
    (f0, g0), (f1, g1) = flat.value_and_gradient(x), bowl.value_and_gradient(x)
    assert f1 - f0 == pytest.approx(1.5 * (x @ x), rel=1e-12)
    np.testing.assert_allclose(g1 - g0, 3.0 * x, rtol=1e-12)
    np.testing.assert_allclose(bowl.hessian(x) - flat.hessian(x), 3.0 * np.eye(3), atol=1e-12)


@maps
@pytest.mark.parametrize("small", [1, 2, 4, 40])
def test_the_field_in_fewer_dimensions_is_a_slice_of_the_field_in_more(small: int, map_: str) -> None:
    settings = {"M": 600, "length_scale": 0.8, "mu": 0.1, "map": map_}
    low, high = FIELD.build(small, seed=3, **settings), FIELD.build(small + 1, seed=3, **settings)
    x = np.random.default_rng(0).uniform(-3, 3, (10, small))
    on_slice = np.hstack([x, np.zeros((10, 1))])
    (f, g), (f_high, g_high) = low.value_and_gradient(x), high.value_and_gradient(on_slice)
    np.testing.assert_allclose(f, f_high, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(g, g_high[:, :small], rtol=1e-12, atol=1e-12)


def test_other_seeds_are_other_fields() -> None:
    x = np.zeros(2)
    assert len({float(FIELD.build(2, seed).value_and_gradient(x)[0]) for seed in range(50)}) == 50


def test_map_and_number_of_features_are_chosen_by_the_dimension() -> None:
    chosen = [FIELD.build(dim).settings for dim in (1, 128, 129, 1000, 1 << 20)]
    assert [settings["M"] for settings in chosen] == [512, 512, 512, 2048, 1 << 21]
    assert [settings["map"] for settings in chosen] == ["dense", "dense"] + 3 * ["structured"]


def test_directions_without_a_feature_are_exactly_flat() -> None:
    """With M < d features and no bowl, walkers only move in M directions."""
    simulation = Simulation(Experiment(dim=6, walkers=4, parameters={"M": 2, "mu": 0.0}))
    problem: Problem = simulation.problem
    starts = simulation.positions()
    simulation.advance(100)
    moved = simulation.positions() - starts
    assert np.linalg.matrix_rank(moved, tol=1e-9) == 2
    assert np.linalg.matrix_rank(problem.hessian(starts[0]), tol=1e-9) == 2
