"""Pairwise distances and what is said of them."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from types import SimpleNamespace

import naive
import numpy as np
import pytest

from sim import MEASURES, Experiment, Simulation
from sim.arrays import Floats
from sim.measures.distances import BINS, DistancesReading, Inputs, effective_dimension, histogram
from sim.pairwise import SAMPLE, pairwise_distances, squared_distances


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


# --- how well they are known -------------------------------------------------------------------------


def uniform(rng: np.random.Generator, n: int) -> Floats:
    return rng.uniform(-1.0, 1.0, (n, 10))


def normal(rng: np.random.Generator, n: int) -> Floats:
    return rng.standard_normal((n, 2))


def on_a_sphere(rng: np.random.Generator, n: int) -> Floats:
    x = rng.standard_normal((n, 10))
    return x / np.linalg.norm(x, axis=1)[:, None]


def of_rank_10(rng: np.random.Generator, n: int) -> Floats:
    mixing = np.linalg.qr(np.random.default_rng(5).standard_normal((100, 10)))[0]
    return rng.standard_normal((n, 10)) @ mixing.T


def of_power_law(rng: np.random.Generator, n: int) -> Floats:
    return rng.standard_normal((n, 100)) / np.sqrt(np.arange(1, 101))


def of_long_tails(rng: np.random.Generator, n: int) -> Floats:
    return rng.laplace(size=(n, 50))


HARMONIC = sum(1.0 / k for k in range(1, 101)), sum(1.0 / k**2 for k in range(1, 101))

LAWS = [
    (uniform, 10.0), (normal, 2.0), (on_a_sphere, 10.0), (of_rank_10, 10.0),
    (of_power_law, HARMONIC[0] ** 2 / HARMONIC[1]), (of_long_tails, 50.0),
]  # fmt: skip


def read(x: Floats) -> DistancesReading:
    """What the measure says of walkers at x, without a simulation."""
    simulation = Simulation(Experiment(landscape="quadratic", dim=x.shape[1], walkers=len(x)), workers=1)
    simulation.place(x)
    reading = simulation.read("distances").readings["distances"]
    assert isinstance(reading, DistancesReading)
    return reading


def a_template() -> Inputs:
    """What a measure is given, for other positions to be put in."""
    simulation = Simulation(Experiment(landscape="quadratic", dim=2, walkers=2), workers=1)
    inputs = MEASURES["distances"].collect(simulation.state())
    assert isinstance(inputs, Inputs)
    return inputs


def test_errors_are_those_of_leaving_each_walker_out() -> None:
    """The definition: all of it again without each, its spread times (n − 1)/√n."""
    x = of_long_tails(np.random.default_rng(0), 12)
    found = read(x)
    rest = [pairwise_distances(np.delete(x, walker, axis=0)) for walker in range(12)]
    means = np.array([each.mean() for each in rest])
    absolute = np.log([each.std() for each in rest])
    relative = np.log([each.std() / each.mean() for each in rest])

    def error(values: Floats) -> float:
        return float(values.std() * math.sqrt(11))

    assert found.mean_error == pytest.approx(error(means), rel=1e-9)
    assert found.absolute_error == pytest.approx(error(absolute) * found.absolute_spread, rel=1e-9)
    assert found.relative_error == pytest.approx(error(relative) * found.relative_spread, rel=1e-9)
    whole = [effective_dimension(squared_distances(np.delete(x, w, axis=0))[0], 10**9) for w in range(12)]
    effective = error(np.log([each.value for each in whole]))
    assert found.effective.high == pytest.approx(min(50.0, found.effective.value * math.exp(2 * effective)))
    assert found.effective.low == pytest.approx(found.effective.value * math.exp(-2 * effective))


@pytest.mark.parametrize(("law", "dimension"), LAWS, ids=lambda entry: getattr(entry, "__name__", ""))
@pytest.mark.parametrize("walkers", [16, 64])
def test_intervals_hold_the_truth_about_as_often_as_is_said(law, dimension: float, walkers: int) -> None:
    rng, sets = np.random.default_rng(walkers), 200
    apart = np.linalg.norm(law(rng, 20_000) - law(rng, 20_000), axis=1)
    truth = (apart.mean(), math.log(apart.std() / apart.mean()), math.log(apart.std()))
    held = np.zeros(4)
    measure, template = MEASURES["distances"], a_template()
    for _ in range(sets):
        inputs = replace(template, positions=law(rng, walkers), lost=np.zeros(walkers, dtype=bool))
        found = measure.reading(inputs)
        estimates = (
            (found.mean, found.mean_error),
            (math.log(found.relative_spread), found.relative_error / found.relative_spread),
            (math.log(found.absolute_spread), found.absolute_error / found.absolute_spread),
        )
        held[:3] += [
            abs(value - true) < 2.0 * error for (value, error), true in zip(estimates, truth, strict=True)
        ]
        low, high = found.effective.low, found.effective.high
        held[3] += low * (1.0 - 1e-9) <= dimension <= high * (1.0 + 1e-9)
    share = held / sets
    slack = 3.0 * math.sqrt(0.1 * 0.9 / sets)
    assert share[0] > 0.92 - slack and min(share[1:3]) > 0.85 - slack and share[3] > 0.90 - slack, share


@pytest.mark.parametrize(("law", "dimension"), LAWS, ids=lambda entry: getattr(entry, "__name__", ""))
def test_the_effective_dimension_of_known_covariances(law, dimension: float) -> None:
    """On average to its own error, but for the bias that is said; nothing is cut off above."""
    rng, sets = np.random.default_rng(1), 100
    found = np.array([
        effective_dimension(squared_distances(law(rng, 64))[0], 10**9).value for _ in range(sets)
    ])  # fmt: skip
    error = found.std() / math.sqrt(sets)
    assert -4.0 * error < found.mean() - dimension < 0.05 * dimension + 4.0 * error


@pytest.mark.parametrize(("law", "correlation"), [("normal", 1 / 4), ("uniform", 1 / 7), ("sphere", 0.0)])
def test_the_error_of_the_mean_is_that_of_pairs_that_share_walkers(law: str, correlation: float) -> None:
    """Distances with a walker in common are correlated; the jackknife counts twice what only pairs say."""
    rng, n, dim = np.random.default_rng(0), 32, 400
    found = []
    template = a_template()
    for _ in range(150):
        x = rng.uniform(-1.0, 1.0, (n, dim)) if law == "uniform" else rng.standard_normal((n, dim))
        if law == "sphere":
            x /= np.linalg.norm(x, axis=1)[:, None]
        inputs = replace(template, positions=x, lost=np.zeros(n, dtype=bool))
        found.append(MEASURES["distances"].reading(inputs))
    square = np.mean([reading.mean_error**2 for reading in found])
    variance = np.mean([reading.absolute_spread**2 for reading in found])
    once = (4.0 * (n - 2) * correlation + 2.0) / (n * (n - 1)) * variance
    twice = (4.0 * (n - 2) * correlation + 4.0) / (n * (n - 1)) * variance
    assert 0.95 * once < square < 1.15 * twice
    assert np.var([reading.mean for reading in found]) == pytest.approx(once, rel=4.0 * math.sqrt(2 / 150))


def test_few_walkers_of_many_directions_have_all_of_them() -> None:
    """16 walkers in 10 000 directions: the plain (tr S)²/tr S² would say 15."""
    x = np.random.default_rng(0).standard_normal((16, 10_000))
    sample = np.linalg.eigvalsh(np.cov(x))
    assert sample.sum() ** 2 / (sample @ sample) < 16.0
    found = effective_dimension(squared_distances(x.copy())[0], 10_000)
    assert 7_000 < found.value <= 10_000 and found.low < 10_000 == found.high
    for directions in (3, 10, 49, 1000):  # exp log 1000 is below 1000
        fewer = effective_dimension(squared_distances(x.copy())[0], directions)
        assert fewer.value == fewer.high == directions


def test_the_spread_of_normal_walkers_implies_their_effective_dimension() -> None:
    found = read(of_rank_10(np.random.default_rng(3), 200))
    assert found.implied == pytest.approx(10.0, rel=0.1)
    assert found.effective.low < 10.0 < found.effective.high


def test_walkers_on_a_line_have_one_dimension() -> None:
    x = np.outer(np.random.default_rng(0).standard_normal(20), np.ones(5))
    assert read(x).effective.value == pytest.approx(1.0, abs=1e-9)
    one = read(np.random.default_rng(0).uniform(-1, 1, (20, 1))).effective
    assert (one.value, one.low, one.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("walkers", [1, 2, 3])
def test_fewer_than_four_walkers_have_no_effective_dimension_and_no_error(walkers: int) -> None:
    found = read(np.random.default_rng(0).uniform(-1, 1, (walkers, 6)))
    assert found.effective is None
    assert found.mean_error is found.relative_error is found.absolute_error is None
    assert (found.histogram is None) == (walkers < 3)


def test_four_walkers_have_an_effective_dimension_without_an_interval() -> None:
    found = read(np.random.default_rng(0).uniform(-1, 1, (4, 60))).effective
    assert found is not None and 1.0 <= found.value <= 60.0 and found.low is found.high is None


def test_walkers_that_coincide_have_no_effective_dimension() -> None:
    found = read(np.full((6, 4), 2.5))
    assert found.effective is None and found.implied is None
    assert found.histogram is not None and found.histogram.counts == (15,)


def test_every_pair_is_in_the_histogram() -> None:
    x = np.random.default_rng(0).standard_normal((40, 3))
    pairs = pairwise_distances(x)
    found = histogram(pairs)
    assert sum(found.counts) == len(pairs) and len(found.counts) == math.ceil(math.sqrt(len(pairs))) <= BINS
    assert (found.edges[0], found.edges[-1]) == (pairs.min(), pairs.max())
    counted = [sum(low <= pair < high for pair in pairs) for low, high in itertools.pairwise(found.edges)]
    counted[-1] += 1  # the largest stands on the last edge
    assert list(found.counts) == counted
    assert (
        len(histogram(pairwise_distances(np.random.default_rng(0).standard_normal((200, 3)))).counts) == BINS
    )


def test_scales_that_squares_do_not_bear_have_all_the_same_numbers() -> None:
    """Of a landscape as wide as that; nobody has diverged there."""
    x = np.random.default_rng(0).standard_normal((12, 5))
    template, nobody = a_template(), np.zeros(12, dtype=bool)

    def measured(size: float) -> DistancesReading:
        landscape = SimpleNamespace(starts=None, subspace=None)
        problem = SimpleNamespace(box=(-size, size), landscape=landscape, unseen="")
        return MEASURES["distances"].reading(
            replace(template, problem=problem, positions=size * x, lost=nobody)
        )

    one = measured(1.0)
    for size in (2.0**600, 2.0**-600):
        found = measured(size)
        assert found.mean == one.mean * size and found.mean_error == one.mean_error * size
        assert found.relative_spread == one.relative_spread and found.effective == one.effective
        assert found.absolute_spread == one.absolute_spread * size
        assert found.histogram.counts == one.histogram.counts


def test_only_walkers_that_are_compared_can_spoil_the_reading() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (SAMPLE + 10, 2))
    x[SAMPLE + 5] = np.nan
    assert read(x).mean is not None
