"""Every registered landscape: its gradient, its Hessian and what it declares."""

from __future__ import annotations

import math

import numpy as np
import pytest
from problems import built, experiment_on, goes_with, points
from twins import TWINS

from sim import LANDSCAPES, OPTIMIZERS, BadInput, Simulation
from sim.arrays import Floats
from sim.landscape import Problem
from sim.optimizer import Trait

DIMS = (1, 2, 3, 7, 50)

BOTTOMLESS = ("krylov-quadratic", "random-quadratic", "saddle")
"""Where a walker that goes on falling for ever does as it should."""

ORDINARY: dict[str, dict[str, float]] = {}
UNUSUAL = {name: twin.UNUSUAL for name, twin in TWINS.items()}

problems = pytest.mark.parametrize("name", LANDSCAPES.names)
settings = pytest.mark.parametrize("chosen", [ORDINARY, UNUSUAL], ids=["ordinary", "unusual"])
dims = pytest.mark.parametrize("dim", DIMS)


def differences(values: Floats, h: float) -> Floats:
    """The derivative from values at −2h, −h, h, 2h along the first axis: error O(h⁴)."""
    return (values[0] - 8.0 * values[1] + 8.0 * values[2] - values[3]) / (12.0 * h)


def along_each_coordinate(x: Floats, h: float) -> Floats:
    """x (d,) moved by −2h, −h, h, 2h along every coordinate: (4, d, d)."""
    return x + np.array([-2.0, -1.0, 1.0, 2.0])[:, None, None] * h * np.eye(len(x))


def test_no_landscape_is_without_its_independent_twins() -> None:
    """A new landscape needs a slow twin, a formula for automatic differentiation, and unusual settings."""
    assert set(TWINS) == set(LANDSCAPES.names)
    for name, landscape in LANDSCAPES.items():
        assert set(TWINS[name].UNUSUAL) == {parameter.name for parameter in landscape.parameters}


def tangents(problem: Problem, x: Floats) -> Floats:
    """An orthonormal basis (d − 1, d) of the sphere's tangent space at x."""
    constraint = problem.landscape.constraint
    assert constraint
    basis = constraint.along(problem, x, np.eye(problem.dim)).T
    np.testing.assert_allclose(basis @ basis.T, np.eye(problem.directions()), atol=1e-12)
    np.testing.assert_allclose(basis @ x, 0.0, atol=1e-12 * np.linalg.norm(x))
    return basis


def on_the_sphere(problem: Problem, x: Floats, hessian: Floats) -> Floats:
    """The covariant Hessian (d − 1, d − 1) on a sphere round 0, of a function with this one (d, d) around."""
    basis, gradient = tangents(problem, x), problem.value_and_gradient(x)[1]
    return basis @ hessian @ basis.T - (x @ gradient) / (x @ x) * np.eye(problem.directions())


@problems
@dims
@settings
def test_the_gradient_is_the_slope_of_the_value(
    name: str, dim: int, chosen: dict[str, dict[str, float]]
) -> None:
    problem = built(name, dim, chosen.get(name))
    h = 1e-4 * problem.scales.length
    slope_scale = problem.scales.curvature * problem.scales.length
    for x in points(problem, 3):
        moved = along_each_coordinate(x, h).reshape(-1, problem.dim)
        slopes = differences(problem.value_and_gradient(moved)[0].reshape(4, -1), h)
        np.testing.assert_allclose(problem.value_and_gradient(x)[1], slopes, rtol=0, atol=1e-8 * slope_scale)


@problems
@dims
@settings
def test_the_hessian_is_the_slope_of_the_gradient(
    name: str, dim: int, chosen: dict[str, dict[str, float]]
) -> None:
    problem = built(name, dim, chosen.get(name))
    h = 1e-4 * problem.scales.length
    for x in points(problem, 2):
        moved = along_each_coordinate(x, h).reshape(-1, problem.dim)
        slopes = differences(problem.value_and_gradient(moved)[1].reshape(4, problem.dim, -1), h)
        hessian = problem.hessian(x)
        np.testing.assert_array_equal(hessian, hessian.T)
        if problem.landscape.constraint:
            slopes = on_the_sphere(problem, x, slopes)
        np.testing.assert_allclose(hessian, slopes, rtol=0, atol=1e-7 * problem.scales.curvature)


