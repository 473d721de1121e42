"""Falling directions against the height: three samplings, and none of them counted for another."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import LANDSCAPES, MEASURES, Experiment, Simulation, measure, samplings
from sim.arrays import Flags, Floats
from sim.beside import Beside
from sim.commands import Rewind, Set
from sim.history import CAPACITY
from sim.landscape import Problem
from sim.measures.index_loss import FOLLOWED, IndexLossReading, law_of_levels
from sim.samplings import FIELDS, LEVELS, PLAN, RANDOM, Point, at_random, grown, look, planted_at

FIELD = LANDSCAPES["gaussian-field"]


def read(simulation: Simulation, work: float = math.inf) -> IndexLossReading:
    return simulation.read("index-loss", work=work).readings["index-loss"]


@pytest.mark.parametrize(
    ("level", "share"),
    [(-3.0, 0.0), (-2.0, 0.0), (-1.0, 0.1955011), (0.0, 0.5), (1.0, 0.8044989), (2.0, 1.0)],
)
def test_the_law_of_levels(level: float, share: float) -> None:
    assert law_of_levels(level) == pytest.approx(share, abs=5e-8)


# --- random and planted points --------------------------------------------------------------------------


def test_the_plan_has_every_point_once_and_all_kinds_from_the_start() -> None:
    assert len({number for number, _ in PLAN}) == len(PLAN)
    levels = [level for _, level in PLAN]
    assert levels.count(None) == RANDOM
    assert all(levels.count(level) == FIELDS for level in LEVELS)
    assert {None, *LEVELS} == set(levels[: len(PLAN) // FIELDS])
    assert (LEVELS[0], LEVELS[-1]) == (-2.2, 0.5)


def test_random_points_are_uniform_in_the_box_and_those_of_no_walker() -> None:
    problem = LANDSCAPES["rastrigin"].build(40, seed=3)
    points = np.array([at_random(problem, 40, number) for number, level in PLAN if level is None])
    low, high = problem.box
    assert points.min() >= low and points.max() < high
    spread = (high - low) / math.sqrt(12.0)
    assert abs(points.mean() - 0.5 * (low + high)) < 4.0 * spread / math.sqrt(points.size)
    assert points.std() == pytest.approx(spread, rel=0.03)
    assert len(np.unique(points[:, 0])) == RANDOM
    starts = Simulation(Experiment(landscape="rastrigin", dim=40, seed=3)).positions()
    assert not np.isin(points, starts).any()
    np.testing.assert_array_equal(at_random(problem, 40, 5), at_random(problem, 40, 5))
    sliced = at_random(problem, 3, 5)
    np.testing.assert_array_equal(sliced[3:], problem.resting()[3:])
    assert np.all(sliced[:3] != problem.resting()[:3])


def test_random_points_of_a_sphere_are_on_it_in_every_direction() -> None:
    problem = LANDSCAPES["spin-glass"].build(12)
    points = np.array([at_random(problem, 12, number) for number in range(400)])
    np.testing.assert_allclose((points**2).sum(axis=1), 12.0)
    fourth = 3.0 * 12 / 14.0  # E x⁴ of a coordinate of a uniform point; other ways of drawing have another
    assert (points**4).mean() == pytest.approx(fourth, abs=4.0 * (points**4).std() / math.sqrt(points.size))


def test_planted_points_are_critical_points_of_their_level_in_fields_of_their_own() -> None:
    base = FIELD.build(20, seed=1, sigma=2.0)
    fields = [planted_at(base, 20, level, number) for number, level in PLAN if level is not None]
    assert len({field.seed for field in fields}) == len(fields)
    for field, level in zip(fields, [level for _, level in PLAN if level is not None], strict=True):
        value, slope = field.value_and_gradient(np.zeros(20))
        assert value == pytest.approx(level * 2.0 * math.sqrt(20.0))
        np.testing.assert_allclose(slope, 0.0, atol=1e-10)
        assert field.settings == {**base.settings, "planted": "yes", "level": pytest.approx(level)}


def test_planted_points_of_a_slice_have_the_level_along_it() -> None:
    base = FIELD.build(50, seed=1, mu=0.0)
    planted = planted_at(base, 8, -1.0, 3)
    assert look(planted, np.zeros(50), 8, math.inf).at == pytest.approx(-1.0)


def test_no_second_landscape_is_drawn_that_takes_much_memory() -> None:
    assert planted_at(FIELD.build(1 << 20), 1 << 20, -1.0, 0) is not None
    assert planted_at(FIELD.build(3000, map="dense"), 3000, -1.0, 0) is None


@pytest.mark.parametrize(("map_", "bias"), [("dense", -0.027), ("structured", 0.015)])
def test_planted_shares_follow_the_semicircle_but_for_what_few_features_do(map_: str, bias: float) -> None:
    """At level −1 and d = 200 the landscape's page says how far off, ± 0.007 for each field."""
    problem = FIELD.build(200, seed=2, map=map_, mu=0.0)
    found = []
    for number in range(FIELDS):
        point = look(planted_at(problem, 200, -1.0, number), np.zeros(200), 200, math.inf)
        assert point.at == pytest.approx(-1.0)
        found.append(point.share - law_of_levels(point.at))
    assert np.mean(found) == pytest.approx(bias, abs=4.0 * 0.007 / math.sqrt(FIELDS))


