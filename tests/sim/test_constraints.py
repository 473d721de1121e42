"""A landscape on a sphere, made here: what a projection promises holds at every step, the first included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pairs import RULES
from toys import bowl

from sim import Experiment, Simulation
from sim.arrays import Floats, Keys
from sim.kernel import gradient_kernel, retract_kernel, tangent_kernel
from sim.landscape import Constraint
from sim.registry import LANDSCAPES

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


@retract_kernel
def onto_sphere(x: Floats) -> None:
    """|x|² = d."""
    for i in range(x.shape[0]):
        square = 0.0
        for j in range(x.shape[1]):
            square += x[i, j] * x[i, j]
        scale = math.sqrt(x.shape[1] / square)
        for j in range(x.shape[1]):
            x[i, j] *= scale


@tangent_kernel
def along_sphere(x: Floats, gradient: Floats) -> None:
    """The gradient's part along the sphere."""
    for i in range(x.shape[0]):
        along = 0.0
        for j in range(x.shape[1]):
            along += gradient[i, j] * x[i, j]
        for j in range(x.shape[1]):
            gradient[i, j] -= along * x[i, j] / x.shape[1]


@pytest.fixture
def sphere(register) -> str:
    register(
        LANDSCAPES,
        "sphere",
        bowl(
            gradient=linear,
            constraint=Constraint(onto_sphere, along_sphere),
            pack=lambda dim, seed, settings: FIELD.copy(),
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
