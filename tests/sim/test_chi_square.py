"""χ² of any degrees: against its distribution, its moments, and the method in sixty digits."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal, localcontext
from fractions import Fraction

import naive
import numpy as np
import pytest
from scipy import stats

from sim.arrays import Floats
from sim.giants.chi_square import SMALL, excess_of, fill_excess, log_remainder
from sim.rng import Stream, stream_keys

DEGREES = [1, 2, 3, 5, 17, 100, 10**6, 10**15]
MANY = 300_000


def drawn(degrees: int, count: int = MANY, seed: int = 1) -> Floats:
    out = np.empty(count)
    fill_excess(stream_keys(seed, Stream.GIANTS, 1)[0], np.full(count, float(degrees)), out)
    return out


def central_moments(degrees: int, most: int) -> list[int]:
    """E (χ² − k)ᵐ for m = 0 … most, from μₘ₊₁ = 2m (μₘ + k μₘ₋₁)."""
    moments = [1, 0]
    for m in range(1, most):
        moments.append(2 * m * (moments[m] + degrees * moments[m - 1]))
    return moments


@pytest.mark.parametrize("degrees", DEGREES)
def test_four_moments_are_those_of_the_law(degrees: int) -> None:
    found, moments = drawn(degrees), central_moments(degrees, 8)
    for power in range(1, 5):
        error = math.sqrt((moments[2 * power] - moments[power] ** 2) / len(found))
        assert abs((found**power).mean() - moments[power]) < 4.0 * error


@pytest.mark.parametrize("degrees", DEGREES)
def test_the_distribution_is_scipys(degrees: int) -> None:
    assert stats.kstest(drawn(degrees) + degrees, stats.chi2(degrees).cdf).pvalue > 1e-3


@pytest.mark.parametrize("degrees", [3, 5, 17, 100])
def test_the_test_knows_what_is_not_the_law(degrees: int) -> None:
    """One degree too many or too few, a factor √2, a normal of the same mean and variance."""
    found = drawn(degrees) + degrees
    for wrong in (
        stats.chi2(degrees - 1),
        stats.chi2(degrees + 1),
        stats.norm(degrees, math.sqrt(2 * degrees)),
    ):
        assert stats.kstest(found, wrong.cdf).pvalue < 1e-9
    assert stats.kstest(found * math.sqrt(2.0), stats.chi2(degrees).cdf).pvalue < 1e-9


def twin(key: int, index: int, degrees: int) -> tuple[float, int]:
    """Marsaglia and Tsang's method as it was published, in sixty digits; the excess and the attempts."""
    with localcontext() as context:
        context.prec = 60
        d = Decimal(degrees) / 2 - Decimal(1) / 3
        for attempt in itertools.count():
            z = Decimal(naive.normals(key, 2 * attempt << 32, 1, first=index)[0])
            u = Decimal(naive.uniform_pair(key, (2 * attempt + 1) << 32, index)[0] + 2.0**-53)
            v = (1 + z / (9 * d).sqrt()) ** 3
            if v > 0 and u.ln() < z * z / 2 + d - d * v + d * v.ln():
                return float(2 * d * v - degrees), attempt + 1
        raise AssertionError


@pytest.mark.parametrize("degrees", [2, 3, 100, 10**6, 10**15])
def test_draws_are_those_of_the_method_in_sixty_digits(degrees: int) -> None:
    """No digit is lost at any size: not of the value, and not of the test that takes it."""
    count = 300 if degrees < 10 else 40
    key = int(stream_keys(3, Stream.GIANTS, 1)[0])
    expected, attempts = zip(*(twin(key, index, degrees) for index in range(count)), strict=True)
    spread = math.sqrt(2.0 * degrees)
    np.testing.assert_allclose(drawn(degrees, count, seed=3), expected, rtol=1e-12, atol=1e-13 * spread)
    assert degrees > 3 or max(attempts) > 1, "drawn anew at least once"


@pytest.mark.parametrize("degrees", [2, 10**6, 10**15])
@pytest.mark.parametrize("z", [-1.5, 1e-9, 8.0])
def test_an_excess_has_all_its_digits(degrees: int, z: float) -> None:
    """In fractions, with D from the root that is passed on."""
    root = math.sqrt(0.5 * degrees - 1.0 / 3.0)
    if z / (3.0 * root) > -1.0:
        d = Fraction(root) ** 2
        exact = 2 * d * (1 + Fraction(z) / (3 * Fraction(root))) ** 3 - 2 * d - Fraction(2, 3)
        assert excess_of(z, root) == pytest.approx(float(exact), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    "y", [-0.999, -0.4, -1.01 * SMALL, -0.99 * SMALL, -1e-5, 1e-8, 0.99 * SMALL, SMALL, 0.7, 9.0]
)
def test_what_is_left_of_the_logarithm(y: float) -> None:
    with localcontext() as context:
        context.prec = 80
        v = Decimal(y)
        exact = (1 + v).ln() - v + v * v / 2 - v**3 / 3
    assert log_remainder(y) == pytest.approx(float(exact), rel=1e-10)
    assert log_remainder(0.0) == 0.0


def test_a_draw_depends_on_key_and_index_alone() -> None:
    several = np.empty(9)
    key = stream_keys(1, Stream.GIANTS, 1)[0]
    fill_excess(key, np.array([1.0, 2.0, 3.0, 17.0, 100.0, 1e6, 1e15, 5.0, 3.0]), several)
    assert several[8] == drawn(3, 9)[8]
    assert several[3] == drawn(17, 9)[3]
    assert drawn(3, 9, seed=2)[8] != several[8]