def test_all_samplings_of_a_field_follow_the_curve() -> None:
    simulation = Simulation(Experiment(dim=100, walkers=8))
    reading = read(simulation)
    assert reading.levels and reading.left == 0
    assert (len(reading.random), len(reading.planted)) == (RANDOM, FIELDS * len(LEVELS))
    assert all(abs(point.at) < 0.5 for point in reading.random), "√d is far from any height at random"
    points = (*reading.random, *reading.planted, *reading.walkers)
    assert len(reading.walkers) == FOLLOWED
    assert max(abs(point.share - law_of_levels(point.at)) for point in points) < 0.07
    assert all(point.share * 100 == pytest.approx(round(point.share * 100)) for point in points)


def test_a_landscape_without_a_law_has_losses_and_nothing_planted() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=100, walkers=8))
    reading = read(simulation)
    assert not reading.levels and not reading.planted and not reading.left and reading.deviation is None
    problem = simulation.problem
    assert reading.walkers[0].at == problem.value_and_gradient(simulation.positions()[0])[0]
    assert np.mean([point.share for point in reading.random]) == pytest.approx(0.4867, abs=0.03)
    glass = read(Simulation(Experiment(landscape="spin-glass", dim=20, walkers=3)))
    assert glass.levels and len(glass.random) == RANDOM and not glass.planted
    assert read(Simulation(Experiment(dim=3, walkers=3, parameters={"period": 5.0}))).planted == ()


def test_estimates_carry_intervals_that_hold_what_is_true() -> None:
    problem = FIELD.build(3500, seed=1)
    found = look(problem, at_random(problem, 3500, 0), 400, math.inf)
    guess = look(problem, at_random(problem, 3500, 0), 3500, 1e9)
    assert found.exact and found.least == found.share == found.most
    assert not guess.exact and guess.least < guess.share < guess.most
    assert guess.most - guess.least < 0.3
    assert guess.least < law_of_levels(guess.at) < guess.most, "at random, theory is nearer than that"


# --- work and memory ------------------------------------------------------------------------------------


def test_points_come_some_at_a_time_and_are_the_same_in_any_pieces() -> None:
    whole, pieces = FIELD.build(30, seed=5), FIELD.build(30, seed=5)
    expected = grown(whole, 30, math.inf)
    each = pieces.hessian_work(30)
    counts = []
    while not counts or counts[-1]:
        counts.append(grown(pieces, 30, 65.0 * each).left)
    assert counts[:3] == [len(PLAN) - 6, len(PLAN) - 12, len(PLAN) - 18]
    found = grown(pieces, 30, each)
    assert (found.random, found.planted) == (expected.random, expected.planted)
    assert found.ground != expected.ground
    assert grown(pieces, 30, 0.0) is found, "nothing is looked at twice"
    for work, points in ((0.0, 1), (0.9 * each, 1), (1.1 * each, 4)):
        assert grown(FIELD.build(30, seed=6), 30, work).left == len(PLAN) - points


def test_what_is_known_of_a_landscape_goes_with_it() -> None:
    before = len(samplings._known)
    problem = FIELD.build(5)
    grown(problem, 5, 0.0)
    grown(problem, 3, 0.0)
    assert len(samplings._known) == before + 1
    del problem
    assert len(samplings._known) == before


def test_a_reading_goes_on_while_walkers_stand_still_until_all_points_are_there() -> None:
    simulation, beside = Simulation(Experiment(dim=30, walkers=3)), Beside()
    left, pause = [], threading.Event()
    for _ in range(3000):
        found = beside.read(simulation, ["index-loss"])[0].get("index-loss")
        if found is not None and (not left or left[-1] != found.left):
            left.append(found.left)
        if left and not left[-1]:
            break
        pause.wait(0.01)
    assert left[-1] == 0 and left == sorted(left, reverse=True)
    assert simulation.traces(["index-loss"])["index-loss"].steps.tolist() == [0]
    beside.close()


@pytest.mark.parametrize("name", ["signs", "spectrum", "index-loss", "decrease", "uphill"])
def test_of_those_that_nobody_looks_at_no_coordinate_is_read(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = Simulation(Experiment(landscape="rastrigin", dim=5, walkers=50)).state()
    everywhere, seen = measure.gone, []

    def gone(problem: Problem, positions: Floats) -> Flags:
        seen.append(len(positions))
        return everywhere(problem, positions)

    monkeypatch.setattr(measure, "gone", gone)
    MEASURES[name].collect(state)
    assert len(seen) == 1 and seen[0] <= 8


def test_two_threads_look_at_the_points_of_one_landscape_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, further, numbers = FIELD.build(2), samplings._further, []
    both, grounds = threading.Barrier(2), []

    def slowly(*entries: Any) -> Any:
        numbers.append(entries[2].left)
        time.sleep(1e-3)
        return further(*entries)

    def grow() -> None:
        both.wait()
        grounds.append(grown(problem, 2, 1e5).ground)

    monkeypatch.setattr(samplings, "_further", slowly)
    threads = [threading.Thread(target=grow) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(grounds)) == 1
    assert numbers == list(range(len(PLAN), len(PLAN) - len(numbers), -1)) and len(numbers) > 4


def test_few_rows_are_copied_and_never_the_population() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=1000, walkers=64))
    inputs = MEASURES["index-loss"].collect(simulation.state())
    assert inputs.points.shape == (FOLLOWED, 1000)
    large = Simulation(Experiment(landscape="rastrigin", dim=1 << 20, walkers=3))
    assert len(MEASURES["index-loss"].collect(large.state()).points) == 2
    assert len(MEASURES["signs"].collect(large.state()).points) == 2


