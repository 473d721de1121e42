"""What theory says of a planted critical point, and of a field on a torus."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from twins.gaussian_field import Twin

from sim import LANDSCAPES, BadInput, Experiment, Simulation
from sim.arrays import Floats

FIELD = LANDSCAPES["gaussian-field"]
FIELDS = 3000
maps = pytest.mark.parametrize("map_", ["dense", "structured"])


def assert_mean(samples: Floats, expected: float) -> None:
    """Within four standard errors."""
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    assert abs(samples.mean() - expected) < 4.0 * error, (samples.mean(), expected, error)


# --- planted ------------------------------------------------------------------------------------------


@maps
@pytest.mark.parametrize("dim", [1, 3, 50, 300])
def test_the_origin_is_a_critical_point_of_the_level(dim: int, map_: str) -> None:
    """The bowl adds no value and no slope there, but μ to every curvature."""
    settings: dict[str, Any] = {
        "map": map_,
        "planted": "yes",
        "level": -0.7,
        "sigma": 2.0,
        "length_scale": 0.5,
    }
    problem = FIELD.build(dim, seed=3, **settings)
    value, gradient = problem.value_and_gradient(np.zeros(dim))
    assert value == pytest.approx(-0.7 * 2.0 * math.sqrt(dim), rel=1e-12)
    np.testing.assert_allclose(gradient, 0.0, rtol=0, atol=1e-12 * problem.scales.curvature)
    flat = FIELD.build(dim, seed=3, mu=0.0, **settings)
    added = problem.hessian(np.zeros(dim)) - flat.hessian(np.zeros(dim))
    np.testing.assert_allclose(added, 0.01 * np.eye(dim), atol=1e-11 * problem.scales.curvature)


@maps
def test_far_from_the_planted_point_the_field_is_what_it_was(map_: str) -> None:
    x = np.full(4, 40.0)
    planted, plain = (FIELD.build(4, seed=3, map=map_, planted=word) for word in ("yes", "no"))
    assert planted.value_and_gradient(x)[0] == plain.value_and_gradient(x)[0]


@maps
def test_a_planted_field_has_the_law_of_a_conditioned_one(map_: str) -> None:
    """Mean u c, variance σ² (1 − c² − c² r²/l²), c = exp(−r²/2l²): the formula of Gaussian conditioning."""
    sigma, length, level = 1.5, 0.7, 0.8
    at = np.array([0.2, 0.5, 0.9, 1.8])
    x = at[:, None] * np.array([0.6, 0.8])
    settings = {"sigma": sigma, "length_scale": length, "mu": 0.0, "M": 24, "map": map_}
    fields = (FIELD.build(2, seed, planted="yes", level=level, **settings) for seed in range(FIELDS))
    values = np.array([f.value_and_gradient(x)[0] for f in fields])
    for k, r in enumerate(at):
        c = math.exp(-0.5 * (r / length) ** 2)
        mean = level * sigma * math.sqrt(2.0) * c
        assert_mean(values[:, k], mean)
        assert_mean((values[:, k] - mean) ** 2, sigma**2 * (1.0 - c**2 - (c * r / length) ** 2))


def semicircle(x: float) -> float:
    """The share of a GOE's eigenvalues below x, edges ±2."""
    return 0.5 + x * math.sqrt(4.0 - x * x) / (4.0 * math.pi) + math.asin(0.5 * x) / math.pi


@pytest.mark.parametrize("level", [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5])
@pytest.mark.parametrize(("map_", "features"), [("dense", 4000), ("structured", 2048)])
def test_the_share_of_falling_directions_is_the_semicircle_below_the_level(
    level: float, map_: str, features: int
) -> None:
    """With many features: what the default number does to it is in the next test."""
    dim, shares = 200, []
    for seed in range(8):
        settings: dict[str, Any] = {"M": features, "mu": 0.0, "sigma": 0.3, "length_scale": 2.0, "map": map_}
        problem = FIELD.build(dim, seed, planted="yes", level=level, **settings)
        shares.append(np.mean(np.linalg.eigvalsh(problem.hessian(np.zeros(dim))) < 0.0))
    assert np.mean(shares) == pytest.approx(semicircle(level), abs=0.01)


@pytest.mark.parametrize(("map_", "shift"), [("dense", -0.027), ("structured", 0.015)])
def test_few_features_move_the_share_of_falling_directions_as_the_page_says(map_: str, shift: float) -> None:
    """At level −1, where the semicircle has 0.196; with a standard deviation of 0.007 between fields."""
    dim, shares = 200, []
    for seed in range(24):
        problem = FIELD.build(dim, seed, planted="yes", level=-1.0, mu=0.0, map=map_)
        shares.append(np.mean(np.linalg.eigvalsh(problem.hessian(np.zeros(dim))) < 0.0))
    assert problem.settings["M"] == 512
    assert semicircle(-1.0) == pytest.approx(0.1955, abs=5e-5)
    assert np.mean(shares) - 0.1955 == pytest.approx(shift, abs=4.0 * 0.007 / math.sqrt(len(shares)))
    assert 0.004 < np.std(shares) < 0.010


