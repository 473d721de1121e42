"""Every registered landscape: its gradient, its Hessian and what it declares."""

from __future__ import annotations

import math

import naive
import numpy as np
import pytest

from sim import LANDSCAPES, OPTIMIZERS, BadInput, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem

DIMS = (1, 2, 3, 7, 50)

problems = pytest.mark.parametrize("name", LANDSCAPES.names)
dims = pytest.mark.parametrize("dim", DIMS)


def points(problem: Problem, count: int) -> Floats:
    """Points (count, d) all over the box, the same ones at each call."""
    return np.random.default_rng(1).uniform(*problem.box, (count, problem.dim))


def differences(values: Floats, h: float) -> Floats:
    """The derivative from values at −2h, −h, h, 2h along the first axis: error O(h⁴)."""
    return (values[0] - 8.0 * values[1] + 8.0 * values[2] - values[3]) / (12.0 * h)


def along_each_coordinate(x: Floats, h: float) -> Floats:
    """x (d,) moved by −2h, −h, h, 2h along every coordinate: (4, d, d)."""
    return x + np.array([-2.0, -1.0, 1.0, 2.0])[:, None, None] * h * np.eye(len(x))


@problems
@dims
def test_the_gradient_is_the_slope_of_the_value(name: str, dim: int) -> None:
    problem = LANDSCAPES[name].build(dim, seed=3)
    h = 1e-3 * problem.scales.length
    slope_scale = problem.scales.curvature * problem.scales.length
    for x in points(problem, 3):
        moved = along_each_coordinate(x, h).reshape(-1, dim)
        slopes = differences(problem.value_and_gradient(moved)[0].reshape(4, dim), h)
        np.testing.assert_allclose(problem.value_and_gradient(x)[1], slopes, rtol=0, atol=1e-8 * slope_scale)


@problems
@dims
def test_the_hessian_is_the_slope_of_the_gradient(name: str, dim: int) -> None:
    problem = LANDSCAPES[name].build(dim, seed=3)
    h = 1e-3 * problem.scales.length
    for x in points(problem, 2):
        moved = along_each_coordinate(x, h).reshape(-1, dim)
        slopes = differences(problem.value_and_gradient(moved)[1].reshape(4, dim, dim), h)
        hessian = problem.hessian(x)
        np.testing.assert_array_equal(hessian, hessian.T)
        np.testing.assert_allclose(hessian, slopes, rtol=0, atol=1e-8 * problem.scales.curvature)


@problems
@dims
def test_the_hessian_product_is_the_product_with_the_hessian(name: str, dim: int) -> None:
    problem = LANDSCAPES[name].build(dim, seed=3)
    x, v = points(problem, 1)[0], np.random.default_rng(2).standard_normal((4, dim))
    expected = v @ problem.hessian(x)
    exact = {"rtol": 1e-12, "atol": 1e-12 * problem.scales.curvature}
    np.testing.assert_allclose(problem.hessian_product(x, v), expected, **exact)
    np.testing.assert_allclose(problem.hessian_product(x, v[0]), expected[0], **exact)


@problems
@dims
def test_one_walker_and_several_have_the_same_values(name: str, dim: int) -> None:
    problem = LANDSCAPES[name].build(dim, seed=3)
    several = points(problem, 5)
    kept = several.copy()
    values, gradients = problem.value_and_gradient(several)
    assert values.shape == (5,)
    assert gradients.shape == (5, dim)
    np.testing.assert_array_equal(several, kept)
    for x, expected, slope in zip(several, values, gradients, strict=True):
        value, gradient = problem.value_and_gradient(x)
        assert np.ndim(value) == 0
        assert gradient.shape == (dim,)
        # A matrix product over five rows may add in another order than one over a single row.
        np.testing.assert_allclose(value, expected, rtol=1e-13, atol=1e-12)
        np.testing.assert_allclose(gradient, slope, rtol=1e-13, atol=1e-12 * problem.scales.curvature)


