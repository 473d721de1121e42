"""The loss of gradient descent on a random quadratic function of many dimensions, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.giants.descent import LEAST, expected_loss, relative_deviation
from sim.theory import Semicircle

DIM = 10**9


@pytest.mark.parametrize("centre", [2.0, 2.5, 0.3, 0.0])
@pytest.mark.parametrize("lr", [0.1, 0.25])
def test_the_first_steps_follow_from_the_moments_of_the_semicircle(centre: float, lr: float) -> None:
    """E λ = c, E λ² = c² + 1, E λ³ = c³ + 3c where the radius is 2."""
    law, moments = Semicircle(centre, 2.0), (centre, centre**2 + 1.0, centre**3 + 3.0 * centre)
    assert expected_loss(DIM, law, lr, 0) == pytest.approx(0.5 * DIM * centre, abs=1e-4)
    once = moments[0] - 2.0 * lr * moments[1] + lr * lr * moments[2]
    assert expected_loss(DIM, law, lr, 1) == pytest.approx(0.5 * DIM * once, abs=1e-4)


def test_it_is_a_power_law_where_curvatures_reach_down_to_0() -> None:
    """Near 0 the density is √(r λ)·2/(π r²), and ∫ λ^(3/2) e^(−2 lr k λ) dλ = Γ(5/2)/(2 lr k)^(5/2)."""
    law, lr, steps, radius = Semicircle(2.0, 2.0), 0.2, 10_000, 2.0
    near_0 = 2.0 * math.sqrt(2.0 * radius) / (math.pi * radius**2)
    known = 0.5 * DIM * near_0 * math.gamma(2.5) / (2.0 * lr * steps) ** 2.5
    assert expected_loss(DIM, law, lr, steps) == pytest.approx(known, rel=1e-3)


def test_it_is_a_rate_where_they_do_not_and_endless_where_they_go_below() -> None:
    rates = [expected_loss(DIM, Semicircle(2.5, 2.0), 0.2, k) for k in (1000, 1001)]
    assert rates[1] / rates[0] == pytest.approx((1.0 - 0.2 * 0.5) ** 2, rel=0.01)
    falling = [expected_loss(DIM, Semicircle(1.5, 2.0), 0.2, k) for k in (100, 200)]
    assert 0.0 > falling[0] > falling[1]


@pytest.mark.parametrize(("centre", "endless"), [(0.4, -math.inf), (0.6, math.inf)])
def test_where_both_ends_grow_beyond_all_numbers_the_larger_one_decides(
    centre: float, endless: float
) -> None:
    assert expected_loss(DIM, Semicircle(centre, 2.0), 2.0, 1000) == endless


@pytest.mark.parametrize("steps", [5, LEAST, 500])
def test_it_is_the_integral_over_the_density(steps: int) -> None:
    """By the trapezoidal rule over λ = c + 2 sin a, where the integrand vanishes smoothly at both ends."""
    law, lr = Semicircle(2.2, 2.0), 0.23
    angles, step = np.linspace(-math.pi / 2.0, math.pi / 2.0, 20_001, retstep=True)
    curvatures = law.centre + law.radius * np.sin(angles)
    density = np.array([law.density(curvature) for curvature in curvatures])
    integrand = curvatures * (1.0 - lr * curvatures) ** (2 * steps) * density * law.radius * np.cos(angles)
    known = 0.5 * DIM * step * integrand.sum()
    assert expected_loss(DIM, law, lr, steps) == pytest.approx(known, rel=1e-9)


@pytest.mark.parametrize("centre", [2.0, 1.5, -1.0])
def test_how_far_one_walker_is_off_at_the_start(centre: float) -> None:
    """∫ λ² ρ = centre² + radius²/4."""
    known = math.sqrt(2.0 / DIM * (centre**2 + 1.0)) / abs(centre)
    assert relative_deviation(DIM, Semicircle(centre, 2.0), 0.2, 0) == pytest.approx(known, rel=1e-12)


def test_walkers_are_farther_apart_the_fewer_directions_are_left() -> None:
    """Where ρ begins as √λ/π: with a = lr k, ∫ λ e^(−2aλ) ρ → Γ(5/2)/π (2a)^(5/2); squares alike."""
    dim, a = 10**9, 1000.0
    mean, square = math.gamma(2.5) / (2.0 * a) ** 2.5, math.gamma(3.5) / (4.0 * a) ** 3.5
    known = math.sqrt(2.0 / dim * math.pi * square) / mean
    assert relative_deviation(dim, Semicircle(2.0, 2.0), 0.2, 5000) == pytest.approx(known, rel=1e-3)


def test_where_descent_diverges_and_where_the_mean_is_none() -> None:
    assert 0.0 < relative_deviation(DIM, Semicircle(2.0, 2.0), 1e300, 10**6) < 1.0
    assert relative_deviation(DIM, Semicircle(0.0, 2.0), 0.2, 0) > 1.0
