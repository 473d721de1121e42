"""Where walkers were: trails reach back to step 0, places of rest are true, and neither depends on looks."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Experiment, Simulation
from sim.commands import Rewind, Set
from sim.past import FEWEST, LEAST, NUMBERS, PLACES, RINGS, WALKERS, Past, squared_distances

QUIET = np.ones(3, dtype=bool)


def gone_along(past: Past, steps: int, at: object, quiet: np.ndarray = QUIET) -> Past:
    """Walkers that are at `at(step)` (n, d), noted as a simulation does."""
    while past.due <= steps:
        step = past.due
        past.note(step, at(step), quiet[: len(at(step))], 1.0)
        assert past.due > step
    return past


@pytest.mark.parametrize("steps", [0, 1, 62, 63, 64, 65, 1000, 12_345])
def test_a_trail_reaches_back_to_the_start_however_long_it_is(steps: int) -> None:
    past = gone_along(Past(2, 3), steps, lambda step: np.full((2, 3), float(step)))
    trail = np.array(past.been.trails)[:, 1, 2]
    assert trail[0] == 0.0 and len(trail) < PLACES
    assert len(trail) == steps + 1 if steps < PLACES - 1 else len(trail) >= PLACES // 2
    apart = np.diff(trail)
    assert len(set(apart)) <= 1 and (not len(apart) or steps - trail[-1] < apart[0])


def test_it_is_noted_from_step_0_on_whoever_looks() -> None:
    simulation = Simulation(Experiment(dim=3, walkers=5))
    places = {0: simulation.positions()}
    for steps in (1, 2, 3, 94, 400):
        simulation.advance(steps)
        places[simulation.step] = simulation.positions()
    been = simulation.state().been
    np.testing.assert_array_equal(been.trails, list(places.values()))
    assert (been.began, been.since) == (0, 100) and been.trailed == been.rows == tuple(range(5))
    np.testing.assert_array_equal(been.then, places[100])


def walked(experiment: Experiment, steps: int, at_a_time: int = 8) -> Simulation:
    simulation = Simulation(experiment)
    for _ in range(0, steps, at_a_time):
        simulation.advance(at_a_time)
    return simulation


def test_who_hardly_moves_for_half_of_the_run_stands_and_who_goes_slowly_does_not() -> None:
    def at(step: int) -> np.ndarray:
        stops, drifts = min(step, 100), 0.001 * step
        return np.array([[0.01 * stops, 0.0], [drifts, 5.0], [0.0, 9.0]])

    past = gone_along(Past(3, 2), 90, at)
    positions = at(90)
    assert past.been.stood((0, 1, 2), positions, 1.0).tolist() == [False, False, True]
    np.testing.assert_array_equal(past.been.rests, [[0.0, 9.0]])
    past = gone_along(past, 400, at)
    assert past.been.since >= 100 and 400 - past.been.since >= 200
    assert past.been.stood((2, 0, 1), at(400)[[2, 0, 1]], 1.0).tolist() == [True, True, False]
    np.testing.assert_array_equal(past.been.rests, [[0.0, 9.0], [1.0, 0.0]])
    assert past.been.stood((0, 7), at(400)[:2], 1.0).tolist() == [True, False], "who is not known"


def test_nobody_stands_at_the_start_and_who_has_a_slope_leaves_no_ring() -> None:
    past = gone_along(Past(3, 2), LEAST - 1, lambda step: np.zeros((3, 2)))
    assert past.been.then is None and not len(past.been.rests)
    past = gone_along(Past(3, 2), 400, lambda step: np.eye(3, 2), np.array([True, False, False]))
    np.testing.assert_array_equal(past.been.rests, [[1.0, 0.0]])


def test_rests_that_are_near_one_another_are_one_and_there_are_not_too_many() -> None:
    many = np.stack([np.arange(200.0) // 2.0 * 0.2, 0.01 * (np.arange(200) % 2)], axis=1)
    past = gone_along(Past(200, 2), 2000, lambda step: many, np.ones(200, dtype=bool))
    np.testing.assert_allclose(past.been.rests, many[::2][:RINGS])


@pytest.mark.parametrize("dim", [1, 50, 4096, NUMBERS // FEWEST, NUMBERS // 2, NUMBERS, 10**9])
@pytest.mark.parametrize("walkers", [1, 5, 5000])
def test_it_is_bounded(walkers: int, dim: int) -> None:
    past = Past(walkers, dim)
    room = NUMBERS // dim
    assert len(past.rows) == len(set(past.rows)) == min(walkers, WALKERS, room)
    assert set(past.rows) | set(past.trailed) <= set(range(walkers))
    assert bool(past.trailed) == (room >= FEWEST)
    most = len(past.trailed) * past._most * dim
    assert most <= NUMBERS and past._rings * dim <= NUMBERS
    needed = 8 * (most + past._rings * dim + 3 * len(past.rows) * dim)
    assert Past.bytes(walkers, dim) >= needed if past.trailed else Past.bytes(walkers, dim) == 0
    if dim * walkers < 10**6:
        past = gone_along(past, 3000, lambda step: np.zeros((walkers, dim)), np.ones(walkers, dtype=bool))
        been = past.been
        held = sum(a.nbytes for a in (*been.trails, *been.rests, *(at for _, at in past._marks)))
        assert held <= Past.bytes(walkers, dim) and len(been.trails) < PLACES


def test_a_direction_that_opens_ends_no_trail_and_beginning_anew_does() -> None:
    simulation = walked(Experiment(dim=3, active_dim=2, walkers=4, seed=2), 1000)
    before = simulation.state().been
    simulation.apply(Set("active_dim", 3))
    simulation.advance(24)
    assert (
        len(simulation.state().been.trails) > len(before.trails) // 2 and simulation.state().been.began == 0
    )
    assert len(simulation.state().been.rests) >= len(before.rests) == 1
    simulation.apply(Rewind())
    assert len(simulation.state().been.trails) == 1 and not len(simulation.state().been.rests)


def test_walkers_of_a_batch_stand_where_they_hardly_move_whatever_its_gradient() -> None:
    settings = {"hidden": "2", "inputs": 1, "batch": 8}
    simulation = Simulation(Experiment(landscape="network", walkers=3, parameters=settings))
    walkers = simulation.cohorts[0]
    walkers.norm[:] = 1e9
    walkers.past = Past(*walkers.whole.shape)
    for step in range(200):
        walkers.note(step)
    assert len(walkers.past.been.rests), "gradients of a part of the data say nothing"
    still = Simulation(Experiment(landscape="quadratic", dim=2, walkers=3)).cohorts[0]
    still.norm[:] = 1e9
    for step in range(200):
        still.note(step)
    assert not len(still.past.been.rests)


def test_adam_on_its_way_through_a_valley_is_not_at_rest() -> None:
    """Its gradients are small early beside the curvature of the walls, and it goes on for long."""
    adam = Experiment(landscape="rosenbrock", dim=2, walkers=32, optimizer="adam", seed=1)
    simulation = Simulation(adam)
    seen = []
    for _ in range(12):
        simulation.advance(25)
        reading = simulation.read("map-coordinates", work=1e5).readings["map-coordinates"]
        seen.append((simulation.positions(), reading.resting))
    assert not any(resting.any() for _, resting in seen[:2]) and seen[-1][1].any()
    simulation.advance(300)
    for positions, resting in seen:
        went_on = np.linalg.norm(simulation.positions() - positions, axis=1)[resting]
        assert not len(went_on) or went_on.max() < 0.1


def test_distances_by_a_product_are_distances() -> None:
    points = 1e4 + np.random.default_rng(1).normal(size=(20, 5))
    apart = np.linalg.norm(points[:, None] - points, axis=2) ** 2
    np.testing.assert_allclose(squared_distances(points), apart, atol=1e-9)
