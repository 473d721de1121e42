"""Distances of all pairs by matrix products, means over pairs and their errors, against slow twins."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, pdist, squareform

from sim import Experiment, Simulation
from sim.arrays import Floats
from sim.pairwise import (
    LEAST,
    SAMPLE,
    compared,
    jackknife,
    lengths,
    pair_means,
    pairwise_distances,
    squared_distances,
    squared_distances_between,
    traces,
)

OFFSETS = (0.0, 1.0, -1e3, 1e6)
APART = (1.0, 1e-3, 1e-6, 1e-9, 0.0)


def awkward(rng: np.random.Generator) -> Floats:
    """Walkers (n, d) in clusters that may be tight, with doubles, far from the origin or all at one point."""
    n, d = int(rng.integers(2, 24)), int(rng.choice([1, 2, 3, 17, 60]))
    centres = rng.standard_normal((int(rng.integers(1, 5)), d))
    x = centres[rng.integers(0, len(centres), n)] + rng.choice(APART, (n, 1)) * rng.standard_normal((n, d))
    x[rng.integers(0, n)] = x[0]
    return x + rng.choice(OFFSETS)


def test_thousands_of_awkward_sets_have_the_distances_of_scipy() -> None:
    """To the digits that the positions hold: those about the mean are rounded once more."""
    rng = np.random.default_rng(0)
    for _ in range(3000):
        x = awkward(rng)
        found, expected = pairwise_distances(x), pdist(x)
        held = 4e-16 * np.abs(x).max() * math.sqrt(x.shape[1])
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=4.0 * held)
        assert not found[expected == 0.0].any() or held > 0.0


def test_thousands_of_awkward_sets_are_as_far_from_others_as_scipy_says() -> None:
    rng = np.random.default_rng(1)
    for _ in range(1500):
        x = awkward(rng)
        y = x[rng.permutation(len(x))[: rng.integers(1, len(x) + 1)]]
        y = y + rng.choice(APART) * rng.standard_normal(y.shape)
        held = 4e-16 * max(np.abs(x).max(), np.abs(y).max()) * math.sqrt(x.shape[1])
        squared, unit = squared_distances_between(x.copy(), y.copy())
        np.testing.assert_allclose(unit * np.sqrt(squared), cdist(x, y), rtol=1e-11, atol=4.0 * held)


@given(seed=st.integers(0, 10**6), power=st.integers(-1000, 1000))
@settings(max_examples=200, deadline=None)
def test_huge_and_tiny_coordinates_have_the_same_distances_but_for_their_size(seed: int, power: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((6, 4))
    expected = pairwise_distances(x)
    np.testing.assert_allclose(np.ldexp(pairwise_distances(np.ldexp(x, power)), -power), expected, rtol=1e-12)
    np.testing.assert_allclose(
        np.ldexp(lengths(np.ldexp(x, power)), -power), np.linalg.norm(x, axis=1), rtol=1e-12
    )


def test_the_matrix_is_symmetric_with_zeros_and_nothing_below() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        squared, _ = squared_distances(awkward(rng))
        np.testing.assert_array_equal(squared, squared.T)
        assert not np.diag(squared).any() and (squared >= 0.0).all()


def test_walkers_at_one_point_have_no_distance_at_all() -> None:
    squared, unit = squared_distances(np.full((5, 3), 1e155))
    assert not squared.any() and math.isfinite(unit)


def test_many_pairs_that_nearly_coincide_are_compared_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    x = np.repeat(rng.standard_normal((2, 30)), 20, axis=0) + 1e-7 * rng.standard_normal((40, 30))
    expected = pdist(x)
    for together in (1, 100, 1 << 20):
        monkeypatch.setattr("sim.pairwise.TOGETHER", together)
        np.testing.assert_allclose(pairwise_distances(x), expected, rtol=1e-8)


# --- means over pairs --------------------------------------------------------------------------------


def slow_means(matrix: Floats) -> tuple[float, float, float, float]:
    """By going through all choices of different walkers."""
    n = len(matrix)
    pairs = list(itertools.permutations(range(n), 2))
    threes, fours = list(itertools.permutations(range(n), 3)), list(itertools.permutations(range(n), 4))
    return (
        float(np.mean([matrix[i, j] for i, j in pairs])),
        float(np.mean([matrix[i, j] ** 2 for i, j in pairs])),
        float(np.mean([matrix[i, j] * matrix[i, k] for i, j, k in threes])),
        float(np.mean([matrix[i, j] * matrix[k, m] for i, j, k, m in fours])),
    )


@pytest.mark.parametrize("walkers", [5, 6, 7])
def test_means_over_different_walkers_with_all_and_without_each(walkers: int) -> None:
    rng = np.random.default_rng(walkers)
    matrix = rng.standard_normal((walkers, walkers))
    matrix += matrix.T
    np.fill_diagonal(matrix, 0.0)
    means = pair_means(matrix)
    found = np.stack([means.first, means.second, means.sharing, means.apart], axis=1)
    np.testing.assert_allclose(found[0], slow_means(matrix), rtol=1e-12, atol=1e-13)
    for walker in range(walkers):
        rest = np.delete(np.delete(matrix, walker, axis=0), walker, axis=1)
        np.testing.assert_allclose(found[1 + walker], slow_means(rest), rtol=1e-12, atol=1e-13)


def test_too_few_walkers_have_no_such_means() -> None:
    assert np.isnan(pair_means(np.zeros((3, 3))).apart).all()
    assert jackknife(np.array([1.0])) is None
    assert jackknife(np.array([1.0, np.nan, 2.0])) is None


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.random.default_rng(0).standard_normal(20)
    without_each = (values.sum() - values) / 19
    assert jackknife(without_each) == pytest.approx(values.std(ddof=1) / math.sqrt(20), rel=1e-12)


@pytest.mark.parametrize(("points", "walkers"), [(3, 4), (2, 5), (3, 5)])
def test_both_traces_are_unbiased_exactly(points: int, walkers: int) -> None:
    """Averaged over every sample with repetition from a few points, which are then the whole law."""
    rng = np.random.default_rng(points + walkers)
    law = rng.standard_normal((points, 4)) * np.array([3.0, 1.0, 1.0, 0.2])
    covariance = np.cov(law.T, bias=True)
    samples = [law[list(choice)] for choice in itertools.product(range(points), repeat=walkers)]
    found = np.array([[part[0] for part in traces(squareform(pdist(x)) ** 2)] for x in samples])
    expected = (np.trace(covariance) ** 2, np.trace(covariance @ covariance))
    np.testing.assert_allclose(found.mean(axis=0), expected, rtol=1e-12)


def test_traces_without_a_walker_are_those_of_the_others() -> None:
    x = np.random.default_rng(3).standard_normal((9, 5))
    squared = squareform(pdist(x)) ** 2
    found = np.array(traces(squared))
    for walker in range(9):
        rest = np.delete(np.delete(squared, walker, axis=0), walker, axis=1)
        np.testing.assert_allclose(found[:, 1 + walker], np.array(traces(rest))[:, 0], rtol=1e-10)


# --- how many walkers are compared -------------------------------------------------------------------


def test_as_many_are_compared_as_the_work_allows() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=1000, walkers=300))

    def count(work: float, arrays: int = 1) -> int:
        return compared(simulation.state(0, work), arrays)

    assert count(math.inf) == count(1e10) == SAMPLE
    assert count(2e7) == 20
    assert count(2e7, arrays=2) == 10
    assert count(0.0) == LEAST
    few = Simulation(Experiment(landscape="rastrigin", dim=10, walkers=2))
    assert compared(few.state(0, 0.0)) == 2
