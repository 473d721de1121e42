"""A linear function on a sphere: what a projection promises holds at every step, the first included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pairs import RULES
from toys import bowl

from sim import Experiment, Simulation, signs
from sim.arrays import Floats, Keys
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Problem
from sim.registry import LANDSCAPES
from sim.sphere import SPHERE, covariant_hessian, projected

DIM = 6
FIELD = np.arange(1.0, DIM + 1.0)


@gradient_kernel
def linear(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """f(x) = h·x."""
    for i in range(x.shape[0]):
        value[i] = 0.0
        for j in range(x.shape[1]):
            value[i] += parameters[j] * x[i, j]
            gradient[i, j] = parameters[j]


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """A linear function bends as the sphere does, and not otherwise."""
    return covariant_hessian(x, problem.parameters, np.zeros((problem.dim, problem.dim)))


def product(problem: Problem, x: Floats, v: Floats) -> Floats:
    return -(x @ problem.parameters / (x @ x)) * projected(x, v)


@pytest.fixture
def sphere(register) -> str:
    register(
        LANDSCAPES,
        "sphere",
        bowl(
            gradient=linear,
            hessian=Dense(hessian, product),
            constraint=SPHERE,
            pack=lambda dim, seed, settings: np.arange(1.0, dim + 1.0),
            may_be_negative=True,
        ),
    )
    return "sphere"


@pytest.mark.parametrize("optimizer", RULES)
@pytest.mark.parametrize("steps", [0, 1, 50])
def test_walkers_and_gradients_stay_on_the_sphere(sphere: str, optimizer: str, steps: int) -> None:
    simulation = Simulation(
        Experiment(landscape=sphere, dim=DIM, walkers=7, optimizer=optimizer, hyper={"lr": 0.01})
    )
    simulation.advance(steps)
    state = simulation.state()
    np.testing.assert_allclose((state.positions**2).sum(axis=1), DIM, rtol=1e-12)
    np.testing.assert_allclose((state.positions * state.gradient).sum(axis=1), 0.0, atol=1e-9)


@pytest.mark.parametrize("steps", [0, 1, 50])
def test_loss_and_gradient_are_those_of_the_positions(sphere: str, steps: int) -> None:
    simulation = Simulation(Experiment(landscape=sphere, dim=DIM, walkers=7, hyper={"lr": 0.01}))
    simulation.advance(steps)
    state = simulation.state()
    np.testing.assert_allclose(state.value, state.positions @ FIELD, rtol=1e-12)
    tangent = FIELD - (state.positions @ FIELD)[:, None] * state.positions / DIM
    np.testing.assert_allclose(state.gradient, tangent, atol=1e-12)
    np.testing.assert_allclose(state.gradient_norm, np.linalg.norm(tangent, axis=1), rtol=1e-9)


def test_descent_finds_the_lowest_point_of_the_sphere(sphere: str) -> None:
    simulation = Simulation(Experiment(landscape=sphere, dim=DIM, walkers=7, hyper={"lr": 0.05}))
    simulation.advance(3000)
    lowest = -math.sqrt(DIM) * FIELD / np.linalg.norm(FIELD)
    np.testing.assert_allclose(simulation.positions(), np.broadcast_to(lowest, (7, DIM)), atol=1e-9)


def test_the_basis_of_the_tangent_space_is_orthonormal_everywhere() -> None:
    rng = np.random.default_rng(0)
    problem = bowl().build(DIM)
    for x in [*rng.standard_normal((5, DIM)), np.eye(DIM)[-1], -np.eye(DIM)[-1], np.eye(DIM)[0]]:
        basis = SPHERE.along(problem, x, np.eye(DIM)).T
        assert basis.shape == (DIM - 1, DIM)
        np.testing.assert_allclose(basis @ basis.T, np.eye(DIM - 1), atol=1e-14)
        np.testing.assert_allclose(basis @ x, 0.0, atol=1e-14)
        v = rng.standard_normal((3, DIM))
        np.testing.assert_allclose(SPHERE.along(problem, x, v), v @ basis.T, atol=1e-14)
        np.testing.assert_allclose(projected(x, v), v @ basis.T @ basis, atol=1e-14)


def test_the_covariant_hessian_is_how_the_function_bends_along_great_circles() -> None:
    """Of a function that is not linear: half a quadratic form."""
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((DIM, DIM))
    matrix += matrix.T
    x = rng.standard_normal(DIM)
    basis = SPHERE.along(bowl().build(DIM), x, np.eye(DIM)).T
    found = covariant_hessian(x, matrix @ x, matrix)
    np.testing.assert_array_equal(found, found.T)
    radius, angle = np.linalg.norm(x), 1e-4
    for direction in (*np.eye(DIM - 1), *rng.standard_normal((3, DIM - 1))):
        direction = direction / np.linalg.norm(direction)
        on = [math.cos(t) * x + math.sin(t) * radius * (direction @ basis) for t in (-angle, 0.0, angle)]
        before, here, after = (0.5 * y @ matrix @ y for y in on)
        bending = (before - 2.0 * here + after) / (angle * radius) ** 2
        assert direction @ found @ direction == pytest.approx(bending, abs=1e-5)


@pytest.mark.parametrize("dim", [1, 2, 3, DIM])
def test_signs_count_the_directions_along_the_sphere(sphere: str, dim: int) -> None:
    """At the highest point all of them fall, at the lowest all rise; two points on a line have none."""
    problem = LANDSCAPES[sphere].build(dim)
    highest = math.sqrt(dim) * problem.parameters / np.linalg.norm(problem.parameters)
    for x, expected in ((highest, (dim - 1, 0, 0)), (-highest, (0, 0, dim - 1))):
        found = signs(problem, x)
        assert (found.negative, found.zero, found.positive) == expected
        np.testing.assert_allclose(
            problem.hessian(x), -(x @ problem.parameters / dim) * np.eye(dim - 1), atol=1e-12
        )


@pytest.mark.parametrize("dim", [1, 2, DIM])
def test_every_measure_can_be_read_on_a_sphere(sphere: str, dim: int) -> None:
    simulation = Simulation(Experiment(landscape=sphere, dim=dim, walkers=5, hyper={"lr": 0.05}))
    simulation.advance(3000)
    readings = simulation.read().readings
    assert readings["signs"].directions == dim - 1
    assert readings["signs"].focus.positive == dim - 1
    assert readings["outcomes"].counts["at a minimum"] == 5


def test_a_walker_without_a_direction_is_lost_and_leaves_the_others_alone(sphere: str) -> None:
    """At 0 there is no nearest point of the sphere; and none whose square a double holds at 1e200."""
    simulation = Simulation(Experiment(landscape=sphere, dim=DIM, walkers=4, hyper={"lr": 0.01}))
    positions = simulation.positions()
    alone = positions.copy()
    alone[1], alone[2] = 0.0, 1e200
    simulation.place(alone)
    assert np.isnan(simulation.positions()[1:3]).all()
    simulation.advance(3)
    assert simulation.state().diverged.tolist() == [False, True, True, False]
    kept = simulation.positions()[[0, 3]]
    simulation.place(positions)
    simulation.advance(3)
    np.testing.assert_array_equal(simulation.positions()[[0, 3]], kept)
