"""The laws of spectra that landscapes declare, beside eigenvalues of their Hessians."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim import LANDSCAPES, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem
from sim.theory import Semicircle

FIELD, GLASS, QUADRATIC = (LANDSCAPES[name] for name in ("gaussian-field", "spin-glass", "random-quadratic"))


def law_at(problem: Problem, x: Floats, active: int | None = None) -> Semicircle:
    law = problem.semicircle(x, float(problem.value_and_gradient(x)[0]), active)
    assert law is not None
    return law


def apart(eigenvalues: Floats, law: Semicircle) -> float:
    """The largest difference of the two distribution functions (Kolmogorov's distance)."""
    below = np.array([law.below(value) for value in np.sort(eigenvalues)])
    steps = np.arange(len(below) + 1) / len(below)
    return float(max(np.abs(below - steps[1:]).max(), np.abs(below - steps[:-1]).max()))


def assert_mean(samples: Floats, expected: float) -> None:
    """Within four standard errors."""
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    assert abs(samples.mean() - expected) < 4.0 * error, (samples.mean(), expected, error)


# The share of eigenvalues below 0 of a semicircle whose level this is.
SHARES = [(-2.5, 0.0), (-2.0, 0.0), (-1.5, 0.0721468), (-1.0, 0.1955011), (-0.5, 0.3425188), (0.0, 0.5)]


@pytest.mark.parametrize(("level", "share"), SHARES)
def test_the_level_decides_the_share_below_zero(level: float, share: float) -> None:
    for radius in (0.5, 20.0):
        law = Semicircle(-0.5 * level * radius, radius)
        assert law.level == pytest.approx(level, rel=1e-15)
        assert law.below(0.0) == pytest.approx(share, abs=5e-8)
        assert Semicircle(0.5 * level * radius, radius).below(0.0) == pytest.approx(1.0 - share, abs=5e-8)


def test_the_density_adds_up_to_what_is_below() -> None:
    law = Semicircle(3.0, 2.5)
    x = np.linspace(0.5, 5.5, 20001)
    middle = 0.5 * (x[1:] + x[:-1])
    density = np.array([law.density(v) for v in middle])
    assert np.sum(density[:10000]) * (x[1] - x[0]) == pytest.approx(law.below(3.0), abs=1e-6)
    assert np.sum(density) * (x[1] - x[0]) == pytest.approx(1.0, abs=1e-6)
    assert np.sum(density * (middle - 3.0) ** 2) * (x[1] - x[0]) == pytest.approx(2.5**2 / 4.0, rel=1e-6)
    assert law.density(0.4) == law.density(5.6) == 0.0


def test_a_block_has_the_same_centre_and_a_smaller_radius() -> None:
    assert Semicircle(3.0, 2.0).block(0.25) == Semicircle(3.0, 1.0)


# With many features the distance is 0.012 to 0.017 at d = 200; a radius that is off by √2 makes it 0.1.
@pytest.mark.parametrize(
    ("dim", "settings", "within"),
    [
        (200, {"M": 10_000, "map": "dense"}, 0.025),
        (200, {"map": "dense"}, 0.06),
        (200, {}, 0.045),
        (200, {"M": 10_000, "map": "dense", "sigma": 2.0, "length_scale": 0.5, "mu": 5.0}, 0.025),
        (100, {"period": 5.0, "M": 10_000}, 0.045),
    ],
)
def test_the_field_has_its_semicircle_at_any_point(dim: int, settings: dict[str, Any], within: float) -> None:
    for seed in range(2):
        problem = FIELD.build(dim, seed, **settings)
        x = np.random.default_rng(seed).uniform(*problem.box, dim)
        assert apart(np.linalg.eigvalsh(problem.hessian(x)), law_at(problem, x)) < within


@pytest.mark.parametrize("level", [-2.0, -1.0, 0.5])
def test_the_field_has_its_semicircle_at_a_planted_point(level: float) -> None:
    """Here the centre is as large as the radius, so that neither may be off by a factor."""
    base = FIELD.build(200, 0, M=10_000, map="dense", sigma=2.0, length_scale=0.5, mu=3.0)
    problem = FIELD.planted(base, level, 7)
    x = np.zeros(200)
    law = law_at(problem, x)
    assert law.level == pytest.approx(level - 3.0 * 0.5**2 / (2.0 * math.sqrt(200.0)), rel=1e-12)
    assert apart(np.linalg.eigvalsh(problem.hessian(x)), law) < 0.025


def test_planted_points_move_from_field_to_field_and_level_to_level() -> None:
    base = FIELD.build(12, 0)
    one, same, other, seeded = (
        FIELD.planted(base, *at) for at in ((-1.0, 5), (-1.0, 5), (-0.5, 5), (-1.0, 6))
    )
    np.testing.assert_array_equal(one.parameters, same.parameters)
    assert not np.array_equal(one.parameters, other.parameters)
    assert not np.array_equal(one.parameters, seeded.parameters)
    assert FIELD.planted(FIELD.build(3, period=5.0), -1.0, 5) is None


def test_the_mean_curvature_follows_the_height_of_the_field_without_its_bowl() -> None:
    """Over fields, what is left of it after the law is independent of the height; exact for any M and d."""
    left, height = [], []
    for seed in range(600):
        problem = FIELD.build(8, seed, M=64, mu=0.4, sigma=1.5, length_scale=0.8)
        x = np.random.default_rng(seed).uniform(*problem.box, 8)
        law = law_at(problem, x)
        left.append(np.trace(problem.hessian(x)) / 8 - law.centre)
        height.append(problem.value_and_gradient(x)[0] - 0.2 * x @ x)
    assert_mean(np.array(left), 0.0)
    assert_mean(np.array(left) * np.array(height), 0.0)
    assert np.std(height) == pytest.approx(1.5, abs=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(("features", "spread"), [(2048, 0.35), (16384, 0.92)])
def test_where_walkers_have_come_down_few_features_are_not_enough(features: int, spread: float) -> None:
    """As the landscape's page says."""
    simulation = Simulation(Experiment(dim=1000, walkers=1, parameters={"M": features}))
    simulation.advance(600)
    x = simulation.positions()[0]
    law, found = law_at(simulation.problem, x), np.linalg.eigvalsh(simulation.problem.hessian(x))
    assert 2.0 * found.std() / law.radius == pytest.approx(spread, abs=0.03)
    assert found.mean() == pytest.approx(law.centre, abs=0.5), "the centre follows the height all the same"


def test_open_directions_see_a_block() -> None:
    problem = FIELD.build(300, 1, M=10_000, map="dense", mu=4.0)
    x = np.random.default_rng(0).uniform(-1.0, 1.0, 300)
    law = law_at(problem, x, 100)
    assert law.radius == pytest.approx(20.0)
    assert apart(np.linalg.eigvalsh(problem.hessian(x, 100)), law) < 0.04
    quadratic = QUADRATIC.build(400, shift=0.7)
    law = law_at(quadratic, np.zeros(400), 100)
    assert (law.centre, law.radius) == (0.7, 1.0)
    assert apart(np.linalg.eigvalsh(quadratic.hessian(np.zeros(400), 100)), law) < 0.035


@pytest.mark.parametrize("p", [2.0, 3.0, 4.0])
def test_the_glass_has_its_semicircle_high_up_and_far_down(p: float) -> None:
    dim = 100 if p > 3.0 else 200
    problem = GLASS.build(dim, 1, p=p, couplings="full")
    x = np.random.default_rng(2).standard_normal(dim)
    for _ in range(2):
        x *= math.sqrt(dim / (x @ x))
        law = law_at(problem, x)
        assert apart(np.linalg.eigvalsh(problem.hessian(x)), law) < (0.05 if dim == 100 else 0.03)
        for _ in range(60):  # a rough descent, far enough for the centre to be half of the radius or more
            slope = problem.value_and_gradient(x)[1]
            x -= 0.03 * (slope - (slope @ x / (x @ x)) * x)
            x *= math.sqrt(dim / (x @ x))
    assert law.centre > 0.0 and law_at(problem, x).centre > 0.5 * law.radius


def test_the_random_quadratic_has_its_semicircle() -> None:
    problem = QUADRATIC.build(400, 3, shift=0.7, scale=3.0)
    x = np.ones(400)
    law = law_at(problem, x)
    assert (law.centre, law.radius) == (pytest.approx(2.1), 6.0)
    assert law.below(0.0) == pytest.approx(0.28182, abs=1e-5)
    assert apart(np.linalg.eigvalsh(problem.hessian(x)), law) < 0.025


@pytest.mark.parametrize(
    ("name", "dim", "settings"),
    [
        ("gaussian-field", 100, {"M": 199}),
        ("gaussian-field", 3, {"period": 3.9}),
        ("spin-glass", 1000, {}),
        ("spin-glass", 1, {}),
        ("rastrigin", 10, {}),
    ],
)
def test_where_there_is_no_law_none_is_declared(name: str, dim: int, settings: dict[str, Any]) -> None:
    problem = LANDSCAPES[name].build(dim, **settings)
    assert problem.semicircle(np.ones(dim), 0.5) is None


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_where_the_value_is_not_finite_there_is_no_law(value: float) -> None:
    problem = FIELD.build(5)
    assert problem.semicircle(np.zeros(5), value) is None
    assert problem.semicircle(np.full(5, np.nan), 1.0) is None
