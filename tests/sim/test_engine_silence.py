"""A kernel that does not come back: people are told, and beginning anew leaves its thread behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from engines import DEADLINE, running

from sim import Experiment, Simulation
from sim.commands import Become, Command, Pace, Rewind, Run, Set
from sim.snapshot import Snapshot
from sim.trail import Trail

LOOPS = "rosenbrock"
"""The landscape whose kernels do not come back in these tests."""

QUIET = Experiment(landscape="rastrigin", dim=3, walkers=5)


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Until this event, what `Simulation` does on `LOOPS` takes for ever."""
    monkeypatch.setattr("sim.engine.SILENCE", 0.5)
    release, advance, build = threading.Event(), Simulation.advance, Simulation._build

    def stuck_advance(self: Simulation, steps: int) -> None:
        if self.experiment.landscape == LOOPS and self.experiment.dim == 3:
            release.wait()
        advance(self, steps)

    def stuck_build(self: Simulation, experiment: Experiment, *rest: object) -> None:
        if experiment.landscape == LOOPS and experiment.dim == 4:
            release.wait()
        if experiment.landscape == LOOPS and experiment.dim == 5:
            self._on_progress("compiling 1 of 5")
            release.wait()
        build(self, experiment, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Simulation, "advance", stuck_advance)
    monkeypatch.setattr(Simulation, "_build", stuck_build)
    yield release
    release.set()


def no_answer(snapshot: Snapshot) -> bool:
    return snapshot.phase == "no answer"


def moving(landscape: str) -> object:
    return lambda s: s.phase == "running" and s.step > 3 and s.experiment.landscape == landscape


def test_a_phase_that_is_known_to_be_long_is_no_silence(released: threading.Event) -> None:
    with running(QUIET.with_value("dim", 5)) as engine:
        engine.wait_for(moving("rastrigin"), "loss")
        engine.send(Set("landscape", LOOPS))
        engine.wait_for(lambda s: s.phase == "compiling 1 of 5", "loss")
        assert engine._runner.silent_seconds == 0.0
        assert engine._runner._at_work_since > time.monotonic() + 30.0
        released.set()
        engine.wait_for(moving(LOOPS), "loss")


def test_rewinding_goes_back_to_the_experiment_before(released: threading.Event) -> None:
    with running(QUIET) as engine:
        engine.wait_for(moving("rastrigin"), "loss")
        engine.send(Set("landscape", LOOPS))
        told = engine.wait_for(no_answer, "loss")
        assert told.failed
        assert told.notice.startswith("no answer for ")
        assert told.notice.endswith(" s; `rewind` goes back to rastrigin, d = 3")
        engine.send(Set("lr", 0.5))  # nobody is there to obey, and nobody will
        engine.send(Rewind())
        back = engine.wait_for(moving("rastrigin"), "loss")
        assert (back.failed, back.experiment, back.answered) == (False, QUIET, 3)
        assert back.notice == "given up what did not answer; while it goes on, it keeps its cores"
        engine.send(Set("lr", 1e-4))
        assert engine.wait_for(lambda s: s.answered == 4).experiment.hyper == {"lr": 1e-4}


@pytest.mark.parametrize(
    "command", [Set("landscape", "quadratic"), Become(QUIET.with_value("landscape", "quadratic"))]
)
def test_another_landscape_starts_from_the_experiment_before(
    released: threading.Event, command: Command
) -> None:
    with running(QUIET) as engine:
        engine.wait_for(moving("rastrigin"))
        engine.send(Set("landscape", LOOPS))
        engine.wait_for(no_answer)
        engine.send(command)
        there = engine.wait_for(moving("quadratic"))
        assert (there.experiment.dim, there.experiment.walkers) == (3, 5)


def test_a_change_that_never_ends_goes_back_to_what_was_changed(released: threading.Event) -> None:
    two = Experiment(landscape=LOOPS, dim=2, walkers=5)
    with running(two) as engine:
        engine.wait_for(moving(LOOPS))
        engine.send(Set("dim", 4))
        assert engine.wait_for(no_answer).notice.endswith(f"`rewind` goes back to {LOOPS}, d = 2")
        engine.send(Rewind())
        assert engine.wait_for(moving(LOOPS)).experiment == two


def test_what_changes_nothing_is_no_experiment_before(released: threading.Event) -> None:
    with running(QUIET) as engine:
        engine.send(Run(False))
        engine.send(Set("landscape", LOOPS))
        for command in (Rewind(), Pace(100.0), Set("dim", 3), Set("no-such-name", 3)):
            engine.send(command)
        engine.wait_for(lambda snapshot: snapshot.answered == 6)
        engine.send(Run(True))
        assert engine.wait_for(no_answer).notice.endswith("`rewind` goes back to rastrigin, d = 3")
        released.set()


def test_who_waits_is_not_silent() -> None:
    with running(QUIET) as engine:
        engine.send(Run(False))
        engine.wait_for(lambda snapshot: snapshot.phase == "paused")
        deadline = time.monotonic() + DEADLINE
        while engine._runner.silent_seconds > 0.0:  # nobody asks for anything any more
            assert time.monotonic() < deadline


@pytest.mark.parametrize("dim", [3, 4], ids=["at-the-first-step", "while-it-is-built"])
def test_an_experiment_that_never_moved_goes_back_to_the_default(released: threading.Event, dim: int) -> None:
    with running(Experiment(landscape=LOOPS, dim=dim)) as engine:
        engine.wait_for(no_answer)
        engine.send(Rewind())
        assert engine.wait_for(moving(Experiment().landscape)).experiment == Experiment()


def test_what_only_took_long_goes_on_as_if_nothing_had_been(released: threading.Event) -> None:
    with running(QUIET) as engine:
        engine.send(Set("landscape", LOOPS))
        engine.wait_for(no_answer)
        released.set()
        there = engine.wait_for(moving(LOOPS))
        assert (there.failed, there.answered) == (False, 1)


@pytest.mark.parametrize("command", [Rewind(), Set("lr", 0.1)], ids=["rewind", "lr"])
def test_a_thread_that_answers_is_kept(command: Command) -> None:
    with running(QUIET) as engine:
        engine.wait_for(moving("rastrigin"))
        before = engine._runner
        engine.send(command)
        engine.wait_for(lambda snapshot: snapshot.answered == 1)
        assert engine._runner is before


def test_ending_does_not_wait_for_it(released: threading.Event) -> None:
    with running(QUIET) as engine:
        engine.send(Set("landscape", LOOPS))
        engine.wait_for(no_answer)
        assert not engine.stop(0.0)
        released.set()


def test_a_way_back_that_gives_no_answer_is_kept_for_another_time(released: threading.Event) -> None:
    trail = Trail(Experiment(landscape=LOOPS, dim=3, walkers=5), (), 50)
    with running(trail.begun, trail=trail) as engine:
        engine.wait_for(no_answer, "loss")
        engine.send(Rewind())
        engine.wait_for(moving("gaussian-field"), "loss")
        assert engine.ahead is trail
        released.set()