# --- descent ----------------------------------------------------------------------------------------------


def test_descent_accumulates_and_begins_anew_with_the_walkers() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=10, walkers=3))
    for _ in range(3):
        simulation.advance(5)
        read(simulation)
    trace = simulation.traces(["index-loss"])["index-loss"]
    assert trace.steps.tolist() == [5, 10, 15]
    assert trace.rows.shape == (3, 1 + 3 * FOLLOWED)
    assert np.isnan(trace.column("at_4")).all(), "there are three walkers"
    losses = trace.column("at_1")
    assert losses[2] < losses[1] < losses[0]
    simulation.apply(Rewind())
    assert len(simulation.traces(["index-loss"])["index-loss"].steps) == 0


def test_another_landscape_under_the_same_walkers_is_another_ground() -> None:
    simulation = Simulation(Experiment(dim=10, walkers=3))
    grounds = [read(simulation).ground]
    for name, value in (("sigma", 2.0), ("active_dim", 4)):
        simulation.advance(2)
        simulation.apply(Set(name, value))
        grounds.append(read(simulation).ground)
    assert len(set(grounds)) == 3
    trace = simulation.traces(["index-loss"])["index-loss"]
    np.testing.assert_array_equal(trace.column("ground"), grounds)


def test_a_long_run_keeps_a_bounded_number_of_points() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=2))
    reading = read(simulation)
    for step in range(3 * CAPACITY):
        simulation.record("index-loss", replace(reading, step=step))
    assert len(simulation.traces(["index-loss"])["index-loss"].steps) <= CAPACITY


# --- what is not there --------------------------------------------------------------------------------------


def test_walkers_that_diverged_are_left_out() -> None:
    simulation = Simulation(Experiment(landscape="rosenbrock", dim=3, walkers=2))
    simulation.place(np.array([[np.nan, 0.0, 0.0], [1.0, 1.0, 1.0]]))
    reading = read(simulation)
    assert reading.walkers[0] is None and reading.walkers[1].share == 0.0
    row = MEASURES["index-loss"].row(reading)
    assert np.isnan(row[1:4]).all() and np.isfinite(row[4:7]).all()
    assert look(simulation.problem, np.array([1e200, 0.0, 0.0]), 3, math.inf) is None


@pytest.mark.parametrize(("dim", "walkers"), [(1, 1), (1, 5), (2, 1)])
def test_few_directions_have_shares_of_halves(dim: int, walkers: int) -> None:
    reading = read(Simulation(Experiment(dim=dim, walkers=walkers)))
    shares = {point.share for point in (*reading.random, *reading.planted, *reading.walkers)}
    assert shares <= {0.0, 0.5, 1.0} and reading.directions == dim
    assert len(reading.walkers) == min(walkers, FOLLOWED)


def test_no_direction_has_no_share() -> None:
    reading = read(Simulation(Experiment(landscape="spin-glass", dim=1, walkers=2)))
    assert reading.directions == 0 and not reading.random and not reading.walkers


def test_walkers_at_one_place_are_one_point() -> None:
    simulation = Simulation(Experiment(dim=6, walkers=3))
    simulation.place(np.ones((3, 6)))
    assert len(set(read(simulation).walkers)) == 1


# --- the deviation from theory ----------------------------------------------------------------------------


def planted(at: float, *shares: float) -> tuple[Point, ...]:
    return tuple(Point(at, share, share, share, "dense", True, at) for share in shares)


def test_the_deviation_is_the_largest_of_the_means_over_fields() -> None:
    points = (*planted(-2.2, 0.0, 0.0), *planted(0.0, 0.44, 0.48, 0.46), *planted(-1.0, 0.2055011))
    found = IndexLossReading(0, 100, True, planted=points).deviation
    assert found is not None and found.at == 0.0
    assert found.value == pytest.approx(-0.04)
    assert found.error == pytest.approx(4.3026527 * 0.02 / math.sqrt(3.0))  # Student's t of two degrees
    assert IndexLossReading(0, 100, True, planted=planted(-1.0, 0.3)).deviation is None


def test_its_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(1000):
        shares = law_of_levels(-0.5) + 0.01 + 0.02 * rng.standard_normal(FIELDS)
        found = IndexLossReading(0, 100, True, planted=planted(-0.5, *shares)).deviation
        held += abs(found.value - 0.01) <= found.error
    assert abs(held - 950) < 4.0 * math.sqrt(1000 * 0.95 * 0.05)
