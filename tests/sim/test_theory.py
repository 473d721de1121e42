"""The exact law of the distance between independent uniform points."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.theory import uniform_distances

# Mean and relative spread for the cube [−1, 1]^d, from the formulas and from Monte Carlo elsewhere.
TABLE = [
    (2, 1.0428109, 0.4755049),
    (10, 2.5349488, 0.1935395),
    (1000, 25.8153686, 0.0187146),
    (175_000_000_000, 341565.025532, 1.414214e-6),
]


@pytest.mark.parametrize(("dim", "mean", "relative"), TABLE)
def test_the_table(dim: int, mean: float, relative: float) -> None:
    theory = uniform_distances(dim, 2.0)
    digits = 10 if dim > 10**6 else 7
    assert theory.mean == pytest.approx(mean, rel=10.0**-digits, abs=5e-8)
    assert theory.relative_spread == pytest.approx(relative, rel=1e-6, abs=5e-8 if dim < 10**6 else 0.0)


def test_the_closed_forms_of_the_first_dimensions() -> None:
    """A segment, a square and a cube (Robbins's constant), of side 1."""
    assert uniform_distances(1, 1.0).mean == pytest.approx(1 / 3, rel=1e-9)
    assert uniform_distances(1, 1.0).absolute_spread == pytest.approx(math.sqrt(1 / 18), rel=1e-7)
    square = (2 + math.sqrt(2) + 5 * math.log(1 + math.sqrt(2))) / 15
    assert uniform_distances(2, 1.0).mean == pytest.approx(square, rel=1e-9)
    assert uniform_distances(3, 1.0).mean == pytest.approx(0.6617071822671762, rel=1e-9)


@pytest.mark.parametrize("dim", [1, 2, 3, 10, 499, 500, 501, 502, 10_000, 10**9])
def test_mean_and_spread_add_up_to_the_mean_square(dim: int) -> None:
    """E D² = d w²/6, exactly."""
    theory = uniform_distances(dim, 3.0)
    assert theory.mean**2 + theory.absolute_spread**2 == pytest.approx(dim * 9.0 / 6.0, rel=1e-9)
    assert theory.relative_spread == pytest.approx(theory.absolute_spread / theory.mean, rel=1e-12)


def test_the_two_ways_of_computing_meet() -> None:
    """Up to d = 500 an integral, from 501 on an expansion: the variance passes smoothly between them."""
    variance = [uniform_distances(dim, 2.0).absolute_spread ** 2 for dim in (499, 500, 501, 502)]
    steps = np.diff(variance)
    assert np.ptp(steps) < 1e-7 * variance[0]
    assert abs(steps).max() < 1e-5


def test_the_absolute_spread_tends_to_a_constant() -> None:
    assert uniform_distances(10**6, 2.0).absolute_spread == pytest.approx(math.sqrt(7 / 30), rel=1e-5)
    assert uniform_distances(10**15, 2.0).absolute_spread == pytest.approx(math.sqrt(7 / 30), rel=1e-7)


def test_a_wider_box_scales_all_but_the_relative_spread() -> None:
    one, ten = uniform_distances(7, 1.0), uniform_distances(7, 10.0)
    assert ten.mean == pytest.approx(10.0 * one.mean, rel=1e-12)
    assert ten.absolute_spread == pytest.approx(10.0 * one.absolute_spread, rel=1e-12)
    assert ten.relative_spread == one.relative_spread


@pytest.mark.parametrize("dim", [1, 4, 60, 700])
def test_independent_points_have_that_law(dim: int) -> None:
    rng = np.random.default_rng(dim)
    pairs = 4_000_000 // (dim + 20)
    distances = np.linalg.norm(rng.uniform(-1, 1, (pairs, dim)) - rng.uniform(-1, 1, (pairs, dim)), axis=1)
    theory = uniform_distances(dim, 2.0)
    deviations = (distances - distances.mean()) ** 2
    assert abs(distances.mean() - theory.mean) < 4.0 * theory.absolute_spread / math.sqrt(pairs)
    assert abs(deviations.mean() - theory.absolute_spread**2) < 4.0 * deviations.std() / math.sqrt(pairs)
