"""The clock, on a time of its own: chunks that suit the machine, paces kept, speeds that are true."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import sim.clock
from sim.clock import CHUNK_SECONDS, LATE_SECONDS, Clock


class Time:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    fake = Time()
    monkeypatch.setattr(sim.clock, "time", SimpleNamespace(perf_counter=fake.perf_counter))
    return fake


def run(clock: Clock, time: Time, seconds: float, step: int = 0, cost: float = 1e-5) -> int:
    """What the engine does for so long: wait, ask, step, tell; a step takes `cost` seconds."""
    end = time.now + seconds
    while time.now < end:
        time.now += min(clock.wait(step), end - time.now)
        steps = clock.due(step)
        time.now += cost * steps + 1e-6
        step += steps
        clock.took(steps, cost * steps, step)
    return step


@pytest.mark.parametrize("cost", [1e-7, 1e-5, 1e-3, 0.1])
def test_without_a_pace_chunks_grow_to_what_the_machine_does_in_their_time(time: Time, cost: float) -> None:
    clock = Clock()
    step = run(clock, time, 5.0, cost=cost)
    assert clock.wait(step) == 0.0
    assert clock.due(step) == pytest.approx(max(1, CHUNK_SECONDS / cost), rel=0.1, abs=1)
    assert clock.speed() == pytest.approx(1.0 / cost, rel=0.05)


def test_the_first_chunk_is_one_step_and_none_is_twice_the_last(time: Time) -> None:
    clock, chunks, step = Clock(), [], 0
    for _ in range(12):
        chunks.append(clock.due(step))
        step += chunks[-1]
        time.now += 1e-6 * chunks[-1]
        clock.took(chunks[-1], 1e-6 * chunks[-1], step)
    assert chunks == [2**k for k in range(12)]


def test_a_chunk_that_took_too_long_is_cut_at_once(time: Time) -> None:
    clock = Clock()
    run(clock, time, 1.0, cost=1e-6)
    assert clock.due(0) > 10_000
    clock.took(10_000, 10.0, 10_000)
    assert clock.due(10_000) <= 15


@pytest.mark.parametrize("pace", [1.0, 7.0, 30.0, 60.0, 1000.0, 20_000.0])
def test_a_pace_is_kept_to_a_chunk(time: Time, pace: float) -> None:
    clock = Clock(pace)
    step = run(clock, time, 10.0, cost=1e-6)
    assert abs(step - 10.0 * pace) <= 1.0 + 2.0 * CHUNK_SECONDS * pace
    assert clock.speed() == pytest.approx(pace, rel=0.05)


def test_a_slow_pace_waits_for_its_step_and_takes_one(time: Time) -> None:
    clock = Clock(2.0)
    assert clock.wait(0) == pytest.approx(0.5)
    assert clock.due(0) == 0
    time.now += 0.5
    assert clock.wait(0) == 0.0
    assert clock.due(0) == 1


def test_a_run_that_fell_behind_does_not_hurry_after(time: Time) -> None:
    """The laptop slept for an hour: one step, not 3600 × 100."""
    clock = Clock(100.0)
    run(clock, time, 1.0, cost=1e-6)
    time.now += 3600.0
    assert clock.due(100) == 1
    assert clock.due(101) <= 1


def test_a_little_lateness_is_caught_up(time: Time) -> None:
    clock = Clock(100.0)
    step = run(clock, time, 1.0, cost=1e-6)
    time.now += 0.5 * LATE_SECONDS
    assert abs(run(clock, time, 0.5, step, cost=1e-6) - 100 * (1.5 + 0.5 * LATE_SECONDS)) <= 5


def test_another_pace_counts_from_now(time: Time) -> None:
    clock = Clock(10.0)
    step = run(clock, time, 3.0)
    clock.aim(1.0, step)
    assert clock.due(step) == 0
    assert clock.wait(step) == pytest.approx(1.0)
    clock.aim(None, step)
    assert clock.due(step) >= 1


def test_after_a_restart_the_speed_is_measured_anew(time: Time) -> None:
    clock = Clock()
    run(clock, time, 2.0, cost=1e-4)
    clock.restart(0)
    assert clock.speed() == 0.0
    step = run(clock, time, 0.1, cost=1e-3)
    assert clock.speed() == pytest.approx(1000.0, rel=0.05)
    assert step > 0


def test_what_a_step_costs_is_learnt_anew_with_another_experiment(time: Time) -> None:
    """Else a chunk of 150 000 cheap steps is taken on a landscape where they last for minutes."""
    clock = Clock()
    step = run(clock, time, 5.0, cost=1e-7)
    assert clock.due(step) > 10_000
    clock.restart(0)
    assert clock.due(0) == 1


def test_catching_up_keeps_what_was_learnt(time: Time) -> None:
    clock = Clock(pace=1e6)
    step = run(clock, time, 5.0, cost=1e-5)
    assert clock.speed() == pytest.approx(1e5, rel=0.2)
    assert step > 0
