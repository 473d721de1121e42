"""Paths between walkers: upper bounds of passes, some of which are known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from problems import built, points
from toys import bowl

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats, Keys
from sim.kernel import gradient_kernel
from sim.landscape import Problem, Scales
from sim.measure import State
from sim.measures.paths import PathsReading
from sim.walls.band import Band, lowered, measured, spaced, tangents
from sim.walls.line import CAREFUL, HASTY, straight
from sim.walls.passes import Passes, Plan, ladder, one_by_one, passes, plan, screened
from sim.walls.slice import Slice

MEASURE = MEASURES["paths"]

NEXT = 0.9949586376523


@gradient_kernel
def bent_valley(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """f = (x² − 1)² + 10 (y − 1 + x²)² + 5 z²: a valley y = 1 − x² from x = −1 to 1, with a pass f = 1."""
    for i in range(x.shape[0]):
        along, across = x[i, 0] * x[i, 0] - 1.0, x[i, 1] - 1.0 + x[i, 0] * x[i, 0]
        value[i] = along * along + 10.0 * across * across
        gradient[i, 0] = 4.0 * x[i, 0] * (along + 10.0 * across)
        gradient[i, 1] = 20.0 * across
        for j in range(2, x.shape[1]):
            value[i] += 5.0 * x[i, j] * x[i, j]
            gradient[i, j] = 10.0 * x[i, j]


def valley(dim: int) -> Problem:
    return bowl(bent_valley, scales=lambda dim, settings: Scales(curvature=60.0, length=1.0)).build(dim)


def bounds(problem: Problem, a: Floats, b: Floats, **changes: object) -> Passes:
    chosen = plan(problem, float(np.linalg.norm(a - b)), math.inf)
    return passes(problem, a, b, straight(problem, a, b, math.inf), replace(chosen, **changes), 0)


@pytest.mark.parametrize("dim", [2, 3, 20])
def test_a_pass_beside_the_straight_line_is_found(dim: int) -> None:
    a, b = np.zeros(dim), np.zeros(dim)
    a[0], b[0] = -1.0, 1.0
    found = bounds(valley(dim), a, b)
    assert found.walls[0] == pytest.approx(11.0)
    assert found.walls[1] == pytest.approx(1.0, abs=1e-6), "the saddle, once the second coordinate is free"
    assert np.all(found.walls[1:] >= 1.0 - 1e-9), "no path is lower"


def test_an_image_climbs_to_the_pass_from_beside_it() -> None:
    ground = Slice(valley(2), np.array([-1.0, 0.0]), np.array([1.0, 0.0]), 2)
    x = np.array([-1.0, -0.7, -0.4, 0.3, 1.0])
    band = Band(ground, np.stack((x, 1.0 - x * x), axis=1))
    for _ in range(400):
        assert band.move(climber=2)
    np.testing.assert_allclose(band.images[2], [0.0, 1.0], atol=1e-4)


@pytest.mark.parametrize("dim", [2, 5])
def test_double_wells_are_crossed_one_after_the_other(dim: int) -> None:
    """Coordinates that are not free cross together, at a height of 1 each."""
    found = bounds(built("double-well", dim), -np.ones(dim), np.ones(dim))
    expected = [max(1.0, dim - free) for free in found.free]
    np.testing.assert_allclose(found.walls, expected, atol=1e-6)
    assert found.complete and found.free[-1] == dim


@pytest.mark.parametrize("dim", [1, 2, 4, 30])
def test_the_wall_between_wells_of_rastrigin_is_the_same_in_every_dimension(dim: int) -> None:
    a, b = np.zeros(dim), np.zeros(dim)
    b[0] = NEXT
    np.testing.assert_allclose(
        bounds(built("rastrigin", dim), a, b, moves=60).walls, 19.2563139339, atol=1e-6
    )


def test_wells_of_rastrigin_that_differ_in_many_coordinates_are_one_wall_apart() -> None:
    b = np.zeros(12)
    b[2:9] = NEXT
    found = bounds(built("rastrigin", 12), np.zeros(12), b, moves=40)
    assert found.walls[0] > 7 * 19.2
    assert found.walls[-1] == pytest.approx(19.2563139339, abs=1e-6)


def field_reading(seed: int) -> PathsReading:
    """Two minima of a plane in a field of 30 dimensions, which are then freed one after the other."""
    simulation = Simulation(Experiment(dim=30, active_dim=2, walkers=24, seed=seed))
    simulation.advance(2000)
    return MEASURE.reading(MEASURE.collect(replace(simulation.state(), work=3e9)))


@pytest.mark.parametrize("seed", [0, 3])
def test_walls_of_a_field_are_mostly_gone_when_more_coordinates_open(seed: int) -> None:
    reading = field_reading(seed)
    found = reading.found
    assert found.free.tolist() == [0, 2, 3, 4, 5, 10, 20, 30] and found.complete
    assert np.all(np.diff(found.walls) <= 0.0)
    assert found.walls[0] >= found.walls[1] > 0.0, "in the plane there is a wall"
    assert found.walls[-1] < 0.05 * found.walls[1]
    assert MEASURE.row(reading) == (found.walls[0], found.walls[-1])


def test_a_bound_is_what_looking_all_along_the_path_finds() -> None:
    problem = built("gaussian-field", 3)
    a, b = points(problem, 2)
    ground = Slice(problem, a, b, 3)
    path = lowered(ground, spaced(ground.ends, 21), 60, CAREFUL)
    shares = np.linspace(0.0, 1.0, 2001)
    dense = np.concatenate([
        problem.value_and_gradient(start + shares[:, None] * (end - start))[0]
        for start, end in zip(path.images[:-1], path.images[1:], strict=True)
    ])  # fmt: skip
    assert path.top.value == pytest.approx(dense.max(), abs=1e-6)
    np.testing.assert_array_equal(path.images[[0, -1]], [a, b])


@pytest.mark.parametrize("free", [1, 3, 5])
def test_a_slice_holds_the_line_and_every_narrower_slice(free: int) -> None:
    problem = built("gaussian-field", 5)
    a, b = points(problem, 2)
    ground = Slice(problem, a, b, free)
    assert ground.size == min(free + 1, 5)
    np.testing.assert_allclose(ground.points(ground.ends), [a, b], atol=1e-14)
    rows = np.random.default_rng(0).standard_normal((7, ground.size))
    for wider in range(free, 6):
        other = Slice(problem, a, b, wider)
        np.testing.assert_allclose(other.points(other.widened(rows, ground)), ground.points(rows), atol=1e-12)
    lengths = np.linalg.norm(np.diff(ground.points(rows), axis=0), axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(np.diff(rows, axis=0), axis=1))


def test_coordinates_in_which_the_ends_agree_stay() -> None:
    problem = built("gaussian-field", 6)
    a, b = points(problem, 2)
    b[3:] = a[3:]
    ground = Slice(problem, a, b, 3)
    assert ground.size == 3
    rows = np.random.default_rng(0).standard_normal((4, 3))
    np.testing.assert_array_equal(ground.points(rows)[:, 3:], np.tile(a[3:], (4, 1)))
    wider = Slice(problem, a, b, 5)
    np.testing.assert_array_equal(wider.points(wider.widened(rows, ground)), ground.points(rows))


def test_slopes_in_a_slice_are_those_of_its_heights() -> None:
    problem = built("gaussian-field", 5)
    a, b = points(problem, 2)
    ground = Slice(problem, a, b, 2)
    row, h = np.array([[0.3, -0.2, 0.7]]), 1e-5
    _, slope = ground.values_and_slopes(row)
    for j in range(3):
        off = h * np.eye(3)[j]
        numeric = (ground.values(row + off) - ground.values(row - off)) / (2 * h)
        assert slope[0, j] == pytest.approx(numeric[0], abs=1e-7)


def descended(problem: Problem) -> Floats:
    """Two walkers that have come down some way."""
    rows = points(problem, 2)
    for _ in range(200):
        rows -= 0.02 * problem.value_and_gradient(rows)[1]
        problem.landscape.constraint.retract(rows)
    return rows


def test_paths_on_a_sphere_stay_on_it() -> None:
    problem = built("spin-glass", 20)
    a, b = descended(problem)
    found = bounds(problem, a, b, moves=80)
    assert found.free.tolist() == [0, 20] and 0.0 <= found.walls[1] < 0.8 * found.walls[0]
    ground = Slice(problem, a, b, 20)
    path = lowered(ground, ground.settled(spaced(ground.ends, 21)), 40, CAREFUL)
    np.testing.assert_allclose(np.linalg.norm(path.images, axis=1), math.sqrt(20.0))


def test_images_are_spaced_evenly_along_the_path_and_the_ends_stay() -> None:
    corner = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0]])
    found = spaced(corner, 5)
    np.testing.assert_allclose(found, [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]], atol=1e-12)
    together = spaced(np.ones((3, 2)), 5)
    assert together.shape == (5, 2) and np.all(together == 1.0)


def test_a_path_leads_towards_its_higher_neighbour() -> None:
    images = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(tangents(images, np.array([0.0, 1.0, 2.0])), [[0.0, 1.0]])
    np.testing.assert_allclose(tangents(images, np.array([2.0, 1.0, 0.0])), [[1.0, 0.0]])
    weights = np.array([1.0, 2.0]) / math.sqrt(5.0)
    np.testing.assert_allclose(tangents(images, np.array([1.0, 3.0, 2.0])), [weights])
    np.testing.assert_allclose(tangents(images, np.ones(3)), [[math.sqrt(0.5)] * 2])


def test_a_path_that_runs_into_what_is_no_number_stops() -> None:
    ground = Slice(valley(2), np.array([-1.0, 0.0]), np.array([1.0, 0.0]), 2)
    images = spaced(ground.ends, 5)
    images[2] = np.nan
    band = Band(ground, images)
    assert not band.move()
    assert measured(ground, images, HASTY).top.value == math.inf


def test_one_by_one_what_lowers_the_loss_comes_first() -> None:
    problem = built("rastrigin", 3)
    a, b = np.array([NEXT, 0.0, 0.0]), np.array([0.0, 0.0, NEXT])
    images = one_by_one(Slice(problem, a, b, 3))
    np.testing.assert_array_equal(images, [a, np.zeros(3), b])


def test_the_ladder_of_free_coordinates_is_that_of_the_dial() -> None:
    assert ladder(built("rastrigin", 100), 10**6) == [2, 3, 4, 5, 10, 20, 50, 100]
    assert ladder(built("rastrigin", 70), 10**6)[-2:] == [50, 70]
    assert ladder(built("rastrigin", 70), 60) == [2, 3, 4, 5, 10, 20, 50]
    assert [ladder(built("rastrigin", dim), 10) for dim in (1, 2)] == [[1], [2]]
    assert ladder(built("spin-glass", 50), 100) == [50] and ladder(built("spin-glass", 50), 10) == []


def test_effort_follows_the_work() -> None:
    problem = built("gaussian-field", 100)
    plans = [plan(problem, 5.0, work) for work in (math.inf, 1e10, 1e9, 2e8, 1e6)]
    assert plans[0] == Plan(tuple(ladder(problem, 10**6)), 21, 400, 2, CAREFUL)
    assert 12 <= plans[1].moves < 400 and plans[1].rungs == plans[0].rungs
    assert len(plans[2].rungs) < len(plans[1].rungs) and plans[2].rungs[-1] == 100
    assert plans[3].images == 9 and plans[4] is None


def state_at(rows: list[list[float]], **entries: object) -> State:
    experiment = Experiment(
        **{"landscape": "rastrigin", "dim": len(rows[0]), "walkers": len(rows), **entries}
    )
    simulation = Simulation(experiment)
    simulation.place(np.array(rows))
    return simulation.state()


def test_the_partner_is_the_nearest_behind_a_wall() -> None:
    state = state_at([[0.0, 0.0], [0.2, 0.1], [3.0, 3.0], [0.0, NEXT], [-0.1, 0.1]])
    reading = MEASURE.reading(MEASURE.collect(state))
    assert reading.partner == 3 and reading.distance == pytest.approx(NEXT)
    np.testing.assert_allclose(reading.found.walls, 19.2563139339, atol=1e-6)
    behind = screened(MEASURE.collect(state), state.problem, math.inf)
    assert (behind.place, behind.count) == (2, 4), "the third of the others"


def reason(state: State) -> str:
    reading = MEASURE.reading(MEASURE.collect(state))
    assert reading.found is None and np.all(np.isnan(MEASURE.row(reading)))
    return reading.reason


def test_where_there_is_no_path_somebody_says_why() -> None:
    bowl_state = state_at([[0.0, 0.1], [0.2, 0.1]], landscape="quadratic")
    assert reason(bowl_state) == "no wall on the straight line to the other walker"
    wells = [[0.01 * k] for k in range(30)]
    assert reason(state_at(wells)) == "no wall on the straight line to the 16 nearest walkers"
    far = state_at([[0.0, 0.0], [3.0, 3.0]])
    assert reason(replace(far, work=1.0)) == "a path would take too long in so many dimensions"


def test_a_network_has_a_path_and_its_examples_are_all_looked_at() -> None:
    simulation = Simulation(Experiment(landscape="network", walkers=4, parameters={"batch": 16.0}))
    simulation.advance(100)
    state = replace(simulation.state(), work=1e8)
    reading = MEASURE.reading(MEASURE.collect(state))
    whole = simulation.problem.whole
    x = simulation.positions()[[0, reading.partner]]
    line = straight(whole, *x, math.inf)
    assert reading.found.walls[0] == pytest.approx(line.barrier, rel=1e-3)
    assert np.all(np.diff(reading.found.walls) <= 0.0)


def test_losses_without_a_floor_end_the_wall_and_raise_nothing() -> None:
    problem = LANDSCAPES["random-quadratic"].build(6, 0, shift=0.0)
    a, b = points(problem, 2)
    with np.errstate(all="ignore"):
        found = bounds(problem, a, b)
    assert np.all(np.isfinite(found.walls)) and np.all(np.diff(found.walls) <= 0.0)
