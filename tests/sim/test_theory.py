"""The exact laws of the distance between independent points: uniform, normal, on a sphere."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from sim import theory
from sim.theory import DistanceTheory, normal_distances, sphere_distances, uniform_distances

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


# --- normal points and points of a sphere -----------------------------------------------------------

NORMAL_TABLE = [  # standard deviation 1: the published mean and relative spread
    (2, 1.7724539, 0.5227232),
    (10, 4.3618981, 0.2262400),
    (1000, 44.7101806, 0.0223635),
    (175_000_000_000, 591607.978309, 1.690309e-6),
]


@pytest.mark.parametrize(("dim", "mean", "relative"), NORMAL_TABLE)
def test_the_table_of_normal_points(dim: int, mean: float, relative: float) -> None:
    law = normal_distances(dim, 1.0)
    assert law.mean == pytest.approx(mean, rel=1e-12 if dim > 10**6 else 0.0, abs=5e-8)
    assert law.relative_spread == pytest.approx(relative, rel=1e-6, abs=5e-8 if dim < 10**6 else 0.0)


@pytest.mark.parametrize("dim", [1, 2, 3, 10, 299, 300, 301, 1000, 10_000])
def test_normal_points_are_a_chi_variable_apart(dim: int) -> None:
    law, chi = normal_distances(dim, 3.0), stats.chi(dim)
    assert law.mean == pytest.approx(3.0 * math.sqrt(2.0) * chi.mean(), rel=1e-11)
    # scipy takes the variance as a difference, which loses digits in high dimensions
    assert law.absolute_spread == pytest.approx(3.0 * math.sqrt(2.0) * chi.std(), rel=1e-11 * dim)


def chord_mean(dim: int) -> float:
    """E |x − y| on the unit sphere, by integrating over the angle between the two, about π/2."""
    power, width = dim - 2, 12.0 / math.sqrt(dim)
    low, high = max(0.0, math.pi / 2 - width), min(math.pi, math.pi / 2 + width)
    weight, _ = integrate.quad(lambda t: math.sin(t) ** power, low, high, epsabs=0, epsrel=1e-13)
    lengths = integrate.quad(
        lambda t: 2.0 * math.sin(0.5 * t) * math.sin(t) ** power, low, high, epsabs=0, epsrel=1e-13
    )
    return float(lengths[0] / weight)


@pytest.mark.parametrize("dim", [2, 3, 10, 299, 300, 301, 1000, 100_000])
def test_points_of_a_sphere_are_a_chord_apart(dim: int) -> None:
    assert sphere_distances(dim, 2.0).mean == pytest.approx(2.0 * chord_mean(dim), rel=1e-11)


def test_the_closed_forms_of_spheres() -> None:
    """Two points, a circle, a sphere, of radius 1."""
    assert sphere_distances(1, 1.0).mean == pytest.approx(1.0, rel=1e-14)
    assert sphere_distances(1, 1.0).absolute_spread == pytest.approx(1.0, rel=1e-14)
    assert sphere_distances(2, 1.0).mean == pytest.approx(4.0 / math.pi, rel=1e-14)
    assert sphere_distances(3, 1.0).mean == pytest.approx(4.0 / 3.0, rel=1e-14)


LAWS = [
    pytest.param(normal_distances, lambda dim: 2.0 * dim, id="normal"),
    pytest.param(sphere_distances, lambda dim: 2.0, id="sphere"),
]
Law = Callable[[int, float], DistanceTheory]


@pytest.mark.parametrize(("law", "mean_square"), LAWS)
@pytest.mark.parametrize("dim", [1, 2, 10, 300, 301, 10**5, 10**12])
def test_both_laws_add_up_and_scale(law: Law, mean_square: Callable[[int], float], dim: int) -> None:
    one, three = law(dim, 1.0), law(dim, 3.0)
    assert one.mean**2 + one.absolute_spread**2 == pytest.approx(mean_square(dim), rel=1e-13)
    assert three.mean == pytest.approx(3.0 * one.mean, rel=1e-14)
    assert three.absolute_spread == pytest.approx(3.0 * one.absolute_spread, rel=1e-14)
    assert three.relative_spread == pytest.approx(one.relative_spread, rel=1e-14)
    assert one.relative_spread == pytest.approx(one.absolute_spread / one.mean, rel=1e-14)


@pytest.mark.parametrize(("law", "mean_square"), LAWS)
def test_series_and_gamma_functions_meet(
    law: Law, mean_square: Callable[[int], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_gamma = [law(dim, 1.0) for dim in (250, 300)]
    monkeypatch.setattr(theory, "_SMALL", 0)
    for dim, exact in zip((250, 300), by_gamma, strict=True):
        assert law(dim, 1.0) != exact
        assert law(dim, 1.0).mean == pytest.approx(exact.mean, rel=1e-12)
        assert law(dim, 1.0).absolute_spread == pytest.approx(exact.absolute_spread, rel=1e-9)


def test_absolute_spreads_tend_to_constants_where_coordinates_keep_their_size() -> None:
    assert normal_distances(10**6, 1.0).absolute_spread == pytest.approx(1.0, rel=1e-6)
    assert normal_distances(10**15, 1.0).absolute_spread == pytest.approx(1.0, rel=1e-12)
    for dim in (10**6, 10**15):
        assert sphere_distances(dim, math.sqrt(dim)).absolute_spread == pytest.approx(
            math.sqrt(0.5), rel=1e-6
        )


@pytest.mark.parametrize("dim", [1, 2, 7, 60, 700])
def test_independent_points_of_a_sphere_have_that_law(dim: int) -> None:
    rng = np.random.default_rng(dim)
    pairs = 2_000_000 // (dim + 20)
    x, y = (rng.standard_normal((pairs, dim)) for _ in range(2))
    x /= np.linalg.norm(x, axis=1)[:, None]
    y /= np.linalg.norm(y, axis=1)[:, None]
    distances, law = np.linalg.norm(x - y, axis=1), sphere_distances(dim, 1.0)
    deviations = (distances - law.mean) ** 2
    assert abs(distances.mean() - law.mean) < 4.0 * law.absolute_spread / math.sqrt(pairs)
    error = 4.0 * deviations.std() / math.sqrt(pairs)
    assert abs(deviations.mean() - law.absolute_spread**2) < error + 1e-12


CENTRAL = [
    (uniform_distances(5, 3.0), 5 * 9.0 / 12.0), (normal_distances(5, 0.7), 5 * 0.49),
    (sphere_distances(5, 2.0), 4.0),
]  # fmt: skip


@pytest.mark.parametrize(("law", "mean_square"), CENTRAL)
def test_how_far_independent_points_are_from_a_fixed_one(law: DistanceTheory, mean_square: float) -> None:
    """E|x − c|² is E|x − middle|² and |c − middle|²."""
    assert law.central
    assert law.mean_square_from(0.0) == pytest.approx(mean_square, rel=1e-9)
    far = replace(law, mean=1e200)
    assert far.mean_square_from(0.0) == math.inf
    assert law.mean_square_from(7.0) == pytest.approx(mean_square + 7.0, rel=1e-9)
