"""Pairwise distances and what is said of them."""

from __future__ import annotations

import math

import naive
import numpy as np
import pytest

from sim import Experiment, Simulation
from sim.arrays import Floats
from sim.measures.distances import SAMPLE, DistancesReading, pairwise_distances


def a_reading(positions: Floats) -> DistancesReading:
    walkers, dim = positions.shape
    simulation = Simulation(Experiment(landscape="rastrigin", dim=dim, walkers=walkers))
    simulation.place(positions)
    reading = simulation.read("distances").readings["distances"]
    assert isinstance(reading, DistancesReading)
    return reading


@pytest.mark.parametrize(("walkers", "dim"), [(1, 3), (2, 1), (3, 2), (20, 1), (17, 50), (64, 300)])
@pytest.mark.parametrize("offset", [0.0, 1e3, -1e6])
def test_all_pairs_in_order(walkers: int, dim: int, offset: float) -> None:
    x = offset + np.random.default_rng(3).standard_normal((walkers, dim))
    found = pairwise_distances(x)
    assert len(found) == walkers * (walkers - 1) // 2
    np.testing.assert_allclose(found, naive.pairwise_distances(x.tolist()), rtol=1e-10)


def test_walkers_that_nearly_coincide_far_from_the_origin() -> None:
    """1e-9 apart at 1e3, with others around: to the digits that the positions themselves hold."""
    rng = np.random.default_rng(0)
    x = 1e3 + rng.standard_normal((6, 40))
    x[1] = x[0] + 1e-9 * rng.standard_normal(40)
    x[3] = x[2]
    x[5] = x[4] + 1e-5 * rng.standard_normal(40)
    found, expected = pairwise_distances(x), naive.pairwise_distances(x.tolist())
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    np.testing.assert_allclose(np.delete(found, 0), np.delete(expected, 0), rtol=1e-8)
    assert found[0] == pytest.approx(expected[0], rel=1e-3)
    assert 0.0 < found[0] < 1e-7
    assert found[9] == 0.0


def test_walkers_that_coincide_have_no_relative_spread() -> None:
    found = a_reading(np.full((5, 4), 2.5))
    assert (found.mean, found.absolute_spread, found.relative_spread) == (0.0, 0.0, None)


def test_one_walker_has_no_distances() -> None:
    found = a_reading(np.ones((1, 4)))
    assert (found.walkers, found.mean, found.absolute_spread, found.relative_spread) == (1, None, None, None)


def test_two_walkers_have_one_distance_and_no_spread() -> None:
    found = a_reading(np.array([[0.0, 0.0], [3.0, 4.0]]))
    assert found.mean == pytest.approx(5.0)
    assert (found.absolute_spread, found.relative_spread) == (None, None)


def test_mean_and_spreads_are_those_of_the_pairs() -> None:
    x = np.random.default_rng(1).uniform(-5, 5, (30, 12))
    found, pairs = a_reading(x), naive.pairwise_distances(x.tolist())
    mean = math.fsum(pairs) / len(pairs)
    deviation = math.sqrt(math.fsum((p - mean) ** 2 for p in pairs) / len(pairs))
    assert found.mean == pytest.approx(mean, rel=1e-12)
    assert found.absolute_spread == pytest.approx(deviation, rel=1e-10)
    assert found.relative_spread == pytest.approx(deviation / mean, rel=1e-10)


def test_of_many_walkers_the_first_are_compared_and_it_is_said() -> None:
    x = np.random.default_rng(1).uniform(-5, 5, (SAMPLE + 50, 2))
    found = a_reading(x)
    assert found.walkers == SAMPLE
    assert found.mean == pytest.approx(np.mean(naive.pairwise_distances(x[:SAMPLE].tolist())), rel=1e-12)


def test_starts_have_the_distances_of_the_theory() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=500, walkers=200, seed=8))
    found = simulation.read("distances").readings["distances"]
    assert found.theory.mean == pytest.approx(5.12 * 25.8153686 * math.sqrt(0.5), rel=1e-3)
    # Pairs share walkers: the mean over all of them is about as uncertain as over 200/4 independent ones.
    assert abs(found.mean - found.theory.mean) < 4.0 * found.theory.absolute_spread / math.sqrt(50)
    assert found.absolute_spread == pytest.approx(found.theory.absolute_spread, rel=0.1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e200])
def test_walkers_that_diverged_have_no_distances(bad: float) -> None:
    x = np.ones((4, 3))
    x[2, 1] = bad
    found = a_reading(x)
    assert (found.mean, found.relative_spread, found.absolute_spread) == (None, None, None)


def test_walkers_that_were_placed_by_hand_have_no_law() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4))
    assert simulation.read("distances").readings["distances"].theory is not None
    simulation.place(simulation.positions())
    assert simulation.read("distances").readings["distances"].theory is None
