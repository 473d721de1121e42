"""Readings that are computed beside the engine belong to the walkers that they were taken from."""

from __future__ import annotations

import os
import queue
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from sim import MEASURES, Cohort, Experiment, Simulation
from sim.beside import Beside
from sim.commands import RemoveCohort, Rewind

THREE = Experiment(landscape="rastrigin", dim=3, walkers=4, more_cohorts=(Cohort("adam"), Cohort("momentum")))


class Slow:
    """The signs, whose computation waits until it is let go, and says when it has begun."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.taken: list[object] = []
        original = MEASURES["signs"]

        def compute(inputs):
            self.begun.release()
            assert self.go.acquire(timeout=30)
            self.taken.append(inputs)
            return original.compute(inputs)

        self.measure = replace(original, compute=compute)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    found = Slow()
    monkeypatch.setitem(MEASURES._loaded, "signs", found.measure)
    return found


def read_until_there(beside: Beside, simulation: Simulation, chosen: int) -> object:
    """The reading of the chosen cohort, once it has come."""
    limit = threading.Event()
    for _ in range(3000):
        found = beside.read(simulation, ["signs"], chosen)[chosen]
        if "signs" in found:
            return found["signs"]
        limit.wait(0.01)
    raise AssertionError("no reading came")


def test_a_reading_in_flight_follows_its_cohort_when_another_is_removed(slow: Slow) -> None:
    simulation, beside = Simulation(THREE), Beside()
    simulation.advance(7)
    expected = Simulation(THREE)
    expected.advance(7)
    beside.read(simulation, ["signs"], 1)
    assert slow.begun.acquire(timeout=30)
    simulation.apply(RemoveCohort(0))
    assert simulation.experiment.labels == ("adam", "momentum")
    assert beside.read(simulation, ["signs"], 1) == [{}, {}]  # momentum's own is asked for now
    for _ in range(20):
        slow.go.release()
    found = read_until_there(beside, simulation, 1)
    counts = [view.readings["signs"] for view in expected.read("signs").cohorts]
    assert simulation.traces(["signs"], 0)["signs"].rows[0, 0] == counts[1].focus.negative
    assert found.focus == counts[2].focus


def test_a_reading_in_flight_is_dropped_when_its_walkers_begin_again(slow: Slow) -> None:
    simulation, beside = Simulation(THREE), Beside()
    simulation.advance(7)
    beside.read(simulation, ["signs"], 0)
    assert slow.begun.acquire(timeout=30)
    simulation.apply(Rewind())
    for _ in range(20):
        slow.go.release()
    assert read_until_there(beside, simulation, 0).step == 0
    assert simulation.traces(["signs"], 0)["signs"].steps.tolist() == [0]


def test_readings_of_walkers_that_are_gone_are_not_computed(slow: Slow) -> None:
    """A held key rewinds many times while one reading is computed: one more is, not one for each."""
    simulation, beside = Simulation(THREE), Beside()
    beside.read(simulation, ["signs"], 0)
    assert slow.begun.acquire(timeout=30)
    for _ in range(10):
        simulation.apply(Rewind())
        beside.read(simulation, ["signs"], 0)
    for _ in range(20):
        slow.go.release()
    read_until_there(beside, simulation, 0)
    assert len(slow.taken) == 2


def test_what_takes_little_does_not_wait_for_what_is_costly(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MEASURES._loaded, "signs", replace(slow.measure, work=lambda inputs: 1e9))
    simulation, beside, pause = Simulation(THREE), Beside(), threading.Event()
    assert beside.read(simulation, ["signs"], 0) == [{}, {}, {}]
    assert slow.begun.acquire(timeout=30)
    for _ in range(3000):
        if "travel" in (found := beside.read(simulation, ["signs", "travel"], 0)[0]):
            break
        pause.wait(0.01)
    assert set(found) == {"travel"}
    slow.go.release()
    read_until_there(beside, simulation, 0)


def test_a_slow_measure_rests_while_walkers_move_and_only_then(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.beside.QUICK_SECONDS", 0.0)  # whatever it takes is slow
    monkeypatch.setattr("sim.beside.REST", 1e9)
    simulation, beside = Simulation(THREE), Beside()
    for _ in range(20):
        slow.go.release()
    read_until_there(beside, simulation, 0)
    simulation.advance(1)
    beside.read(simulation, ["signs"], 0)
    assert not beside._busy, "it rests"
    beside.read(simulation, ["signs"], 0, moving=False)
    assert beside._busy


def test_what_is_no_longer_wanted_is_left_and_can_be_wanted_again(slow: Slow) -> None:
    """Who turns to another page does not wait for what the last one wanted."""
    simulation, beside = Simulation(THREE), Beside()
    beside.read(simulation, ["signs"], 0)
    assert slow.begun.acquire(timeout=30)
    beside.read(simulation, ["signs"], 1)  # waits for its turn
    beside.read(simulation, [], 2)
    slow.go.release()
    assert not slow.begun.acquire(timeout=0.2), "nobody wants the second"
    for _ in range(20):
        slow.go.release()
    assert read_until_there(beside, simulation, 1)


def test_at_the_end_what_waits_for_its_turn_is_left_and_the_thread_ends(slow: Slow) -> None:
    simulation, beside = Simulation(THREE), Beside()
    simulation.advance(1)
    before = set(threading.enumerate())
    beside.read(simulation, ["signs"], 0)
    assert slow.begun.acquire(timeout=30)
    beside.read(simulation, ["signs"], 1)
    (thread,) = set(threading.enumerate()) - before
    beside.close()
    for _ in range(20):
        slow.go.release()
    thread.join(30)
    assert not thread.is_alive()
    assert len(slow.taken) == 1


def test_what_is_sliced_is_computed_beside_the_engine_and_waits_for_nothing_costly(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    sliced = MEASURES["map-coordinates"]

    def compute(look):
        threads.append(threading.current_thread().name)
        return sliced.compute(look)

    monkeypatch.setitem(MEASURES._loaded, "map-coordinates", replace(sliced, compute=compute))
    monkeypatch.setitem(MEASURES._loaded, "signs", replace(slow.measure, work=lambda inputs: 1e9))
    simulation, beside = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=4)), Beside()
    limit = threading.Event()
    beside.read(simulation, ["signs"])
    assert slow.begun.acquire(timeout=30)
    for _ in range(3000):
        found = beside.read(simulation, ["signs", "map-coordinates"])[0]
        if "map-coordinates" in found and not found["map-coordinates"].goes_on:
            break
        limit.wait(0.005)
    simulation.advance(3)
    for _ in range(3000):
        found = beside.read(simulation, ["signs", "map-coordinates"])[0]
        if found["map-coordinates"].step == 3:
            break
        limit.wait(0.005)
    assert found["map-coordinates"].step == 3 and "signs" not in found
    assert set(threads) == {"measures"}
    for _ in range(20):
        slow.go.release()


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_threads_step_back_only_where_that_is_theirs_alone(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    """Elsewhere the number of a thread may be that of somebody's process."""
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr("sim.beside.sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(os, "setpriority", lambda *of: asked.append(of))
    ended: queue.SimpleQueue[None] = queue.SimpleQueue()
    ended.put(None)
    Beside()._work(ended)
    assert len(asked) == (platform == "linux")
