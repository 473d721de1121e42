"""Critical points that are hunted, on landscapes where all of them are known."""

from __future__ import annotations

import itertools
import math

import naive
import numpy as np
import pytest
from problems import built, points
from toys import bowl, with_hessian

from sim import LANDSCAPES, BadInput, signs
from sim.arrays import Floats, Keys
from sim.critical import CriticalPoints, Hunter, hunt
from sim.critical.alone import chain_solution
from sim.critical.hunter import SAMPLE
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Problem

MINIMA = (0.0, 0.9949586376523, 1.9899122337085, 2.9848557010395, 3.9797838603008, 4.9746913908951)
MAXIMA = (0.5025460365547, 1.5076407318704, 2.5127433182001, 3.5178591381704, 4.5229936595845)


def started(problem: Problem, count: int, active: int | None = None) -> CriticalPoints:
    x = points(problem, count)
    if active is not None:
        x[:, active:] = x[0, active:]
    return hunt(problem, x, active)


def sound(problem: Problem, found: CriticalPoints, active: int | None = None) -> None:
    """Every point is one, of its value and index, and there once."""
    assert found.method == SAMPLE
    assert found.failed + found.found.sum() == found.starts
    for x, value, slope, index in zip(
        found.positions, found.values, found.gradient_norms, found.indices, strict=True
    ):
        assert value == pytest.approx(problem.value_and_gradient(x)[0], abs=1e-9)
        assert slope <= 1e-9 * problem.scales.length * problem.scales.curvature * math.sqrt(problem.dim)
        assert index == signs(problem, x, active=active).negative
    assert len(np.unique(np.round(found.positions, 4), axis=0)) == len(found)
    assert np.all(np.diff(found.first) > 0)


# --- where all of them are known --------------------------------------------------------------------


def test_rastrigin_in_the_plane() -> None:
    problem = LANDSCAPES["rastrigin"].build(2)
    found = started(problem, 6000)
    sound(problem, found)
    assert found.failed == 0 and found.exact and found.isolated.all()
    inside = found.positions[found.inside]
    one = np.array(sorted({sign * x for sign in (1, -1) for x in (*MINIMA, *MAXIMA)}))
    expected = np.array(list(itertools.product(one, one)))
    order = np.lexsort(np.round(inside, 6).T[::-1])
    np.testing.assert_allclose(inside[order], expected, atol=1e-8)
    assert np.bincount(found.indices[found.inside]).tolist() == [121, 220, 100]
    assert np.all(np.abs(found.positions[~found.inside]).max(axis=1) > 5.12), "kept, and marked"


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_double_wells(dim: int) -> None:
    problem = LANDSCAPES["double-well"].build(dim, barrier=2.0)
    found = started(problem, 300)
    sound(problem, found)
    assert found.counts.tolist() == [math.comb(dim, k) * 2 ** (dim - k) for k in range(dim + 1)]


@pytest.mark.parametrize("ends", ["open", "periodic"])
@pytest.mark.parametrize("dim", [3, 4, 5])
def test_the_chain_with_weak_links(dim: int, ends: str) -> None:
    problem = LANDSCAPES["polynomial-chain"].build(dim, J=0.03, ends=ends)
    found = started(problem, 10 * 3**dim)
    sound(problem, found)
    assert len(found) == 3**dim
    assert found.counts.tolist() == [math.comb(dim, k) * 2 ** (dim - k) for k in range(dim + 1)]


@pytest.mark.parametrize("dim", [2, 5])
def test_on_a_sphere_of_degree_two_they_are_the_eigenvectors(dim: int) -> None:
    """Of index 0, 0, 1, 1, …, d − 1, d − 1; their values are those of the quadratic form."""
    problem = LANDSCAPES["spin-glass"].build(dim, seed=4, p=2.0)
    found = started(problem, 150)
    assert found.counts.tolist() == [2] * dim
    assert found.directions == dim - 1 and found.inside.all()
    np.testing.assert_allclose(np.sum(found.positions**2, axis=1), dim, rtol=1e-12)
    sound(problem, found)


