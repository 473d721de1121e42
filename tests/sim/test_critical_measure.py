"""Critical points as they are read from a simulation: once for a landscape, and on from there."""

from __future__ import annotations

import gc
import math
import threading
import weakref
from dataclasses import replace

import numpy as np
import pytest

from sim import LANDSCAPES, MEASURES, Experiment, Simulation, census, hunt
from sim.beside import Beside
from sim.commands import Rewind, Set
from sim.critical import search
from sim.critical.expected import expected
from sim.critical.torus import CensusTaker
from sim.critical.waves import is_torus
from sim.measures.critical_points import CriticalPointsReading

TORUS = Experiment(dim=2, walkers=4, seed=8, parameters={"period": 5.0})
PLANE = Experiment(landscape="rastrigin", dim=2, walkers=4, seed=8)


@pytest.fixture(autouse=True)
def nothing_searched_yet() -> None:
    search._searches.clear()


def read(simulation: Simulation, work: float = math.inf) -> CriticalPointsReading:
    reading = simulation.read("critical-points", work=work).readings["critical-points"]
    assert isinstance(reading, CriticalPointsReading)
    return reading


def test_a_census_is_read_with_what_theory_expects() -> None:
    simulation = Simulation(TORUS)
    reading, known = read(simulation), census(simulation.problem)
    assert reading.census and reading.complete and reading.ended
    assert (reading.morse_sum, reading.missed, reading.flat, reading.outside) == (0, 0.0, 0, 0)
    assert reading.counts == tuple(known.points.counts)
    np.testing.assert_allclose(np.sort(reading.values), np.sort(known.points.values), atol=1e-9)
    assert reading.expected is not None
    assert reading.expected.total == pytest.approx(25.0 * 2.0 / (math.sqrt(3.0) * math.pi))


def test_a_second_look_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(TORUS)
    first = read(simulation)
    monkeypatch.setattr(CensusTaker, "_some", None)
    simulation.advance(3)
    again = read(simulation)
    assert (again.step, again.starts) == (3, first.starts)
    simulation.apply(Rewind())
    assert read(Simulation(TORUS)).counts == read(simulation).counts == first.counts


def test_another_landscape_has_a_census_of_its_own() -> None:
    simulation = Simulation(TORUS)
    before = read(simulation)
    simulation.apply(Set("seed", 9))
    after = read(simulation)
    assert after.complete and not np.array_equal(before.values, after.values)
    simulation.apply(Set("seed", 8))
    np.testing.assert_array_equal(read(simulation).values, before.values)


def test_where_the_formula_does_not_hold_nothing_is_expected() -> None:
    few = {"period": 5.0, "M": 31.0}
    for parameters in ({"period": 2.0}, {"period": 7.9, "length_scale": 2.0}, few):
        problem = LANDSCAPES["gaussian-field"].build(2, **parameters)
        assert is_torus(problem) and expected(problem, 2) is None
    assert expected(LANDSCAPES["gaussian-field"].build(2, **few), 1) is not None


@pytest.mark.parametrize("lengths", [4.0, 5.0, 8.0])
def test_a_torus_with_a_law_is_large_enough_for_it(lengths: float) -> None:
    turns = math.tau / lengths * np.arange(1, 100)
    power = np.exp(-0.5 * turns**2)
    by_rice = lengths / math.pi * math.sqrt(np.sum(power * turns**4) / np.sum(power * turns**2))
    law = expected(LANDSCAPES["gaussian-field"].build(1, period=3.0 * lengths, length_scale=3.0), 1)
    assert law is not None and law.total == pytest.approx(by_rice, rel=0.023 if lengths < 5.0 else 7e-4)


def test_of_large_landscapes_one_alone_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(PLANE)
    first = weakref.ref(simulation.problem)
    monkeypatch.setattr(search, "KEPT_BYTES", 8.0 * len(simulation.problem.parameters))
    for seed in (8, 9, 10):
        simulation.apply(Set("seed", seed))
        read(simulation, work=1e5)
    gc.collect()
    assert first() is None and len(search._searches) == 2


def test_a_census_of_the_slice_that_is_open() -> None:
    simulation = Simulation(replace_dim(TORUS, 6, active=2))
    reading = read(simulation)
    assert reading.complete and reading.directions == 2
    known = census(simulation.problem, 2, simulation.positions()[0])
    np.testing.assert_allclose(np.sort(reading.values), np.sort(known.points.values), atol=1e-9)