@maps
def test_a_slice_of_a_planted_field_is_the_field_there(map_: str) -> None:
    """The restricted kernel gives the loss up to a constant of the slice, and the slope, to rounding."""
    dim, active = 30, 11
    problem = FIELD.build(dim, seed=3, planted="yes", level=-0.7, map=map_, length_scale=4.0)
    x = np.random.default_rng(0).uniform(-1.0, 1.0, (6, dim))
    x[:, active:] = x[0, active:]
    parameters = FIELD.restrict(problem, active, x[:, active:])
    value, slope = np.empty(6), np.empty((6, active))
    opened = np.ascontiguousarray(x[:, :active])
    problem.gradient(opened, parameters, np.zeros((6, 2), dtype=np.uint64)[:, 0].copy(), 0, value, slope)
    expected, gradient = problem.value_and_gradient(x)
    np.testing.assert_allclose(value - value[0], expected - expected[0], atol=1e-11)
    np.testing.assert_allclose(slope, gradient[:, :active], atol=1e-11)
    plain = FIELD.build(dim, seed=3, map=map_, length_scale=4.0)
    assert np.abs(plain.value_and_gradient(x)[1] - gradient).max() > 0.1  # what is planted is felt here


def test_walkers_that_start_at_a_planted_minimum_stay_there() -> None:
    parameters = {"planted": "yes", "level": -3.0}
    experiment = Experiment(dim=30, walkers=4, parameters=parameters)
    simulation = Simulation(experiment)
    simulation.place(1e-3 * np.random.default_rng(0).standard_normal((4, 30)))
    simulation.advance(500)
    assert simulation.read("outcomes").readings["outcomes"].counts["at a minimum"] == 4
    np.testing.assert_allclose(simulation.positions(), 0.0, atol=1e-9)


# --- on a torus -----------------------------------------------------------------------------------------

TORUS: dict[str, Any] = {"sigma": 1.5, "length_scale": 0.7, "period": 2.1, "M": 24}


def test_a_field_on_a_torus_repeats_itself_along_every_coordinate() -> None:
    problem = FIELD.build(3, seed=4, period=5.0)
    x = np.random.default_rng(0).uniform(*problem.box, (20, 3))
    values, slopes = problem.value_and_gradient(x)
    for shift in np.vstack([np.eye(3), [[-2.0, 3.0, 7.0]]]):
        moved, bent = problem.value_and_gradient(x + 5.0 * shift)
        np.testing.assert_allclose(moved, values, rtol=0, atol=1e-11)
        np.testing.assert_allclose(bent, slopes, rtol=0, atol=1e-11)
    assert np.abs(problem.value_and_gradient(x + 2.5)[0] - values).max() > 0.5


def test_walkers_start_all_over_the_torus_which_has_no_bowl() -> None:
    bowl, flat = (FIELD.build(2, seed=4, period=5.0, mu=mu) for mu in (3.0, 0.0))
    assert bowl.box == (-2.5, 2.5)
    np.testing.assert_array_equal(bowl.parameters, flat.parameters)
    assert bowl.scales == flat.scales


def test_the_covariance_on_a_torus_is_the_kernel_summed_over_its_images() -> None:
    apart = np.array([[0.0, 0.0], [0.4, 0.3], [1.05, 0.0], [1.05, 1.05], [2.0, 0.1]])
    fields = (FIELD.build(2, seed, **TORUS) for seed in range(FIELDS))
    values = np.array([f.value_and_gradient(0.3 + apart)[0] for f in fields])
    images = TORUS["period"] * np.arange(-20, 21)

    def summed(r: float) -> float:
        return float(np.exp(-0.5 * ((r + images) / TORUS["length_scale"]) ** 2).sum())

    for k, (r, s) in enumerate(apart):
        expected = TORUS["sigma"] ** 2 * summed(r) * summed(s) / summed(0.0) ** 2
        assert_mean(values[:, 0] * values[:, k], expected)


@pytest.mark.parametrize("period", [2.1, 0.3, 60.0])
def test_a_torus_is_that_of_the_slow_twin(period: float) -> None:
    problem = FIELD.build(3, seed=11, **{**TORUS, "period": period})
    twin = Twin(3, 11, **problem.settings)
    for x in np.random.default_rng(0).uniform(*problem.box, (3, 3)):
        where = list(map(float, x))
        value, gradient = problem.value_and_gradient(x)
        assert value == pytest.approx(twin.value(where), abs=1e-11)
        np.testing.assert_allclose(gradient, twin.gradient(where), atol=1e-11)
        np.testing.assert_allclose(problem.hessian(x), twin.hessian(where), atol=1e-10)


def test_a_torus_much_smaller_than_a_length_scale_is_flat() -> None:
    simulation = Simulation(Experiment(dim=3, walkers=4, parameters={"period": 0.1}))
    simulation.advance(10)
    assert simulation.read("outcomes").readings["outcomes"].counts["on a plateau"] == 4


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"map": "structured"}, "period: 5 makes a torus, and its frequencies are beyond the structured map"),
        (
            {"planted": "yes"},
            "period: 5 makes a torus, where no point can be planted; accepted: 0, or planted=no",
        ),
        ({"length_scale": 1e-6}, "period: 5 is out of range; accepted: a number from 0 up to 1"),
    ],
)
def test_what_a_torus_cannot_have_is_refused(parameters: dict[str, Any], expected: str) -> None:
    with pytest.raises(BadInput) as caught:
        Experiment(dim=3, parameters={"period": 5.0, **parameters})
    assert str(caught.value).startswith(expected)


def test_a_large_torus_says_that_it_needs_the_dense_map() -> None:
    with pytest.raises(BadInput, match="accepted: 0, or map=dense$"):
        Experiment(dim=1000).with_value("period", 5)
    assert Experiment(dim=1000, parameters={"map": "dense", "period": 5.0}).settings["M"] == 2048.0
