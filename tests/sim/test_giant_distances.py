"""Distances that are drawn: against points that are, exact arithmetic, and the limit of high dimensions."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import stats

from sim import BadInput
from sim.arrays import Floats, Keys
from sim.giants import distances
from sim.giants.chi_square import fill_excess
from sim.giants.distances import draw, expected, summary
from sim.rng import Stream, fill_normal, stream_keys

SETS = 3000


def compiled_normals(keys: Keys, count: int) -> Floats:
    found = np.empty((len(keys), count))
    fill_normal(keys, 0, found)
    return found


def compiled_excess(key: np.uint64, degrees: Floats) -> Floats:
    found = np.empty(len(degrees))
    fill_excess(key, degrees, found)
    return found


PLAIN_NORMALS, PLAIN_EXCESS = distances._normals, distances._excess


@pytest.fixture(autouse=True)
def many_sets_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """For thousands of sets, numbers from the kernels, which are the same up to rounding."""
    monkeypatch.setattr(distances, "_normals", compiled_normals)
    monkeypatch.setattr(distances, "_excess", compiled_excess)


def drawn(dim: int, walkers: int, sets: int = SETS) -> Floats:
    """Distances (sets, n(n−1)/2), each less √(2 dim), of so many seeds."""
    return np.array([draw(dim, walkers, seed) for seed in range(sets)])


def sampled(dim: int, walkers: int, sets: int = SETS) -> Floats:
    """The same from points that are drawn coordinate by coordinate."""
    points = np.random.default_rng(dim).standard_normal((sets, walkers, dim))
    first, second = np.triu_indices(walkers, 1)
    return np.linalg.norm(points[:, first] - points[:, second], axis=2) - math.sqrt(2.0 * dim)


def correlations(squared: Floats, walkers: int) -> tuple[float, float]:
    """The mean correlation of pairs with a point in common, and of pairs without."""
    pairs = list(zip(*np.triu_indices(walkers, 1), strict=True))
    matrix = np.corrcoef(squared.T)
    sharing, apart = [], []
    for i in range(len(pairs)):
        for j in range(i):
            common = len({*pairs[i], *pairs[j]})
            (sharing if common == 3 else apart).append(matrix[i, j])
    return float(np.mean(sharing)), float(np.mean(apart))


SHAPES = [(1, 2), (1, 4), (2, 5), (3, 3), (3, 4), (3, 8), (10, 4), (10, 10), (10, 12), (100, 5), (33, 36)]


@pytest.mark.parametrize(("dim", "walkers"), SHAPES)
def test_every_squared_distance_has_mean_2d_and_variance_8d(dim: int, walkers: int) -> None:
    """Degrees of freedom that are off by one in any row, or a √2, are out of reach in some pair."""
    squared = (drawn(dim, walkers) + math.sqrt(2.0 * dim)) ** 2
    tests = 5.0  # standard deviations: up to 630 pairs are looked at
    assert np.abs(squared.mean(axis=0) - 2.0 * dim).max() < tests * math.sqrt(8.0 * dim / SETS)
    error = 8.0 * dim * math.sqrt((2.0 + 12.0 / dim) / SETS)  # χ² has an excess kurtosis of 12/d
    assert np.abs(squared.var(axis=0) - 8.0 * dim).max() < 1.4 * tests * error
    if walkers > 3:
        sharing, apart = correlations(squared, walkers)
        assert sharing == pytest.approx(0.25, abs=0.04)
        assert apart == pytest.approx(0.0, abs=0.04)


@pytest.mark.parametrize(("dim", "walkers"), [(1, 2), (1, 5), (2, 3), (3, 4), (3, 9), (10, 6), (100, 4)])
def test_they_are_jointly_distributed_as_those_of_points(dim: int, walkers: int) -> None:
    """Nearest, farthest and mean distance of a set, and the least sum of two sides less the third."""
    mine, theirs = drawn(dim, walkers), sampled(dim, walkers)
    assert mine.shape == theirs.shape
    for of_set in (lambda d: d.min(axis=1), lambda d: d.max(axis=1), lambda d: d.mean(axis=1)):
        assert stats.ks_2samp(of_set(mine), of_set(theirs)).pvalue > 1e-4
    if walkers > 2:
        first, second, third = 0, 1, walkers - 1  # the pairs 0–1, 0–2 and 1–2
        detours = [d[:, first] + d[:, third] - d[:, second] for d in (mine, theirs)]
        assert stats.ks_2samp(*detours).pvalue > 1e-4


def exactly(dim: int, walkers: int, seed: int) -> list[Decimal]:
    """From the same random numbers with 60 digits: the coordinates, subtracted, squared and added up."""
    below, _, excess = distances._triangle(dim, walkers, seed)
    with localcontext() as context:
        context.prec = 60
        points = [[Decimal(float(v)) for v in row] for row in below]
        for i, more in enumerate(excess):
            points[i][i] = (Decimal(dim) - i + Decimal(float(more))).sqrt()
        root = (2 * Decimal(dim)).sqrt()
        return [
            sum(((a - b) ** 2 for a, b in zip(points[i], points[j], strict=True)), Decimal(0)).sqrt() - root
            for i in range(walkers)
            for j in range(i + 1, walkers)
        ]


@pytest.mark.parametrize("dim", [1, 2, 5, 31, 32, 33, 34, 40, 1000, 10**9, 175 * 10**9, 10**15])
def test_no_digit_is_lost(dim: int) -> None:
    exact = np.array([float(v) for v in exactly(dim, 34, 3)])
    assert np.abs(draw(dim, 34, 3) - exact).max() < 5e-14


def test_numbers_are_those_of_the_kernels() -> None:
    """Without numba, up to what rounding does."""
    keys = stream_keys(4, Stream.DRAWN, 50)
    for count in (1, 2, 49):
        assert PLAIN_NORMALS(keys, count) == pytest.approx(compiled_normals(keys, count), abs=1e-14)
    for degrees in (np.arange(1.0, 50.0), 1e12 - np.arange(50.0), np.full(50, 1e15)):
        found = PLAIN_EXCESS(keys[1], degrees)
        assert found == pytest.approx(compiled_excess(keys[1], degrees), rel=1e-13)


def test_the_numbers_of_a_set(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = draw(7, 9, 2)
    monkeypatch.setattr(distances, "_normals", PLAIN_NORMALS)
    monkeypatch.setattr(distances, "_excess", PLAIN_EXCESS)
    assert draw(7, 9, 2) == pytest.approx(compiled, abs=1e-14)


def test_few_dimensions_and_many_go_on_from_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    by_coordinates = draw(distances.FEW, 40, 1)
    monkeypatch.setattr(distances, "FEW", 0)
    by_products = draw(32, 40, 1)
    assert not np.array_equal(by_products, by_coordinates)
    assert by_products == pytest.approx(by_coordinates, abs=1e-13)


@pytest.mark.parametrize("dim", [175 * 10**9, 10**15])
def test_the_limit_of_high_dimensions(dim: int) -> None:
    """D − √(2d) is normal with variance 1, and pairs that share a point correlate by ¼."""
    found = drawn(dim, 5)
    for pair in found.T:
        assert stats.kstest(pair, "norm").pvalue > 1e-4
    sharing, apart = correlations(found, 5)
    assert sharing == pytest.approx(0.25, abs=0.03)
    assert apart == pytest.approx(0.0, abs=0.03)


def test_the_first_of_more_points_are_the_same_points() -> None:
    for dim in (3, 10**12):
        few, more = draw(dim, 6, 7), draw(dim, 9, 7)
        matrix = np.zeros((9, 9))
        matrix[np.triu_indices(9, 1)] = more
        assert few == pytest.approx(matrix[:6, :6][np.triu_indices(6, 1)], abs=1e-14)
        assert not np.array_equal(few, draw(dim, 6, 8))


def test_a_summary_is_of_all_pairs() -> None:
    deviations = draw(50, 6, 2)
    whole, found = deviations + 10.0, summary(50, deviations)
    assert found.mean == pytest.approx(whole.mean())
    assert found.absolute_spread == pytest.approx(whole.std())
    assert found.relative_spread == pytest.approx(whole.std() / whole.mean())
    assert (found.least, found.most) == (whole.min(), whole.max())
    assert found.relative_range == pytest.approx((whole.max() - whole.min()) / whole.min())
    single = summary(50, deviations[:1])
    assert single.absolute_spread is single.relative_spread is None
    assert single.relative_range == 0.0


@pytest.mark.parametrize(("dim", "too_large"), [(1, 1.06), (10, 1.02), (10**12, 1.0)])
def test_how_well_n_points_tell_the_mean(dim: int, too_large: float) -> None:
    means = drawn(dim, 12, 2500).mean(axis=1)
    ratio = expected(dim, 12).mean_error / means.std()
    assert 1.0 - 4.0 / math.sqrt(5000.0) < ratio < too_large + 4.0 / math.sqrt(5000.0)


@pytest.mark.parametrize(
    ("dim", "walkers"), [*((10**10, n) for n in (3, 5, 8, 20, 64)), (400, 5), (2300, 64)]
)
def test_how_far_the_farthest_are_beyond_the_nearest(dim: int, walkers: int) -> None:
    """Between the numbers of points that were simulated, too, and where the second order is felt."""
    sets = 800
    ranges = [summary(dim, draw(dim, walkers, seed)).relative_range for seed in range(sets)]
    theory = expected(dim, walkers).relative_range
    assert theory is not None
    error = 4.0 * np.std(ranges) / math.sqrt(sets)
    assert abs(np.mean(ranges) - theory) < error + 0.01 * theory


def test_where_no_range_is_known() -> None:
    assert expected(100, 64).relative_range is None
    assert expected(10**9, 10**5).relative_range is None
    assert expected(10**9, 2).relative_range == 0.0
    leading = 7.46 / math.sqrt(1e9)
    assert expected(10**9, 4096).relative_range == pytest.approx(leading + leading**2 / 2)


@pytest.mark.parametrize(
    ("dim", "walkers", "line"),
    [
        (0, 5, "dim: 0 is out of range; accepted: a whole number from 1 to 1e+15"),
        (10**15 + 1, 5, "dim: 1000000000000001 is out of range; accepted: "),
        (5, 1, "walkers: 1 is out of range; accepted: a whole number from 2, as a distance takes two"),
    ],
)
def test_what_is_refused(dim: int, walkers: int, line: str) -> None:
    with pytest.raises(BadInput) as caught:
        draw(dim, walkers, 0)
    assert str(caught.value).startswith(line)
