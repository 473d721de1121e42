"""What is known of φ⁴ on a square lattice, found again."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from twins.polynomial_lattice import Twin

from sim import LANDSCAPES, Experiment, Simulation, signs
from sim.arrays import Floats
from sim.landscape import Problem

LATTICE = LANDSCAPES["polynomial-lattice"]


def lattice(side: int, **settings: Any) -> Problem:
    return LATTICE.build(side=side, **settings)


@pytest.mark.parametrize("side", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("couplings", ["uniform", "random"])
@pytest.mark.parametrize("ends", ["open", "periodic"])
@pytest.mark.parametrize("order", [2, 3, 4])
def test_every_kind_of_lattice_is_the_sum_over_its_links(
    side: int, couplings: str, ends: str, order: int
) -> None:
    chosen = {"couplings": couplings, "ends": ends, "order": float(order), "J": 0.7, "lam": 1.3}
    problem = lattice(side, seed=side, **chosen)
    twin = Twin(side * side, side, **problem.settings)
    for x in np.random.default_rng(order).uniform(-1.5, 1.5, (3, side * side)):
        value, gradient = problem.value_and_gradient(x)
        where = list(map(float, x))
        assert value == pytest.approx(twin.value(where), rel=1e-12, abs=1e-13)
        np.testing.assert_allclose(gradient, twin.gradient(where), rtol=0, atol=1e-12)
        np.testing.assert_allclose(problem.hessian(x), twin.hessian(where), rtol=0, atol=1e-12)


@pytest.mark.parametrize("side", [2, 3, 6, 9])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 3.0])
def test_the_curvatures_at_zero(side: int, ratio: float) -> None:
    along = np.sin(np.pi * np.arange(side) / side) ** 2
    expected = -ratio + 4.0 * np.add.outer(along, along).ravel()
    found = np.linalg.eigvalsh(lattice(side, lam=ratio, ends="periodic").hessian(np.zeros(side * side)))
    np.testing.assert_allclose(found, np.sort(expected), atol=1e-13)


def checkerboard(side: int) -> Floats:
    return ((-1.0) ** np.add.outer(np.arange(side), np.arange(side))).ravel()


@pytest.mark.parametrize("side", [4, 8])
@pytest.mark.parametrize(("share", "stable"), [(0.5, True), (0.999, True), (1.001, False), (1.4, False)])
def test_the_checkerboard_is_a_minimum_up_to_a_twelfth(side: int, share: float, stable: bool) -> None:
    j = share / 12.0
    problem, x = lattice(side, J=j, ends="periodic"), math.sqrt(1.0 - 8.0 * j) * checkerboard(side)
    assert np.abs(problem.value_and_gradient(x)[1]).max() < 1e-15
    assert (signs(problem, x).negative == 0) == stable


@pytest.mark.parametrize(("j", "falling"), [(1.0, 0), (4.0, 1)])
def test_two_straight_walls_round_the_square_are_a_minimum_where_they_are_held(
    j: float, falling: int
) -> None:
    problem = lattice(32, J=j, ends="periodic")
    x = np.tile(np.where(np.arange(32) < 16, 1.0, -1.0), 32)
    for _ in range(4000):
        x = x - 0.9 / problem.scales.curvature * problem.value_and_gradient(x)[1]
    value, gradient = problem.value_and_gradient(x)
    assert np.abs(gradient).max() < 1e-13
    assert signs(problem, x).negative == falling
    assert value / 64.0 == pytest.approx(0.9428 * math.sqrt(j), rel=0.03)  # for each unit of length


def walls(x: Floats) -> float:
    """The share of links between opposite signs."""
    side = math.isqrt(x.shape[1])
    up = np.sign(x.reshape(-1, side, side))
    across, below = up[:, :, 1:] != up[:, :, :-1], up[:, 1:] != up[:, :-1]
    return float(0.5 * (across.mean() + below.mean()))


def walls_after(j: float, steps: tuple[int, ...]) -> list[float]:
    settings = {"side": 128.0, "J": j, "ends": "periodic"}
    simulation = Simulation(
        Experiment(landscape="polynomial-lattice", walkers=2, parameters=settings, seed=3)
    )
    found = []
    for step in steps:
        simulation.advance(step - simulation.step)
        found.append(walls(simulation.positions()))
    return found


def test_walls_grow_shorter_as_the_root_of_the_steps() -> None:
    found = walls_after(1.0, (100, 200, 400, 800))
    for before, after in itertools.pairwise(found):
        assert 1.2 < before / after < 1.55
    assert 1.3 < (found[0] / found[-1]) ** (1 / 3) < 1.42


def test_weak_links_pin_the_walls() -> None:
    early, late = walls_after(0.05, (200, 800))
    assert early == late > 0.4
    early, late = walls_after(0.1, (1600, 3200))
    assert late == pytest.approx(0.25, abs=0.01) and early - late < 0.01


def test_half_of_the_squares_of_a_random_lattice_cannot_be_contented() -> None:
    side = 300
    drawn = lattice(side, couplings="random", ends="periodic").parameters[4:].reshape(side, 2, side)
    across, below = drawn[:, 0], drawn[:, 1]
    product = across * np.roll(across, -1, axis=0) * below * np.roll(below, -1, axis=1)
    assert abs(np.mean(product < 0) - 0.5) < 4.0 * 0.5 / side
    assert abs(drawn.mean()) < 4.0 / math.sqrt(drawn.size)


def test_a_larger_lattice_has_the_links_of_a_smaller_one_in_its_corner() -> None:
    small, large = (
        lattice(side, couplings="random", ends="periodic", seed=5).parameters[4:].reshape(side, 2, side)
        for side in (6, 11)
    )
    np.testing.assert_array_equal(large[:6, :, :6], small)


def test_turning_the_dimension_finds_the_nearest_square() -> None:
    shape = LATTICE.shape
    assert shape
    for dim, side in ((1, 1), (2, 1), (3, 2), (90, 9), (100, 10), (10_000_000, 3162)):
        fitted = shape.fitted(dim, {"side": 4.0})
        assert fitted["side"] == side
        assert shape.dim(fitted) == side**2


def test_products_of_a_million_dimensions_need_no_matrix() -> None:
    problem = lattice(1000, J=0.4)
    x, v = np.random.default_rng(0).uniform(-1.5, 1.5, (2, problem.dim))
    h = 1e-5
    slopes = [problem.value_and_gradient(x + sign * h * v)[1] for sign in (-1.0, 1.0)]
    found = problem.hessian_product(x, v)
    np.testing.assert_allclose(found, (slopes[1] - slopes[0]) / (2.0 * h), atol=1e-7)
