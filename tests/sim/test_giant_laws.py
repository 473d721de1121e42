"""How many directions fall where no memory holds them, against sampling where memory does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import special, stats

from sim import LANDSCAPES, signs
from sim.arrays import Floats
from sim.giants.laws import (
    drawn_falling,
    expected_in_back,
    falling_of_rastrigin,
    is_at_edge,
    is_beyond_spectrum,
    negative_in_front,
    negative_of_goe,
)
from sim.giants.soft_edge import airy, beyond

SHIFTS = (0.0, 0.5, 1.0, 1.5)


def orthogonal_ensemble(dim: int, count: int) -> Floats:
    """So many matrices (count, d, d) of the ensemble, over √d, entry by entry."""
    drawn = np.random.default_rng(dim).standard_normal((count, dim, dim))
    return (drawn + drawn.transpose(0, 2, 1)) / math.sqrt(2.0 * dim)


def require_law(dim: int, count: int) -> None:
    """The law's mean and variance are those of dense matrices, within 4 standard errors and its own error."""
    eigenvalues = np.linalg.eigvalsh(orthogonal_ensemble(dim, count))
    for shift in (*SHIFTS, *(-t for t in SHIFTS)):
        negative = np.count_nonzero(eigenvalues < -shift, axis=1)
        law, squares = negative_of_goe(dim, shift), (negative - negative.mean()) ** 2
        error = negative.std() / math.sqrt(count)
        assert abs(negative.mean() - law.mean) < 4.0 * error + 0.2 / dim, shift
        error = squares.std() / math.sqrt(count)
        assert abs(squares.mean() - law.standard_deviation**2) < 4.0 * error + 0.1 / dim, shift


def test_the_count_of_dense_matrices() -> None:
    """At t = 1 the term of order 1 is 0.083: without it, or with its sign wrong, the mean is out of reach."""
    dim, count = 10, 30_000
    require_law(dim, count)
    error, term = 0.7 / math.sqrt(count), math.asin(0.5) / math.tau
    assert 4.0 * error + 0.2 / dim < 0.5 * term


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dim", "count"), [(2, 400_000), (5, 200_000), (30, 40_000), (60, 10_000), (100, 1000)]
)
def test_the_count_of_larger_and_smaller_ones(dim: int, count: int) -> None:
    require_law(dim, count)


def test_what_the_law_leaves_out_in_one_dimension() -> None:
    """There H = √2 z + t, whose chance to be negative is known: the law is near, and exact for t = 0."""
    for shift, off in ((0.0, 1e-12), (0.5, 0.03), (1.0, 0.05), (1.5, 0.07)):
        exact = stats.norm.cdf(-shift / math.sqrt(2.0))
        assert negative_of_goe(1, shift).mean == pytest.approx(exact, abs=off)
    assert negative_of_goe(1, 0.0).standard_deviation == pytest.approx(0.5, abs=1e-12)


PUBLISHED = [(10**3, 0.972), (10**6, 1.283), (10**9, 1.531), (175 * 10**9, 1.694)]


@pytest.mark.parametrize(("dim", "deviation"), PUBLISHED)
def test_half_of_all_directions_fall_without_a_shift(dim: int, deviation: float) -> None:
    law = negative_of_goe(dim, 0.0)
    assert law.mean == 0.5 * dim
    assert law.standard_deviation == pytest.approx(deviation, abs=5e-4)


@pytest.mark.parametrize("dim", [1, 10, 10**6, 10**15])
@pytest.mark.parametrize("shift", [0.3, 1.0, 1.99, 2.0, 1e3])
def test_what_falls_at_one_shift_rises_at_the_opposite(dim: int, shift: float) -> None:
    law, opposite = negative_of_goe(dim, shift), negative_of_goe(dim, -shift)
    assert law.mean + opposite.mean == pytest.approx(dim, rel=1e-14)
    assert law.standard_deviation == pytest.approx(opposite.standard_deviation, rel=1e-2)


def at_the_edge(dim: int, shifts: Sequence[float], count: int) -> Floats:
    """Numbers of negative eigenvalues (k, count), from the pivots of tridiagonal matrices."""
    rng, middle = np.random.default_rng(dim), np.array(shifts)[:, None] * math.sqrt(dim)
    pivot = math.sqrt(2.0) * rng.standard_normal(count) + middle
    negative: Floats = (pivot < 0.0).astype(float)
    for degrees in range(1, dim):
        link = rng.chisquare(degrees, count)
        pivot = math.sqrt(2.0) * rng.standard_normal(count) + middle - link / pivot
        negative += pivot < 0.0
    return negative