@pytest.mark.parametrize("name", naive.LANDSCAPES)
@pytest.mark.parametrize("dim", [1, 2, 7])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"rastrigin": {"A": 3.5}, "gaussian-field": {"length_scale": 0.3, "mu": 2.0, "sigma": 4.0, "M": 9.0}},
    ],
)
def test_value_gradient_and_hessian_are_those_of_the_slow_twin(
    name: str, dim: int, changed: dict[str, dict[str, float]]
) -> None:
    problem = LANDSCAPES[name].build(dim, seed=11, **changed.get(name, {}))
    twin = naive.LANDSCAPES[name](dim, 11, **problem.settings)
    scales = problem.scales
    for x in points(problem, 3):
        value, gradient = problem.value_and_gradient(x)
        where = list(map(float, x))
        assert value == pytest.approx(
            twin.value(where), rel=1e-12, abs=1e-12 * scales.curvature * scales.length**2
        )
        np.testing.assert_allclose(
            gradient, twin.gradient(where), rtol=0, atol=1e-12 * scales.curvature * scales.length
        )
        np.testing.assert_allclose(
            problem.hessian(x), twin.hessian(where), rtol=0, atol=1e-12 * scales.curvature
        )


@problems
@dims
def test_what_is_declared_is_usable(name: str, dim: int) -> None:
    landscape = LANDSCAPES[name]
    problem = landscape.build(dim)
    low, high = problem.box
    assert math.isfinite(low)
    assert low < high < math.inf
    assert landscape.block_rows(dim) >= 1
    assert 0.0 < problem.scales.curvature < math.inf
    assert 0.0 < problem.scales.length < math.inf
    assert problem.parameters.dtype == np.float64
    assert problem.parameters.flags.c_contiguous
    assert landscape.packed_bytes(dim, problem.settings) == pytest.approx(
        problem.parameters.nbytes, rel=0.1, abs=64
    )
    values, _ = problem.value_and_gradient(points(problem, 100))
    assert np.isfinite(values).all()
    assert landscape.may_be_negative or values.min() >= 0.0


@problems
@pytest.mark.parametrize("optimizer", OPTIMIZERS.names)
@dims
def test_the_suggested_learning_rate_makes_the_median_loss_fall(name: str, optimizer: str, dim: int) -> None:
    simulation = Simulation(Experiment(landscape=name, dim=dim, walkers=32, optimizer=optimizer, seed=5))
    before = simulation.read("loss").readings["loss"].spread
    simulation.advance(200)
    after = simulation.read("loss", "outcomes").readings
    assert after["loss"].spread.median < before.median
    assert after["loss"].spread.max <= before.max
    assert after["outcomes"].counts["diverged"] == 0


@problems
@pytest.mark.parametrize("optimizer", OPTIMIZERS.names)
def test_no_two_entries_of_an_experiment_share_a_name(name: str, optimizer: str) -> None:
    entries = ["landscape", "optimizer", "dim", "walkers", "seed"]
    entries += [parameter.name for parameter in OPTIMIZERS[optimizer].parameters]
    entries += [parameter.name for parameter in LANDSCAPES[name].parameters]
    assert len(entries) == len(set(entries))


@problems
def test_every_parameter_says_what_it_is(name: str) -> None:
    landscape = LANDSCAPES[name]
    assert landscape.title
    assert landscape.formula
    for parameter in landscape.parameters:
        assert parameter.name.isidentifier()
        assert parameter.help
        for dim in DIMS:
            assert parameter.check(parameter.default_at(dim)) == parameter.default_at(dim)


@problems
def test_mistakes_are_refused_in_one_line(name: str) -> None:
    landscape = LANDSCAPES[name]
    with pytest.raises(BadInput, match="^dim: 0 is too small; accepted: "):
        landscape.build(0)
    with pytest.raises(BadInput, match="^parameter: there is no 'Zz'; accepted: "):
        landscape.build(2, Zz=1.0)
    problem = landscape.build(3)
    for wrong in (np.zeros(2), np.zeros((2, 4)), np.zeros((1, 1, 3)), np.float64(0.0)):
        with pytest.raises(BadInput, match="^x: has shape "):
            problem.value_and_gradient(wrong)
    with pytest.raises(BadInput, match="^x: has shape "):
        problem.hessian(np.zeros((2, 3)))


@problems
def test_the_same_seed_is_the_same_landscape(name: str) -> None:
    landscape = LANDSCAPES[name]
    again = landscape.build(4, seed=7).parameters
    np.testing.assert_array_equal(landscape.build(4, seed=7).parameters, again)
