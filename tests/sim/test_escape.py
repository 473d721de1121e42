"""How long it takes to leave a saddle f = −a x²/2: gradient descent multiplies x by q = 1 + lr a a step.

From x₀ the walker is at |x₀| qᵗ, so the first step with |x| ≥ R is ln(R/|x₀|) / ln q, rounded up: ½ more on
average. What remains is the mean and the variance of ln |x₀|, those of the logarithm of a χ² or a beta
variable, where ψ and ψ₁ are the digamma and trigamma functions:

    |x₀| = ε |N(0, 1)|                     E ln (|x₀|/ε) = −(γ + ln 2)/2           Var = π²/8
    |x₀| = ε χ, k falling directions       E = (ψ(k/2) + ln 2)/2                   Var = ψ₁(k/2)/4
    start on a sphere of radius ε in d     E = (ψ(k/2) − ψ(d/2))/2                 Var = (ψ₁(k/2) − ψ₁(d/2))/4
    step noise of deviation s, from 0      as in the second line, with ε = s/√(q² − 1)
    a push within a ball of radius ε       E = (ψ(k/2) − ψ(d/2))/2 − 1/d

The naive formula takes |x₀| = ε and forgets all of it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.special import polygamma, psi

from sim import Experiment, Simulation

LR, DOWN, NEAR, FAR = 0.01, 1.0, 1e-6, 1.0
GROWTH = math.log(1.0 + LR * DOWN)
WALKERS, STANDARD_ERRORS = 4000, 4.0


def saddle(dim: int, falling: int, **entries: Any) -> Simulation:
    """The first ⌈k · falling/dim⌉ of the first k directions fall."""
    parameters = {"fraction": falling / dim, "down": DOWN}
    experiment = Experiment(
        landscape="saddle", parameters=parameters, dim=dim, walkers=WALKERS,
        **{"optimizer": "gd", "hyper": {"lr": LR}, "seed": 3, **entries},
    )  # fmt: skip
    simulation = Simulation(experiment)
    assert (simulation.problem.parameters < 0.0).sum() == falling
    return simulation


def escape_times(simulation: Simulation) -> Any:
    """The first step (walkers,) at which a walker is FAR out along the falling directions."""
    falling = simulation.problem.parameters < 0.0
    times = np.zeros(WALKERS)
    while not times.all():
        simulation.advance(1)
        assert simulation.step < 5000
        out = np.linalg.norm(simulation.positions()[:, falling], axis=1) >= FAR
        times[out & (times == 0.0)] = simulation.step
    return times


def law(epsilon: float, mean_log: float, variance_log: float) -> tuple[float, float]:
    """Mean and standard deviation of the time; a time that is rounded up varies by 1/12 more."""
    mean = (math.log(FAR / epsilon) - mean_log) / GROWTH + 0.5
    return mean, math.sqrt(variance_log / GROWTH**2 + 1.0 / 12.0)


def assert_law(times: Any, mean: float, deviation: float, kurtosis: float) -> None:
    """The measured mean and standard deviation within their standard errors, and these are small."""
    error = deviation / math.sqrt(len(times))
    assert abs(times.mean() - mean) < STANDARD_ERRORS * error
    spread_error = deviation * math.sqrt((kurtosis - 1.0) / (4.0 * len(times)))
    assert abs(times.std() - deviation) < STANDARD_ERRORS * spread_error
    naive = math.log(FAR / NEAR) / GROWTH
    assert abs(times.mean() - naive) > 10.0 * error


def kurtosis_of_log_chi(k: int) -> float:
    return 3.0 + float(polygamma(3, k / 2)) / float(polygamma(1, k / 2)) ** 2


def test_the_formulas_are_the_published_numbers() -> None:
    mean, deviation = law(NEAR, -0.5 * (np.euler_gamma + math.log(2.0)), math.pi**2 / 8.0)
    assert mean == pytest.approx(1452.78, abs=5e-3)
    assert deviation == pytest.approx(111.63, abs=5e-3)
    noisy = NEAR / math.sqrt(math.exp(GROWTH) ** 2 - 1.0)
    assert law(noisy, 0.5 * (float(psi(0.5)) + math.log(2.0)), 0.0)[0] == pytest.approx(1256.5, abs=0.05)
    assert math.log(FAR / NEAR) / GROWTH + 0.5 == pytest.approx(1389.0, abs=0.1)


@pytest.mark.parametrize(("dim", "falling"), [(1, 1), (3, 3), (10, 10), (40, 4)])
def test_escape_from_normal_starts(dim: int, falling: int) -> None:
    """Of d directions k fall; the rising ones do not matter."""
    simulation = saddle(dim, falling, starts="normal", starts_parameters={"spread": NEAR})
    mean_log, variance = 0.5 * (psi(falling / 2) + math.log(2.0)), 0.25 * polygamma(1, falling / 2)
    assert_law(escape_times(simulation), *law(NEAR, mean_log, variance), kurtosis_of_log_chi(falling))


@pytest.mark.parametrize(("dim", "falling"), [(10, 1), (100, 1), (100, 10)])
def test_escape_from_a_sphere_slows_down_with_the_logarithm_of_the_dimension(dim: int, falling: int) -> None:
    """All walkers begin at the same distance from the saddle, and less and less of it leads down."""
    radius = NEAR / math.sqrt(dim)  # the parameter is given a direction
    simulation = saddle(dim, falling, starts="sphere", starts_parameters={"radius": radius})
    np.testing.assert_allclose(np.linalg.norm(simulation.positions(), axis=1), NEAR, rtol=1e-12)
    mean_log = 0.5 * (psi(falling / 2) - psi(dim / 2))
    variance = 0.25 * (polygamma(1, falling / 2) - polygamma(1, dim / 2))
    fourth = (polygamma(3, falling / 2) - polygamma(3, dim / 2)) / 16.0
    assert_law(
        escape_times(simulation), *law(NEAR, mean_log, variance), 3.0 + float(fourth) / float(variance) ** 2
    )


@pytest.mark.parametrize("falling", [1, 5])
def test_escape_by_noise_alone(falling: int) -> None:
    """Walkers exactly at the saddle, where plain gradient descent stays for ever."""
    at_saddle = {"starts": "normal", "starts_parameters": {"spread": 0.0}}
    noisy = {"lr": LR, "temperature": NEAR**2 / (2.0 * LR)}  # so that √(2 lr T) is the deviation of a step
    simulation = saddle(falling, falling, optimizer="langevin", hyper=noisy, **at_saddle)
    epsilon = NEAR / math.sqrt(math.exp(GROWTH) ** 2 - 1.0)
    mean_log, variance = 0.5 * (psi(falling / 2) + math.log(2.0)), 0.25 * polygamma(1, falling / 2)
    assert_law(escape_times(simulation), *law(epsilon, mean_log, variance), kurtosis_of_log_chi(falling))
    stuck = saddle(falling, falling, **at_saddle)
    stuck.advance(3000)
    assert not stuck.positions().any()


@pytest.mark.parametrize(("dim", "falling"), [(1, 1), (20, 2)])
def test_escape_by_one_push(dim: int, falling: int) -> None:
    """Perturbed gradient descent leaves the saddle as if it had begun in the ball, a step later."""
    pushed = {"lr": LR, "kick": NEAR, "g_thres": NEAR, "t_thres": 1e6}
    starts = {"starts": "normal", "starts_parameters": {"spread": 0.0}}
    simulation = saddle(dim, falling, optimizer="perturbed-gd", hyper=pushed, **starts)
    mean_log = 0.5 * (psi(falling / 2) - psi(dim / 2)) - 1.0 / dim
    variance = 0.25 * (polygamma(1, falling / 2) - polygamma(1, dim / 2)) + 1.0 / dim**2
    mean, deviation = law(NEAR, mean_log, variance)
    fourth = (polygamma(3, falling / 2) - polygamma(3, dim / 2)) / 16.0 + 6.0 / dim**4
    assert_law(escape_times(simulation), mean + 1.0, deviation, 3.0 + float(fourth) / float(variance) ** 2)
