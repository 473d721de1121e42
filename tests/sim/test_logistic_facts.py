"""What is known of logistic regression on separable data: no optimum, log t, and the widest margin."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import LANDSCAPES, signs
from sim.arrays import Floats
from sim.landscape import Problem

LOGISTIC = LANDSCAPES["separable-logistic"]


def samples(problem: Problem) -> Floats:
    """The samples times their labels (m, d)."""
    count = int(problem.settings["samples"])
    return problem.parameters[1 + count :].reshape(count, problem.dim)


@pytest.mark.parametrize("dim", [1, 2, 30, 200])
def test_the_first_direction_separates_the_samples_in_every_dimension(dim: int) -> None:
    problem = LOGISTIC.build(dim, seed=4, margin=0.3)
    z = samples(problem)
    assert z[:, 0].min() > 0.3
    assert z[:, 0].min() < 0.5
    np.testing.assert_array_equal(z[:, :1], samples(LOGISTIC.build(1, seed=4, margin=0.3)))
    if dim > 1:
        assert abs(z[:, 1:].mean()) < 4.0 / math.sqrt(z[:, 1:].size)
        assert z[:, 1:].std() == pytest.approx(1.0, abs=4.0 / math.sqrt(2.0 * z[:, 1:].size))


def test_the_loss_falls_for_ever_and_there_is_no_critical_point() -> None:
    problem = LOGISTIC.build(3)
    far = np.zeros((6, 3))
    far[:, 0] = [0.0, 1.0, 10.0, 100.0, 1000.0, -1e300]
    value, gradient = problem.value_and_gradient(far)
    assert value[0] == pytest.approx(math.log(2.0))
    assert (np.diff(value[:5]) < 0.0).all()
    assert value[4] > 0.0
    assert (gradient[:5, 0] < 0.0).all()
    assert value[5] == pytest.approx(1e300 * samples(problem)[:, 0].mean())
    assert np.isfinite(gradient).all()
    assert problem.landscape.known_minima(3, problem.settings) == ()


@pytest.mark.parametrize(("dim", "count", "flat"), [(5, 100, 0), (30, 20, 10)])
def test_it_is_convex_and_flat_where_there_are_more_weights_than_samples(
    dim: int, count: int, flat: int
) -> None:
    problem = LOGISTIC.build(dim, samples=count)
    for x in np.random.default_rng(0).uniform(-0.5, 0.5, (5, dim)):
        found = signs(problem, x)
        assert (found.negative, found.zero, found.positive) == (0, flat, dim - flat)
        assert np.linalg.eigvalsh(problem.hessian(x)).max() < problem.scales.curvature


def test_the_curvature_estimate_holds_for_many_draws() -> None:
    for dim, count in ((1, 1), (1, 100), (10, 5), (50, 100), (100, 10)):
        for seed in range(100):
            problem = LOGISTIC.build(dim, seed, samples=count)
            sharpest = np.linalg.eigvalsh(problem.hessian(np.zeros(dim)))[-1]
            assert sharpest < problem.scales.curvature


def widest(z: Floats) -> tuple[float, Floats]:
    """The widest margin of samples in the plane and its direction, by trying 400 000 directions."""
    angles = np.linspace(-math.pi / 2.0, math.pi / 2.0, 400_001)
    margins = np.min(z[:, :1] * np.cos(angles) + z[:, 1:] * np.sin(angles), axis=0)
    best = angles[np.argmax(margins)]
    return float(margins.max()), np.array([math.cos(best), math.sin(best)])


def test_descent_goes_as_the_logarithm_of_time_towards_the_widest_margin() -> None:
    """With margin γ: |w| → ln(t)/γ, loss → 1/(lr γ² t), direction → the widest margin's."""
    problem = LOGISTIC.build(2, seed=1, samples=10)
    margin, direction = widest(samples(problem))
    x, lr = np.array([[-1.0, 1.0], [1.0, -1.0]]), 1.0 / problem.scales.curvature
    norms, losses = {}, {}
    for t in range(1, 100_001):
        value, gradient = problem.value_and_gradient(x)
        x = x - lr * gradient
        if t in (1000, 10_000, 100_000):
            norms[t], losses[t] = np.linalg.norm(x, axis=1), value
    growth = (norms[100_000] - norms[10_000]) / math.log(10.0)
    np.testing.assert_allclose(growth, 1.0 / margin, rtol=0.1)
    np.testing.assert_allclose(losses[100_000] * lr * margin**2 * 100_000, 1.0, rtol=0.2)
    np.testing.assert_allclose(losses[10_000] / losses[100_000], 10.0, rtol=0.1)
    turned = x @ direction / np.linalg.norm(x, axis=1)
    assert (turned > 0.99).all()