@pytest.mark.parametrize(
    ("dim", "count"), [(100, 40_000), (300, 10_000), pytest.param(1000, 40_000, marks=pytest.mark.slow)]
)
def test_the_end_of_the_spectrum(dim: int, count: int) -> None:
    """The bulk's law alone is off by 0.03 at s = −1, and by all that there is at 0 and 1."""
    shifts = [2.0 + s * dim ** (-2.0 / 3.0) for s in (-4.0, -2.0, -1.0, 0.0, 1.0)]
    off = 0.03 * dim ** (-2.0 / 3.0)
    for shift, negative in zip(shifts, at_the_edge(dim, shifts, count), strict=True):
        law, squares = negative_of_goe(dim, shift), (negative - negative.mean()) ** 2
        assert abs(negative.mean() - law.mean) < 4.0 * negative.std() / math.sqrt(count) + off, shift
        error = 4.0 * squares.std() / math.sqrt(count)
        assert abs(squares.mean() - law.standard_deviation**2) < error + 0.1 * dim ** (-2.0 / 3.0), shift
        assert law.left_out == "terms of order d^(−2/3)"


@pytest.mark.parametrize("s", [-8.0, -2.0, -0.5, 0.0, 1.0, 5.0])
def test_airys_function_and_what_is_beyond(s: float) -> None:
    """Against another implementation, and the density integrated."""
    value, slope, tail = airy(s)
    np.testing.assert_allclose((value, slope), special.airy(s)[:2], rtol=1e-10)
    x = np.linspace(s, 14.0, 20_001)
    ai, derivative = special.airy(x)[:2]
    to_the_right = np.append(np.cumsum((0.5 * (ai[1:] + ai[:-1]))[::-1])[::-1] * (x[1] - x[0]), 0.0)
    assert tail == pytest.approx(to_the_right[0], abs=1e-6)
    density = derivative**2 - x * ai**2 + 0.5 * ai * (1.0 - to_the_right)
    assert beyond(s) == pytest.approx(np.trapezoid(density, x), abs=1e-6)


@pytest.mark.parametrize("dim", [10**4, 10**9, 10**15])
def test_the_bulk_goes_over_into_the_edge(dim: int) -> None:
    """Without a jump where another formula takes over, and to nothing."""
    joints = (-8.0, -6.0, -2.0, -1e-3 * dim ** (2.0 / 3.0), 0.0, 1.0, 1e-3 * dim ** (2.0 / 3.0))
    for s in joints:
        unit = dim ** (-2.0 / 3.0)
        before, after = (negative_of_goe(dim, 2.0 + (s + step) * unit) for step in (-1e-3, 1e-3))
        assert -1e-9 < before.mean - after.mean < 4e-3 * max(1.0, abs(s)), s
        assert before.standard_deviation == pytest.approx(after.standard_deviation, abs=0.01), s
    beyond_all = negative_of_goe(dim, 2.0 + 10.0 * dim ** (-2.0 / 3.0))
    assert (beyond_all.mean, beyond_all.standard_deviation) == (0.0, 0.0)
    assert beyond_all.left_out == "a chance below 1e-9"
    assert negative_of_goe(dim, -3.0).mean == dim
    assert negative_of_goe(dim, 2.0).mean == pytest.approx(0.169518, abs=1e-6 + 0.2 * dim ** (-1.0 / 3.0))
    assert negative_of_goe(dim, 1.9).left_out == "terms of order 1/d"


def test_which_shifts_are_at_the_edge() -> None:
    told = {t: (is_at_edge(1000, t), is_beyond_spectrum(1000, t)) for t in (0.0, 1.9, 1.99, -2.0, 2.08, -2.1)}
    assert [t for t, (at, _) in told.items() if at] == [1.99, -2.0, 2.08]
    assert [t for t, (_, beyond) in told.items() if beyond] == [-2.1]
    assert not is_at_edge(1, 0.0), "it falls or rises, with equal chances"