def test_a_quadratic_has_one_whatever_the_start() -> None:
    matrix = np.array([[2.0, 1.0, 0.0], [1.0, -1.0, 0.5], [0.0, 0.5, 3.0]])
    for name in ("saddle", "quadratic", "random-quadratic"):
        problem = built(name, 6)
        found = started(problem, 20)
        sound(problem, found)
        assert len(found) == 1 and found.found.tolist() == [20]
        np.testing.assert_allclose(found.positions, 0.0, atol=1e-8)
    assert naive.inertia(matrix.tolist(), 0.0)[0] == 1


@pytest.mark.parametrize("name", LANDSCAPES.names)
def test_every_landscape(name: str) -> None:
    problem = built(name, 5)
    found = started(problem, 12)
    assert found.starts == 12
    assert np.isfinite(found.positions).all() and np.isfinite(found.values).all()
    assert np.all((found.indices >= 0) & (found.indices <= problem.directions()))
    steep = 1e-3 if name == "schwefel" else 1e-6  # at 0, where it has a root of |x|, curvature is infinite
    assert np.all(found.gradient_norms <= steep * problem.scales.length * problem.scales.curvature)


# --- many directions --------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [100, 5000])
def test_coordinates_that_go_their_own_ways(dim: int) -> None:
    problem = LANDSCAPES["rastrigin"].build(dim)
    found = started(problem, 8)
    sound(problem, found)
    assert len(found) == 8 and found.failed == 0
    assert np.all(np.abs(found.indices - 0.4867 * dim) < 6.0 * math.sqrt(0.25 * dim))


@pytest.mark.parametrize("ends", ["open", "periodic"])
def test_a_long_chain_is_solved_directly(ends: str) -> None:
    problem = LANDSCAPES["polynomial-chain"].build(400, J=0.03, ends=ends)
    found = started(problem, 4)
    sound(problem, found)
    assert len(found) == 4
    falling = np.sum(np.abs(found.positions) < 0.5, axis=1)  # at the top between two wells
    np.testing.assert_array_equal(found.indices, falling)


@pytest.mark.parametrize("ring", [False, True])
@pytest.mark.parametrize("dim", [1, 2, 3, 4, 30])
def test_the_equations_of_a_chain(dim: int, ring: bool) -> None:
    rng = np.random.default_rng(dim)
    ring = ring and dim > 2
    middle, beside, right = (rng.standard_normal(n) for n in (dim, dim if ring else dim - 1, dim))
    matrix = np.diag(middle) + np.diag(beside[: dim - 1], 1) + np.diag(beside[: dim - 1], -1)
    if ring:
        matrix[0, -1] += beside[-1]
        matrix[-1, 0] += beside[-1]
    expected = np.linalg.solve(matrix - 0.3j * np.eye(dim), right.astype(complex))
    np.testing.assert_allclose(chain_solution(middle, beside, right, 0.3), expected, atol=1e-12)


def test_a_hessian_that_is_never_written_down() -> None:
    """A planted point is found again through products, from places around it."""
    problem = LANDSCAPES["gaussian-field"].build(256, planted="yes", level=-2.5)
    near = 0.01 * np.random.default_rng(0).standard_normal((2, 256))
    found = hunt(problem, near)
    sound(problem, found)
    assert len(found) == 1 and found.found.tolist() == [2]
    np.testing.assert_allclose(found.positions, 0.0, atol=1e-6)


def test_a_large_sphere() -> None:
    """The lowest state of degree two: an eigenvector, through products on the tangent space."""
    problem = LANDSCAPES["spin-glass"].build(230, seed=1, p=2.0)
    x = points(problem, 1)
    hessian = problem.hessian_product(x[0], np.eye(230))
    assert hessian.shape == (230, 230)
    found = hunt(problem, x)
    assert found.starts == 1
    sound(problem, found)


def test_locked_directions_stay() -> None:
    problem = LANDSCAPES["gaussian-field"].build(20, seed=2)
    found = started(problem, 60, active=2)
    sound(problem, found, active=2)
    assert found.directions == 2 and len(found) > 3
    assert np.ptp(found.positions[:, 2:], axis=0).max() == 0.0
    gradients = problem.value_and_gradient(found.positions)[1]
    assert np.abs(gradients[:, :2]).max() < 1e-6 < np.abs(gradients[:, 2:]).max()


# --- what comes of bad ground -----------------------------------------------------------------------