def replace_dim(experiment: Experiment, dim: int, active: int | None = None) -> Experiment:
    return Experiment(
        dim=dim, active_dim=active, walkers=4, seed=experiment.seed, parameters=experiment.parameters
    )


def test_a_census_goes_on_from_reading_to_reading() -> None:
    simulation = Simulation(TORUS)
    starts: list[int] = []
    for _ in range(100):
        reading = read(simulation, work=3e6)
        starts.append(reading.starts)
        if reading.ended:
            break
        assert not reading.complete
    assert reading.complete and len(starts) > 3
    assert starts == sorted(set(starts))


def test_a_hunt_gathers_more_with_every_reading() -> None:
    simulation = Simulation(PLANE)
    first = read(simulation, work=1e5)
    assert not first.census and not first.complete and first.morse_sum is None and first.expected is None
    simulation.advance(1)
    second = read(simulation, work=1e5)
    assert second.starts > first.starts and len(second.values) >= len(first.values)
    np.testing.assert_array_equal(second.values[: len(first.values)], first.values)
    last = read(simulation)
    assert last.ended and last.starts >= search.MOST_STARTS
    assert read(simulation).starts == last.starts
    assert sum(last.counts) == len(last.values) > 400


def test_walkers_are_sent_out_where_they_stand() -> None:
    simulation = Simulation(PLANE)
    there = np.tile([0.0, 0.5], (4, 1))
    simulation.place(there)
    measure = MEASURES["critical-points"]
    inputs = measure.collect(simulation.state(0, 1e5))
    np.testing.assert_array_equal(inputs.walkers, there)
    reading = measure.reading(inputs)
    assert reading.values[0] == pytest.approx(hunt(simulation.problem, there[0]).values[0], abs=1e-12)


def test_walkers_that_are_lost_are_left_out() -> None:
    simulation = Simulation(PLANE)
    positions = simulation.positions()
    positions[1], positions[2] = np.nan, np.inf
    simulation.place(positions)
    inputs = MEASURES["critical-points"].collect(simulation.state(0, 1e5))
    np.testing.assert_array_equal(inputs.walkers, positions[[0, 3]])


def test_a_reading_copies_few_numbers() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=100_000, walkers=8))
    inputs = MEASURES["critical-points"].collect(simulation.state(0, 1e5))
    assert inputs.walkers.size <= 1 << 18 and inputs.x.size == 0


def test_too_many_coordinates_are_said_to_be_and_not_copied() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=100_001, walkers=1))
    measure = MEASURES["critical-points"]
    inputs = measure.collect(simulation.state(0, 1e5))
    assert inputs.walkers.size == inputs.x.size == 0
    assert measure.reading(inputs).reason == "100001 coordinates are too many"


def test_a_slice_that_nobody_stands_on_says_so() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, active_dim=2, walkers=2))
    simulation.place(np.full((2, 3), np.nan))
    reading = read(simulation, work=1e6)
    assert "diverged" in reading.reason
    assert reading.ended and not len(reading.values)


def test_only_a_few_searches_are_kept() -> None:
    for seed in range(search.KEPT + 3):
        read(Simulation(Experiment(landscape="rastrigin", dim=1, walkers=1, seed=seed)), work=1e4)
    assert len(search._searches) == search.KEPT


def test_it_is_read_where_it_is_asked_for_alone() -> None:
    assert "critical-points" not in Simulation(PLANE).read().readings


def test_a_screen_asks_again_until_it_is_finished_though_nobody_moves() -> None:
    simulation, beside = Simulation(TORUS), Beside()
    original, limit, taken = MEASURES["critical-points"], threading.Event(), []

    def a_little(inputs):
        taken.append(inputs)
        return original.compute(replace(inputs, work=1e7))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MEASURES._loaded, "critical-points", replace(original, compute=a_little))
        for _ in range(3000):
            found = beside.read(simulation, ["critical-points"])[0].get("critical-points")
            if found and found.ended:
                break
            limit.wait(0.01)
        count = len(taken)
        for _ in range(5):
            beside.read(simulation, ["critical-points"])
            limit.wait(0.01)
        beside.close()
    assert found is not None and found.complete
    assert len(taken) == count > 3, "and not once more"