@problems
@dims
def test_the_hessian_of_some_directions_is_the_leading_block(name: str, dim: int) -> None:
    problem = built(name, dim)
    dim, x = problem.dim, points(problem, 1)[0]
    whole = problem.hessian(x)
    assert whole.shape == (problem.directions(), problem.directions())
    if problem.landscape.constraint:
        return  # all directions are open there
    for active in {1, 2, dim // 2, dim - 1, dim} & set(range(1, dim + 1)):
        # A symmetric matrix product may add in another order for another size.
        block = whole[:active, :active]
        np.testing.assert_allclose(
            problem.hessian(x, active), block, rtol=1e-12, atol=1e-13 * abs(whole).max()
        )


@problems
@dims
@settings
def test_what_is_left_of_a_landscape_on_a_slice_is_that_slice(
    name: str, dim: int, chosen: dict[str, dict[str, float]]
) -> None:
    """The kernel on the restricted parameters is the whole landscape, up to a constant a walker."""
    landscape = LANDSCAPES[name]
    problem = built(name, dim, chosen.get(name))
    if landscape.restrict is None:
        pytest.skip("the kernel is always given all coordinates")
    dim, keys = problem.dim, np.zeros(4, dtype=np.uint64)
    size = problem.scales.curvature * problem.scales.length
    for active in range(1, min(dim, 5)):
        for one_slice in (True, False):
            x, moved = points(problem, 8).reshape(2, 4, dim)
            if one_slice:
                x[:, active:] = x[0, active:]
            moved[:, active:] = x[:, active:]
            parameters = landscape.restrict(problem, active, x[:, active:])
            assert parameters is not None or not one_slice
            if parameters is None:
                continue
            constants = []
            for where in (x, moved):
                value, gradient = np.empty(4), np.empty((4, active))
                problem.gradient(
                    np.ascontiguousarray(where[:, :active]), parameters, keys, 0, value, gradient
                )
                whole, slope = problem.value_and_gradient(where)
                np.testing.assert_allclose(gradient, slope[:, :active], rtol=1e-11, atol=1e-11 * size)
                constants.append(whole - value)
            largest = 1e-12 * np.abs(whole).max() + 1e-11 * size * problem.scales.length
            np.testing.assert_allclose(constants[0], constants[1], rtol=0, atol=largest)


@problems
@dims
@settings
def test_known_minima_are_minima(name: str, dim: int, chosen: dict[str, dict[str, float]]) -> None:
    """No slope, no falling direction, nothing lower nearby, and the lowest comes first."""
    problem = built(name, dim, chosen.get(name))
    scales, rng = problem.scales, np.random.default_rng(4)
    known = problem.landscape.known_minima(problem.dim, problem.settings)
    values, dim = [], problem.dim
    for coordinate in known:
        assert problem.box[0] <= coordinate <= problem.box[1]
        x = np.full(dim, coordinate)
        value, gradient = problem.value_and_gradient(x)
        assert np.abs(gradient).max() <= 1e-13 * scales.curvature * scales.length
        hessian = problem.hessian(x)
        if np.isfinite(hessian).all():
            assert np.linalg.eigvalsh(hessian).min() >= 0.0
        else:  # the tip of a cone
            assert (np.diag(hessian) == np.inf).all()
        nearby = x + 0.01 * scales.length * rng.standard_normal((1000, dim))
        assert problem.value_and_gradient(nearby)[0].min() > value
        values.append(value)
    assert values == sorted(values) or max(values) - min(values) < 1e-12
    assert problem.slice_at == (known[0] if known else sum(problem.box) / 2.0)


@problems
@dims
@settings
def test_no_curvature_in_the_box_is_above_the_declared_one(
    name: str, dim: int, chosen: dict[str, dict[str, float]]
) -> None:
    usual = {"M"} if name == "gaussian-field" else set()  # nine features are no field
    settings = {key: value for key, value in chosen.get(name, {}).items() if key not in usual}
    problem = built(name, dim, settings)
    x = points(problem, 50)
    if name == "schwefel":
        x[np.abs(x) < 5.0] = 5.0  # unbounded beside 0
    eigenvalues = [np.linalg.eigvalsh(problem.hessian(where)) for where in x]
    assert np.max(eigenvalues, initial=-np.inf) <= problem.scales.curvature


@problems
@dims
@pytest.mark.parametrize("odd", [np.nan, -np.inf])
def test_a_walker_that_is_not_finite_shows_it_and_leaves_the_others_alone(
    name: str, dim: int, odd: float
) -> None:
    problem = built(name, dim)
    x = points(problem, 3)
    values, gradients = problem.value_and_gradient(x)
    x[1, 0] = odd
    found, slopes = problem.value_and_gradient(x)
    assert not np.isfinite(found[1])
    np.testing.assert_array_equal(found[[0, 2]], values[[0, 2]])
    np.testing.assert_array_equal(slopes[[0, 2]], gradients[[0, 2]])


@problems
@dims
def test_the_hessian_product_is_the_product_with_the_hessian(name: str, dim: int) -> None:
    problem = built(name, dim)
    x, v = points(problem, 1)[0], np.random.default_rng(2).standard_normal((4, problem.dim))
    if problem.landscape.constraint:
        basis = tangents(problem, x)
        expected = v @ basis.T @ problem.hessian(x) @ basis
    else:
        expected = v @ problem.hessian(x)
    exact = {"rtol": 1e-12, "atol": 1e-12 * problem.scales.curvature}
    np.testing.assert_allclose(problem.hessian_product(x, v), expected, **exact)
    np.testing.assert_allclose(problem.hessian_product(x, v[0]), expected[0], **exact)


@problems
@dims
def test_one_walker_and_several_have_the_same_values(name: str, dim: int) -> None:
    problem = built(name, dim)
    several = points(problem, 5)
    kept = several.copy()
    values, gradients = problem.value_and_gradient(several)
    assert values.shape == (5,)
    assert gradients.shape == (5, problem.dim)
    np.testing.assert_array_equal(several, kept)
    for x, expected, slope in zip(several, values, gradients, strict=True):
        value, gradient = problem.value_and_gradient(x)
        assert np.ndim(value) == 0
        assert gradient.shape == (problem.dim,)
        # A matrix product over five rows may add in another order than one over a single row.
        np.testing.assert_allclose(value, expected, rtol=1e-13, atol=1e-12)
        np.testing.assert_allclose(gradient, slope, rtol=1e-13, atol=1e-12 * problem.scales.curvature)


@problems
@pytest.mark.parametrize("dim", [1, 2, 7])
@settings
def test_value_gradient_and_hessian_are_those_of_the_slow_twin(
    name: str, dim: int, chosen: dict[str, dict[str, float]]
) -> None:
    problem = built(name, dim, chosen.get(name), seed=11)
    twin = TWINS[name].Twin(problem.dim, 11, **problem.settings)
    scales = problem.scales
    for x in points(problem, 3):
        value, gradient = problem.value_and_gradient(x)
        where = list(map(float, x))
        assert value == pytest.approx(
            twin.value(where), rel=1e-12, abs=1e-12 * scales.curvature * scales.length**2
        )
        assert value == pytest.approx(
            TWINS[name].formula(np, x, twin), rel=1e-12, abs=1e-12 * scales.curvature * scales.length**2
        )
        np.testing.assert_allclose(
            gradient, twin.gradient(where), rtol=0, atol=1e-12 * scales.curvature * scales.length
        )
        hessian = np.array(twin.hessian(where))
        if problem.landscape.constraint:
            hessian = on_the_sphere(problem, x, hessian)
        np.testing.assert_allclose(problem.hessian(x), hessian, rtol=0, atol=1e-12 * scales.curvature)


@problems
@dims
def test_what_is_declared_is_usable(name: str, dim: int) -> None:
    landscape = LANDSCAPES[name]
    problem = built(name, dim)
    low, high = problem.box
    assert math.isfinite(low)
    assert low < high < math.inf
    assert landscape.block_rows(problem.dim) >= 1
    assert 0.0 < problem.scales.curvature < math.inf
    assert 0.0 < problem.scales.length < math.inf
    assert problem.parameters.dtype == np.float64
    assert problem.parameters.flags.c_contiguous
    assert landscape.packed_bytes(problem.dim, problem.settings) == pytest.approx(
        problem.parameters.nbytes, rel=0.1, abs=64
    )
    values, _ = problem.value_and_gradient(points(problem, 100))
    assert np.isfinite(values).all()
    assert landscape.can_be_negative(problem.dim, problem.settings) or values.min() >= 0.0


@problems
@pytest.mark.parametrize("optimizer", [n for n, rule in OPTIMIZERS.items() if Trait.NOISY not in rule.traits])
@dims
def test_the_suggested_learning_rate_makes_the_median_loss_fall(name: str, optimizer: str, dim: int) -> None:
    if not goes_with(name, optimizer):
        pytest.skip("refused")
    simulation = Simulation(experiment_on(name, dim, walkers=32, optimizer=optimizer, seed=5))
    before = simulation.read("loss").readings["loss"].spread
    simulation.advance(200)
    after = simulation.read("loss", "outcomes").readings
    if simulation.problem.directions():
        assert after["loss"].spread.median < before.median
    assert after["loss"].spread.max <= before.max
    assert name in BOTTOMLESS or after["outcomes"].counts["diverged"] == 0


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
    problem = built(name, 3)
    d = problem.dim
    for wrong in (np.zeros(d + 1), np.zeros((2, d + 1)), np.zeros((1, 1, d)), np.float64(0.0)):
        with pytest.raises(BadInput, match="^x: has shape "):
            problem.value_and_gradient(wrong)
    with pytest.raises(BadInput, match="^x: has shape "):
        problem.hessian(np.zeros((2, d)))


@problems
def test_the_same_seed_is_the_same_landscape(name: str) -> None:
    again = built(name, 4, seed=7).parameters
    np.testing.assert_array_equal(built(name, 4, seed=7).parameters, again)