@gradient_kernel
def slope_alone(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """f(x) = c Σ x: a slope without an end, or a plain for c = 0; NaN for a c that is."""
    for i in range(x.shape[0]):
        value[i] = 0.0
        for j in range(x.shape[1]):
            gradient[i, j] = parameters[0]
            value[i] += parameters[0] * x[i, j]


def plane(steepness: float) -> Problem:
    nothing = Dense(
        lambda problem, x, active: np.full((active, active), 0.0 * steepness),
        lambda problem, x, v: 0.0 * steepness * v,
    )
    return bowl(slope_alone, hessian=nothing, pack=lambda dim, seed, settings: np.full(dim, steepness)).build(
        3
    )


def test_a_slope_without_an_end_has_none() -> None:
    found = started(plane(1.0), 10)
    assert len(found) == 0 and found.failed == found.starts == 10
    assert found.counts.tolist() == [0, 0, 0, 0]


def test_nothing_on_a_plain_is_isolated() -> None:
    found = started(plane(0.0), 10)
    assert len(found) == 10 and not found.isolated.any()


def test_a_landscape_that_is_not_finite_has_none() -> None:
    found = started(plane(math.nan), 10)
    assert len(found) == 0 and found.failed == 10


def test_a_slope_that_fades_out_has_no_isolated_point() -> None:
    found = started(built("separable-logistic", 4), 10)
    assert not found.isolated.any()


def test_a_valley_of_minima_is_not_isolated() -> None:
    """The matrix has a direction without curvature, through every critical point."""
    problem = with_hessian(np.diag([1.0, 1.0, 1.0]))
    flat = Dense(
        lambda problem, x, active: np.diag([1.0, 1.0, 0.0])[:active, :active],
        lambda problem, x, v: v * np.array([1.0, 1.0, 0.0]),
    )
    valley = bowl(hessian=flat, pack=lambda dim, seed, settings: np.array([1.0, 1.0, 0.0])).build(3)
    assert started(problem, 5).isolated.all()
    found = started(valley, 5)
    assert len(found) == 5 and not found.isolated.any()
    np.testing.assert_allclose(found.positions[:, :2], 0.0, atol=1e-8)


def test_starts_that_are_not_finite_or_all_the_same() -> None:
    problem = LANDSCAPES["griewank"].build(3)
    x = np.zeros((6, 3)) + 0.1
    x[0], x[1, 2], x[2, 0] = math.nan, math.inf, 1e200
    found = hunt(problem, x)
    assert (found.starts, found.failed, found.found.tolist()) == (6, 3, [3])
    one = hunt(problem, x[-1])
    assert (one.starts, len(one)) == (1, 1)
    np.testing.assert_array_equal(one.positions, found.positions)


def test_what_is_refused() -> None:
    problem = LANDSCAPES["rastrigin"].build(3)
    for bad in (np.zeros(2), np.zeros((4, 2)), np.zeros((0, 3)), np.zeros((2, 2, 3))):
        with pytest.raises(BadInput, match=r"^starts: have shape .*; accepted: shape \(3,\) or \(n, 3\)"):
            hunt(problem, bad)
    with pytest.raises(BadInput, match="^starts: differ along locked directions"):
        hunt(problem, np.arange(6.0).reshape(2, 3), active=2)
    with pytest.raises(BadInput, match="^hunt: there is no direction to go in"):
        hunt(LANDSCAPES["spin-glass"].build(1, p=2.0), np.ones(1))


@pytest.mark.parametrize("name", ["gaussian-field", "rastrigin", "polynomial-chain"])
def test_a_hunt_in_slices_finds_the_same(name: str) -> None:
    problem = built(name, 40 if name == "polynomial-chain" else 3)
    x = points(problem, 30)
    at_once, hunter = hunt(problem, x), Hunter(problem, x[0])
    hunter.add(x)
    slices = 0
    while hunter.waiting:
        hunter.advance(1.0)
        slices += 1
    assert slices > 3
    np.testing.assert_array_equal(hunter.points.found, at_once.found)
    np.testing.assert_allclose(hunter.points.values, at_once.values, atol=1e-9)


def test_work_that_runs_out_leaves_starts_waiting() -> None:
    problem = LANDSCAPES["gaussian-field"].build(30)
    found = hunt(problem, points(problem, 50), work=1e7)
    assert found.starts < 50
