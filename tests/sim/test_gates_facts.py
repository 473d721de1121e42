"""What is known of networks that multiply: their errors, where they fail, what rounding leaves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from problems import points
from twins import TWINS

from sim import LANDSCAPES, BadInput
from sim.arrays import Floats
from sim.gates.construction import constructed, derivative
from sim.gates.passes import products
from sim.landscapes.multiplication_gates import sup_error

GATES = LANDSCAPES["multiplication-gates"]
TWIN = TWINS["multiplication-gates"]

ZERO_OF_TANH, ZERO_OF_SOFTPLUS = math.atanh(math.sqrt(2.0 / 3.0)), math.log(2.0 + math.sqrt(3.0))


@pytest.mark.parametrize(
    ("activation", "known"),
    [
        ("softplus", [math.log(2.0), 1 / 2, 1 / 4, 0, -1 / 8, 0, 1 / 4, 0, -17 / 16, 0, 31 / 4]),
        ("tanh", [0, 1, 0, -2, 0, 16, 0, -272, 0, 7936, 0]),
    ],
)
def test_derivatives_are_those_of_the_taylor_series(activation: str, known: list[float]) -> None:
    assert [derivative(activation, order, 0.0) for order in range(11)] == pytest.approx(known, abs=1e-14)
    h = 1e-3
    for order in range(10):
        for at in (-3.0, -0.4, 0.7, 2.0):
            values = [derivative(activation, order, at + k * h) for k in (-2, -1, 1, 2)]
            slope = (values[0] - 8.0 * values[1] + 8.0 * values[2] - values[3]) / (12.0 * h)
            assert derivative(activation, order + 1, at) == pytest.approx(slope, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("activation", "bias", "factors", "known"),
    [
        ("softplus", 0.0, 2, (0.0391, 1.662e-3, 1.667e-5)),
        ("softplus", 1.0, 3, (0.150, 6.763e-3, 6.796e-5)),
        ("softplus", 0.0, 4, (0.253, 1.317e-2, 1.333e-4)),
        ("tanh", 0.5, 2, (0.338, 1.790e-2, 1.812e-4)),
        (
            "tanh",
            0.5,
            3,
            (0.0359, 2.625e-2, 2.887e-4),
        ),  # the first is at no corner: 0.0367 on a finer grid
        ("tanh", 0.5, 4, (0.726, 5.951e-2, 6.118e-4)),
    ],
)
def test_the_largest_error_on_the_cube(
    activation: str, bias: float, factors: int, known: tuple[float, ...]
) -> None:
    settings = {"activation": activation, "bias": bias, "factors": factors}
    for lam, error in zip((0.5, 0.1, 0.01), known, strict=True):
        assert sup_error(GATES.build(lam=lam, **settings)) == pytest.approx(error, rel=3e-3)


@pytest.mark.parametrize("activation", ["softplus", "tanh"])
@pytest.mark.parametrize("factors", [2, 3, 4])
def test_the_relative_error_is_the_next_term_of_the_series(activation: str, factors: int) -> None:
    lam, bias = 0.02, 0.5
    problem = GATES.build(activation=activation, factors=factors, lam=lam, bias=bias)
    at = np.random.default_rng(0).uniform(0.5, 1.0, (20, factors))
    error = products(problem.parameters, constructed(problem.settings), at.T) / at.prod(axis=1) - 1.0
    sigma = [derivative(activation, order, bias) for order in (factors, factors + 2)]
    law = lam**2 * sigma[1] / (6.0 * sigma[0]) * (at**2).sum(axis=1)
    np.testing.assert_allclose(error, law, rtol=0.02)


@pytest.mark.parametrize(
    ("activation", "bias", "order"),
    [("softplus", 0.0, 2), ("softplus", ZERO_OF_SOFTPLUS, 4), ("tanh", 0.5, 2), ("tanh", ZERO_OF_TANH, 4)],
)
def test_where_the_next_term_is_missing_the_error_is_of_fourth_order(
    activation: str, bias: float, order: int
) -> None:
    coarse, fine = (
        sup_error(GATES.build(activation=activation, bias=bias, factors=2, lam=lam)) for lam in (0.1, 0.05)
    )
    assert math.log2(coarse / fine) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("construction", ["flat", "deep"])
@pytest.mark.parametrize("factors", range(2, 9))
def test_there_is_no_gate_where_the_derivative_is_zero(construction: str, factors: int) -> None:
    """Softplus without a bias has no odd derivative above the first, tanh without one no even one."""
    fan = factors if construction == "flat" else 2
    ordinal = "zeroth first second third fourth fifth sixth seventh eighth".split()[fan]
    for activation, missing in (("softplus", fan % 2 == 1), ("tanh", fan % 2 == 0)):
        settings = {"construction": construction, "activation": activation, "factors": factors}
        if missing:
            with pytest.raises(
                BadInput,
                match=f"^bias: 0 is where the {ordinal} derivative of {activation} is 0; accepted: another",
            ):
                GATES.build(bias=0.0, **settings)
        else:
            GATES.build(bias=0.0, **settings)
        GATES.build(**settings)


def test_a_bias_near_such_a_place_is_refused_until_the_weights_are_small() -> None:
    near = round(ZERO_OF_SOFTPLUS, 3)
    with pytest.raises(BadInput, match=r"^bias: at 1.317 the fourth derivative of softplus is nearly 0"):
        GATES.build(factors=4, bias=near)
    problem = GATES.build(factors=4, bias=near, lam=0.001, jitter=0.0)
    assert np.isfinite(constructed(problem.settings)).all()
    for activation in ("softplus", "tanh"):  # at the default bias, all are worth looking at
        for factors in range(2, 9):
            GATES.build(activation=activation, factors=factors)


@pytest.mark.parametrize(
    ("activation", "bias", "factors", "best_lam", "best_error"),
    [
        ("softplus", 0.0, 2, 1e-4, 4.8e-9),
        ("softplus", 1.0, 3, 1e-3, 1.0e-6),
        ("softplus", 0.0, 4, 3e-3, 1.3e-5),
    ],
)
def test_rounding_sets_a_smallest_error(
    activation: str, bias: float, factors: int, best_lam: float, best_error: float
) -> None:
    settings = {"activation": activation, "bias": bias, "factors": factors}

    def error(lam: float) -> float:
        return sup_error(GATES.build(lam=lam, **settings))

    # What rounding leaves is noise: its largest on a grid is known within a factor of two or so.
    smallest = min(error(share * best_lam) for share in (0.5, 1.0, 2.0))
    assert 0.4 * best_error < smallest < 2.5 * best_error
    assert error(0.1 * best_lam) > 5.0 * best_error
    assert error(10.0 * best_lam) > 5.0 * best_error


def test_a_deep_construction_keeps_its_digits() -> None:
    deep = GATES.build(construction="deep", factors=8, lam=2e-4)
    assert sup_error(deep, per_axis=3) < 1e-7
    best_flat = min(sup_error(GATES.build(factors=5, lam=lam), 5) for lam in np.geomspace(1e-3, 0.05, 9))
    assert best_flat > 1e-5


@pytest.mark.parametrize("factors", range(2, 9))
def test_flat_networks_double_with_each_factor_and_deep_ones_add_four_neurons(factors: int) -> None:
    flat, deep = GATES.build(factors=factors), GATES.build(construction="deep", factors=factors)
    assert flat.dim == 2**factors * (factors + 2)
    assert deep.dim == 4 * (factors - 1) * (2 + 2)
    for problem in (flat, deep):
        nothing = problem.value_and_gradient(np.zeros(problem.dim))[0]
        assert nothing == pytest.approx(3.0**-factors, rel=1e-12)
        found = GATES.shape and GATES.shape.fitted(problem.dim + 1, problem.settings)
        assert found == problem.settings


@pytest.mark.parametrize("construction", ["flat", "deep"])
@pytest.mark.parametrize(("factors", "lam"), [(2, 0.5), (3, 0.5), (4, 0.3), (5, 0.3)])
def test_the_loss_at_the_start_is_the_mean_squared_error_over_the_cube(
    construction: str, factors: int, lam: float
) -> None:
    problem = GATES.build(construction=construction, factors=factors, lam=lam, jitter=0.0)
    start = np.zeros((1, problem.dim))
    problem.from_box(start)
    np.testing.assert_array_equal(start[0], constructed(problem.settings))
    cube = np.random.default_rng(0).uniform(-1.0, 1.0, (200_000, factors))
    square = (products(problem.parameters, start[0], cube.T) - cube.prod(axis=1)) ** 2
    found = problem.value_and_gradient(start[0])[0]
    # The points of the sum are few: an eighth of the loss is what they may be off by.
    assert found == pytest.approx(square.mean(), rel=0.12, abs=4.0 * square.std() / math.sqrt(len(cube)))


def test_starts_are_off_by_the_jitter_of_each_weight() -> None:
    problem = GATES.build(jitter=0.1)
    off = points(problem, 200) / constructed(problem.settings) - 1.0
    assert 0.0999 < np.abs(off).max() <= 0.1 + 1e-12
    assert np.abs(off).max(axis=0).min() > 0.09


@pytest.mark.parametrize("construction", ["flat", "deep"])
@pytest.mark.parametrize("factors", [3, 6, 7])
def test_gates_and_tiles_are_put_together_as_in_the_definition(construction: str, factors: int) -> None:
    """The generic tests see the slow twin at two factors only; here are more, and points in several tiles."""
    settings: dict[str, Any] = {"construction": construction, "activation": "tanh", "factors": factors}
    problem = GATES.build(bias=0.4, jitter=0.2, **settings)
    twin = TWIN.Twin(problem.dim, 0, **problem.settings)
    x, v = points(problem, 2)
    v /= np.linalg.norm(v)

    def value(at: Floats) -> float:
        return float(TWIN.formula(np, at, twin))

    found, gradient = problem.value_and_gradient(x)
    assert found == pytest.approx(value(x), rel=1e-12)
    h = 1e-4
    slope = (value(x - 2 * h * v) - 8 * value(x - h * v) + 8 * value(x + h * v) - value(x + 2 * h * v)) / (
        12 * h
    )
    assert gradient @ v == pytest.approx(slope, rel=1e-7, abs=1e-9 * problem.scales.curvature)
    slopes = problem.value_and_gradient(x + np.array([-2.0, -1.0, 1.0, 2.0])[:, None] * h * v)[1]
    bend = (slopes[0] - 8.0 * slopes[1] + 8.0 * slopes[2] - slopes[3]) / (12.0 * h)
    np.testing.assert_allclose(
        problem.hessian_product(x, v), bend, rtol=1e-6, atol=1e-8 * problem.scales.curvature
    )
