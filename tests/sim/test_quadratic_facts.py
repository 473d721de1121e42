"""What is known of the quadratic landscapes: spectra, counts of signs, and the way off a saddle."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest
from scipy.special import betainc, digamma

from sim import LANDSCAPES, signs
from sim.arrays import Floats

BOWL, SADDLE, RANDOM = (LANDSCAPES[name] for name in ("quadratic", "saddle", "random-quadratic"))


def semicircle(x: float) -> float:
    """The share of a semicircle of radius 2 that is below x."""
    return 0.5 + x * math.sqrt(4.0 - x * x) / (4.0 * math.pi) + math.asin(x / 2.0) / math.pi


# --- the bowl ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", [1.0, 30.0, 1e12])
@pytest.mark.parametrize("crowding", [0.0, 0.5, 1.0, 2.0, 10.0])
def test_curvatures_run_from_one_to_one_over_the_condition_number(condition: float, crowding: float) -> None:
    curvatures = BOWL.build(500, condition=condition, crowding=crowding).parameters
    assert curvatures[0] == pytest.approx(1.0, rel=1e-12) == curvatures.max()
    assert curvatures[1] == pytest.approx(1.0 / condition, rel=1e-12)
    assert curvatures[1] == pytest.approx(curvatures.min(), rel=1e-12)


def test_the_curvatures_have_the_chosen_density() -> None:
    count, condition = 1025, 1e4
    places = np.linspace(0.0, 1.0, count)

    def spectrum(crowding: float) -> Floats:
        return np.sort(BOWL.build(count, condition=condition, crowding=crowding).parameters)[::-1]

    np.testing.assert_allclose(spectrum(0.0), 1.0 + places * (1.0 / condition - 1.0), rtol=1e-9)
    for near_one in (1.0 - 1e-7, 1.0, 1.0 + 1e-7):
        np.testing.assert_allclose(np.log(spectrum(near_one)), -places * math.log(condition), atol=1e-5)
    np.testing.assert_allclose(spectrum(2.0), 1.0 / (1.0 + places * (condition - 1.0)), rtol=1e-9)
    for crowding in (0.3, 1.6, 4.0):  # the share between a and b is proportional to ∫ λ^−c dλ
        edges = np.geomspace(1.0 / condition, 1.0, 6)
        mass = np.diff(edges ** (1.0 - crowding)) / (1.0 - condition ** (crowding - 1.0))
        shares = np.histogram(spectrum(crowding), edges)[0] / count
        np.testing.assert_allclose(shares, mass, atol=3.0 / count)


def test_any_number_of_directions_shows_the_whole_spectrum() -> None:
    """Places of the first n directions: as evenly spread as n points can be, up to a logarithm."""
    for n in range(2, 400):
        curvatures = BOWL.build(n, condition=math.e).parameters
        places = np.sort(-np.log(curvatures))
        gaps = np.abs(places - np.arange(n) / (n - 1))
        assert gaps.max() < (1.0 + math.log2(n)) / n
        np.testing.assert_array_equal(BOWL.build(n + 1, condition=math.e).parameters[:n], curvatures)


def test_descent_takes_as_many_steps_as_the_condition_number_says() -> None:
    problem = BOWL.build(2, condition=1000.0)
    x, lr, steps = np.array([1.0, 1.0]), 0.5, 2000
    for _ in range(steps):
        x = x - lr * problem.value_and_gradient(x)[1]
    assert x[1] == pytest.approx(math.exp(-1.0), rel=1e-3)
    assert abs(x[0]) < 1e-100


# --- the saddle -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fraction", ["0.01", "0.07", "0.29", "0.5", "0.7", "1"])
def test_the_chosen_share_of_directions_falls_on_every_slice(fraction: str) -> None:
    problem = SADDLE.build(300, fraction=float(fraction), down=0.3)
    for k in range(1, 301):
        falling = math.ceil(k * Fraction(fraction))
        assert np.count_nonzero(problem.parameters[:k] < 0.0) == falling
    found = signs(problem, np.ones(300))
    assert (found.negative, found.zero) == (math.ceil(300 * Fraction(fraction)), 0)
    assert set(problem.parameters) <= {1.0, -0.3}


@pytest.mark.parametrize(("dim", "fraction"), [(2, 0.5), (10, 0.2), (10, 0.5), (40, 0.4)])
def test_a_random_direction_leads_down_as_often_as_the_beta_function_says(dim: int, fraction: float) -> None:
    """P = I_½((1 − a)d/2, ad/2) for curvatures ±1 and a share a of them −1."""
    problem = SADDLE.build(dim, fraction=fraction, down=1.0)
    directions = np.random.default_rng(0).standard_normal((40_000, dim))
    share = np.mean(problem.value_and_gradient(directions)[0] < 0.0)
    expected = betainc((1.0 - fraction) * dim / 2.0, fraction * dim / 2.0, 0.5)
    assert abs(share - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / 40_000)


@pytest.mark.parametrize("falling", [1, 4])
def test_leaving_takes_the_logarithm_of_how_close_one_came(falling: int) -> None:
    """T = (ln(R/ε) − (ψ(k/2) + ln 2)/2) / ln(1 + lr a) + ½ from starts N(0, ε²) along k directions."""
    lr, down, epsilon, far, walkers = 0.01, 1.0, 1e-6, 1.0, 4000
    problem = SADDLE.build(falling, fraction=1.0, down=down)
    x = epsilon * np.random.default_rng(1).standard_normal((walkers, falling))
    took = np.zeros(walkers)
    while (inside := np.linalg.norm(x, axis=1) < far).any():
        took += inside
        x[inside] -= lr * problem.value_and_gradient(x[inside])[1]
    rate = math.log1p(lr * down)
    expected = (math.log(far / epsilon) - (digamma(falling / 2.0) + math.log(2.0)) / 2.0) / rate + 0.5
    assert abs(took.mean() - expected) < 4.0 * took.std() / math.sqrt(walkers)
    if falling == 1:
        assert took.std() == pytest.approx(math.pi / (2.0 * math.sqrt(2.0)) / rate, rel=0.05)


# --- the random Hessian -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shift", "known"), [(0.0, 0.5), (0.5, 0.3425188), (1.0, 0.1955011), (1.5, 0.0721468), (2.2, 0.0)]
)
def test_the_share_of_falling_directions_is_that_of_the_semicircle(shift: float, known: float) -> None:
    """The count varies by about one, whatever d is; the share is off by the next order, 1/d."""
    dim = 400
    assert semicircle(-min(shift, 2.0)) == pytest.approx(known, abs=1e-7)
    problem = RANDOM.build(dim, seed=1, shift=shift, scale=3.0)
    found = signs(problem, np.zeros(dim))
    assert abs(found.negative - known * dim) < 5.0
    eigenvalues = np.linalg.eigvalsh(problem.hessian(np.zeros(dim))) / 3.0 - shift
    assert abs(eigenvalues[-1] - 2.0) < 0.1 > abs(eigenvalues[0] + 2.0)
    assert eigenvalues[-1] + shift < problem.scales.curvature / 3.0


def test_entries_have_the_moments_of_the_orthogonal_ensemble() -> None:
    dim, seeds = 3, 4000
    matrices = np.array([RANDOM.build(dim, seed=s, shift=0.0).hessian(np.zeros(dim)) for s in range(seeds)])
    matrices *= math.sqrt(dim)
    for i, j in itertools.combinations_with_replacement(range(dim), 2):
        variance = 2.0 if i == j else 1.0
        entries = matrices[:, i, j]
        assert abs(entries.mean()) < 4.0 * math.sqrt(variance / seeds)
        assert abs((entries**2).mean() - variance) < 4.0 * variance * math.sqrt(2.0 / seeds)
        for k, m in itertools.combinations_with_replacement(range(dim), 2):
            if (i, j) != (k, m):
                spread = math.sqrt(variance * (2.0 if k == m else 1.0) / seeds)
                assert abs((entries * matrices[:, k, m]).mean()) < 4.0 * spread


@pytest.mark.parametrize(
    ("dim", "known"),
    [(1, 0.5), (2, (2.0 - math.sqrt(2.0)) / 4.0), (3, (math.pi - 2.0**1.5) / (4.0 * math.pi))],
)
def test_all_directions_rise_as_rarely_as_is_known(dim: int, known: float) -> None:
    seeds = 6000
    rising = sum(
        bool(np.linalg.eigvalsh(RANDOM.build(dim, seed=s, shift=0.0).hessian(np.zeros(dim)))[0] > 0.0)
        for s in range(seeds)
    )
    assert abs(rising / seeds - known) < 4.0 * math.sqrt(known * (1.0 - known) / seeds)


@pytest.mark.parametrize(("shift", "dim"), [(0.5, 10), (0.2, 40)])
def test_a_random_direction_leads_up_as_often_as_the_shift_says(shift: float, dim: int) -> None:
    """P = Φ(t √(d/2)), over landscapes and directions."""
    seeds, rng = 3000, np.random.default_rng(0)
    up = sum(
        bool(RANDOM.build(dim, seed=s, shift=shift).value_and_gradient(rng.standard_normal(dim))[0] > 0.0)
        for s in range(seeds)
    )
    known = NormalDist().cdf(shift * math.sqrt(dim / 2.0))
    assert abs(up / seeds - known) < 4.0 * math.sqrt(known * (1.0 - known) / seeds)


def test_matrices_nest_and_falling_directions_appear_as_directions_open() -> None:
    dim, shift = 400, 1.0
    whole = RANDOM.build(dim, seed=2, shift=shift).hessian(np.zeros(dim))
    part = RANDOM.build(100, seed=2, shift=shift).hessian(np.zeros(100))
    noise = whole[:100, :100] - shift * np.eye(100)
    np.testing.assert_allclose(math.sqrt(dim / 100) * noise, part - shift * np.eye(100), atol=1e-13)
    for active in (40, 80, 250, 400):
        narrow = 2.0 * math.sqrt(active / dim)
        falling = np.count_nonzero(np.linalg.eigvalsh(whole[:active, :active]) < 0.0)
        expected = active * semicircle(max(-2.0 * shift / narrow, -2.0))
        assert abs(falling - expected) < 5.0
        assert (falling == 0) == (active < dim * shift**2 / 4.0)
