"""The mean numbers of critical points of a Gaussian field: closed forms, symmetries, and random matrices."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.critical.kac_rice import MOST_DIRECTIONS, density_of_values, kac_rice

EVERY = range(1, MOST_DIRECTIONS + 1)


def test_closed_forms() -> None:
    """Rice (1944) on a line; in the plane; and Bardeen, Bond, Kaiser and Szalay's (1986) peaks in space."""
    assert kac_rice(1).density == pytest.approx(math.sqrt(3.0) / math.pi, rel=1e-12)
    assert kac_rice(2).density == pytest.approx(2.0 / (math.sqrt(3.0) * math.pi), rel=1e-12)
    radius = 3.0 / math.sqrt(15.0)  # √3 σ₁/σ₂ of their spectral moments
    peaks = (29.0 - 6.0 * math.sqrt(6.0)) / (5.0**1.5 * 2.0 * (2.0 * math.pi) ** 2 * radius**3)
    assert kac_rice(3).densities[0] == pytest.approx(peaks, rel=1e-12)


@pytest.mark.parametrize(
    ("directions", "minima"), [(1, 1 / 2), (2, 1 / 4), (3, (29.0 - 6.0 * math.sqrt(6.0)) / 116.0)]
)
def test_the_share_of_minima(directions: int, minima: float) -> None:
    assert kac_rice(directions).shares[0] == pytest.approx(minima, rel=1e-12)


@pytest.mark.parametrize("directions", EVERY)
def test_a_field_upside_down_is_the_same_field(directions: int) -> None:
    law = kac_rice(directions)
    assert law.densities == pytest.approx(law.densities[::-1], rel=1e-11)
    assert sum(law.shares) == pytest.approx(1.0, abs=1e-14)
    assert all(share > 0.0 for share in law.shares)
    assert law.values == pytest.approx([-u for u in law.values[::-1]], abs=1e-9)
    assert list(law.values) == sorted(law.values), "the higher a point, the more directions fall"


@pytest.mark.parametrize("directions", EVERY)
def test_the_morse_sum_of_a_torus_is_zero_on_average(directions: int) -> None:
    alternating = sum((-1) ** k * density for k, density in enumerate(kac_rice(directions).densities))
    assert alternating == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize(("directions", "variance"), [(1, 4 / 3), (2, 1.53), (5, 1.79)])
def test_the_spread_of_values(directions: int, variance: float) -> None:
    """The first is exact, the others were known to two digits."""
    u = np.linspace(-12.0, 12.0, 121)
    law = density_of_values(directions, u).sum(axis=0)
    assert law @ u**2 / law.sum() == pytest.approx(variance, abs=1e-6 if directions == 1 else 0.005)


@pytest.mark.parametrize("directions", [1, 2, 3, 4, 6])
def test_against_random_matrices(directions: int) -> None:
    """The shares are those of E e^(−λ²/4) over the eigenvalues of a GOE with one row more: to 4 errors."""
    draws, rows = 40_000, directions + 1
    matrices = np.random.default_rng(directions).standard_normal((draws, rows, rows))
    matrices = (matrices + matrices.swapaxes(1, 2)) / math.sqrt(2.0)
    weights = np.exp(-0.25 * np.linalg.eigvalsh(matrices) ** 2)
    mean, error = weights.mean(axis=0), weights.std(axis=0) / math.sqrt(draws)
    shares = np.array(kac_rice(directions).shares) * mean.sum()
    assert np.all(np.abs(shares - mean) < 4.0 * error + 1e-12)


@pytest.mark.parametrize("directions", [1, 2, 4])
def test_the_density_against_random_hessians(directions: int) -> None:
    """(2π)^(−d/2) E |det(GOE − u)|, u ~ N(0, 1): within 4 standard errors."""
    draws, rng = 40_000, np.random.default_rng(directions)
    matrices = rng.standard_normal((draws, directions, directions))
    matrices = (matrices + matrices.swapaxes(1, 2)) / math.sqrt(2.0)
    matrices -= rng.standard_normal((draws, 1, 1)) * np.eye(directions)
    volumes = np.abs(np.linalg.det(matrices)) / (2.0 * math.pi) ** (0.5 * directions)
    error = volumes.std() / math.sqrt(draws)
    assert abs(kac_rice(directions).density - volumes.mean()) < 4.0 * error