@pytest.mark.parametrize("shift", [0.0, 0.5, -1.0])
def test_blocks_see_the_shift_larger(shift: float) -> None:
    """The leading blocks (k, k) of one set of matrices, and what is left for the rows behind them."""
    dim, count = 40, 4000
    matrices = orthogonal_ensemble(dim, count) + shift * np.eye(dim)
    for rows in (20, 30, 40):
        negative = np.count_nonzero(np.linalg.eigvalsh(matrices[:, :rows, :rows]) < 0.0, axis=1)
        error = 4.0 * negative.std() / math.sqrt(count) + 0.2 / rows
        assert abs(negative.mean() - negative_in_front(dim, shift, rows).mean) <= error
    assert negative_in_front(dim, shift, dim) == negative_of_goe(dim, shift)
    assert negative_in_front(dim, shift, 0).mean == expected_in_back(dim, shift, 0) == 0.0
    for rows in (1, 13, 40):
        both = expected_in_back(dim, shift, rows) + negative_in_front(dim, shift, dim - rows).mean
        assert both == pytest.approx(negative_of_goe(dim, shift).mean)


@pytest.mark.parametrize("shift", [0.0, 0.5, -1.0])
def test_pivots_from_the_end_are_what_is_left(shift: float) -> None:
    """Of the tridiagonal matrix that has the same eigenvalues (Dumitriu and Edelman 2002), from row d on."""
    dim, count = 60, 4000
    rng = np.random.default_rng(3)
    middle = math.sqrt(2.0) * rng.standard_normal((dim, count)) + shift * math.sqrt(dim)
    links = rng.chisquare(
        np.arange(1, dim + 1)[:, None], (dim, count)
    )  # squared; the last has no row to link
    pivot, negative = middle[-1], np.zeros(count)
    for rows in range(1, dim + 1):
        negative += pivot < 0.0
        error = 4.0 * negative.std() / math.sqrt(count)
        off = 0.2 / dim if rows == dim else 0.5
        assert abs(negative.mean() - expected_in_back(dim, shift, rows)) < error + off, rows
        if rows < dim:
            pivot = middle[dim - 1 - rows] - links[dim - 1 - rows] / pivot


# --- Rastrigin --------------------------------------------------------------------------------------


def curvature(x: Floats, amplitude: float) -> Floats:
    return 2.0 + 4.0 * math.pi**2 * amplitude * np.cos(2.0 * math.pi * x)


@pytest.mark.parametrize("amplitude", [0.0, 0.05, 0.051, 0.1, 1.0, 10.0, 1e9])
def test_the_share_of_falling_directions(amplitude: float) -> None:
    """Against the middles of a million intervals of the box: an end of a stretch is off by one of them."""
    count = 1_000_000
    middles = -5.12 + 10.24 * (np.arange(count) + 0.5) / count
    share = np.count_nonzero(curvature(middles, amplitude) < 0.0) / count
    law = falling_of_rastrigin(1, amplitude)
    assert law.probability == pytest.approx(share, abs=20.0 / count)
    assert law.probability + law.rises == 1.0


def test_the_published_numbers() -> None:
    law = falling_of_rastrigin(175 * 10**9, 10.0)
    assert law.rises == pytest.approx(0.5132935387, abs=5e-11)
    assert law.mean == pytest.approx(0.4867064613 * 175e9, rel=1e-9)
    assert law.log10_of_none == pytest.approx(-0.28963420 * 175e9, rel=1e-7)
    assert falling_of_rastrigin(9, 0.05).log10_of_none == 0.0


@pytest.mark.parametrize("amplitude", [10.0, 0.1])
def test_the_real_landscape_has_that_law(amplitude: float) -> None:
    dim = 1_000_000
    problem = LANDSCAPES["rastrigin"].build(dim, A=amplitude)
    law = falling_of_rastrigin(dim, amplitude)
    x = np.random.default_rng(1).uniform(-5.12, 5.12, dim)
    assert abs(signs(problem, x).negative - law.mean) < 4.0 * law.standard_deviation


@pytest.mark.parametrize("dim", [1, 7, 10**6, 10**15])
def test_draws_have_the_binomial_law(dim: int) -> None:
    law, count = falling_of_rastrigin(dim, 10.0), 3000
    drawn = np.array([drawn_falling(dim, 10.0, seed) for seed in range(count)])
    assert drawn.min() >= 0 and drawn.max() <= dim
    scaled = (drawn - law.mean) / law.standard_deviation
    assert abs(scaled.mean()) < 4.0 / math.sqrt(count)
    kurtosis = 1.0 / law.standard_deviation**2 - 6.0 / dim  # above that of a normal number
    assert abs(np.mean(scaled**2) - 1.0) < 4.0 * math.sqrt((2.0 + kurtosis) / count) + 1e-9


def test_draws_go_with_the_seed() -> None:
    assert drawn_falling(10**15, 10.0, 5) == drawn_falling(10**15, 10.0, 5) != drawn_falling(10**15, 10.0, 6)
    assert drawn_falling(10**15, 0.01, 5) == 0
