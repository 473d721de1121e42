"""The engine: one thread that owns the walkers, asked and answered without ever waiting."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from engines import DEADLINE, running
from toys import bowl

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats, Keys
from sim.commands import Advance, Pace, Reseed, Rewind, Run, Set, without_superseded
from sim.engine import Engine
from sim.kernel import gradient_kernel
from sim.measure import Measure, State
from sim.parameters import Parameter
from sim.snapshot import Snapshot

SMALL = Experiment(landscape="rastrigin", dim=5, walkers=6, seed=3)


def paused(snapshot: Snapshot) -> bool:
    return snapshot.phase == "paused"


def test_before_it_starts_it_shows_what_will_be_run() -> None:
    engine = Engine(SMALL, pace=10.0)
    first = engine.take()
    assert first
    assert (first.experiment, first.phase, first.step, first.pace) == (SMALL, "starting", 0, 10.0)
    assert engine.take() is None
    assert engine.stop()


def test_it_runs_and_measures_what_is_wanted() -> None:
    with running(SMALL) as engine:
        snapshot = engine.wait_for(
            lambda s: s.step > 50 and s.readings.keys() == {"loss", "outcomes"}, "loss", "outcomes"
        )
        assert snapshot.phase == "running"
        assert snapshot.traces.keys() == {"loss", "outcomes"}
        trace = snapshot.traces["loss"]
        assert 0 <= snapshot.step - trace.steps[-1] < trace.stride
        assert snapshot.readings["loss"].step == snapshot.step
        everything = engine.wait_for(lambda s: s.readings.keys() == set(MEASURES), *MEASURES)
        assert everything.steps_per_second > 0.0
        nothing = engine.wait_for(lambda s: not s.readings)
        assert nothing.traces == {}


def test_it_computes_what_the_simulation_computes() -> None:
    with running(SMALL) as engine:
        engine.wait_for(lambda s: s.step > 300)
        engine.send(Run(False))
        found = engine.wait_for(lambda s: paused(s) and "loss" in s.readings, "loss")
    expected = Simulation(SMALL)
    expected.advance(found.step)
    reading = expected.read("loss")
    assert found.readings["loss"] == reading.readings["loss"]
    np.testing.assert_array_equal(found.traces["loss"].rows, reading.traces["loss"].rows)


def test_a_snapshot_is_taken_once() -> None:
    with running(SMALL) as engine:
        engine.send(Run(False))
        engine.wait_for(paused)
        assert engine.take() is None


def test_paused_it_leaves_no_new_snapshots() -> None:
    with running(SMALL) as engine:
        engine.send(Run(False))
        still = engine.wait_for(lambda s: paused(s) and s.readings.keys() == set(MEASURES), *MEASURES)
        engine.wait_for_silence(*MEASURES)
        for _ in range(100):
            engine.want(MEASURES.names)
            assert engine.take() is None
            threading.Event().wait(0.002)
        engine.send(Advance())
        assert engine.wait_for(lambda s: s.step > still.step).step == still.step + 1


@gradient_kernel
def counting(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """A plane, which counts in its parameters how often it was called."""
    value[:] = 0.0
    gradient[:, :] = 0.0
    parameters[0] += 1.0


def test_nothing_is_pushed(register) -> None:
    """Thousands of steps, and nothing to take but what was said while building: nobody asked."""
    calls = np.zeros(1)
    register(LANDSCAPES, "plane", bowl(gradient=counting, pack=lambda dim, seed, settings: calls))
    with running(Experiment(landscape="plane", dim=1, walkers=1)) as engine:
        deadline = time.monotonic() + DEADLINE
        while calls[0] < 5000 and time.monotonic() < deadline:
            snapshot = engine.take()
            assert snapshot is None or (snapshot.step == 0 and not snapshot.readings)
            threading.Event().wait(0.002)
        assert calls[0] >= 5000
        assert engine.wait_for(lambda s: s.step > 0).phase == "running"


def test_steps_one_by_one() -> None:
    with running(SMALL) as engine:
        engine.send(Run(False))
        engine.send(Rewind())
        engine.wait_for(lambda s: s.step == 0 and paused(s))
        for step in range(1, 4):
            engine.send(Advance())
            snapshot = engine.wait_for(lambda s, step=step: s.step == step, "loss")
            assert snapshot.phase == "paused"
            assert len(snapshot.traces["loss"].steps) == step + 1
        engine.send(Advance(1000))
        engine.wait_for(lambda s: s.step == 1003)


def test_commands_in_their_order() -> None:
    with running(SMALL) as engine:
        for command in (
            Run(False),
            Set("walkers", 9),
            Advance(5),
            Set("lr", "0.001"),
            Advance(2),
            Reseed(8),
            Advance(4),
        ):
            engine.send(command)
        found = engine.wait_for(lambda s: s.step == 4 and s.experiment.seed == 8)
        assert found.experiment.walkers == 9
        assert found.experiment.hyper == {"lr": 0.001}
        engine.send(Rewind())
        engine.wait_for(lambda s: s.step == 0)


def test_a_live_change_keeps_the_walkers_and_a_rebuilding_one_begins_again() -> None:
    with running(SMALL) as engine:
        engine.send(Run(False))
        engine.send(Rewind())
        engine.send(Advance(10))
        engine.send(Set("lr", 0.002))
        live = engine.wait_for(lambda s: s.experiment.hyper == {"lr": 0.002})
        assert live.step == 10
        engine.send(Set("A", 3))
        assert engine.wait_for(lambda s: s.experiment.parameters == {"A": 3.0}).step == 10
        engine.send(Set("dim", "7"))
        again = engine.wait_for(lambda s: s.experiment.dim == 7)
        assert again.step == 0
        assert "again" in again.notice


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (Set("dim", "0"), "dim: 0 is out of range"),
        (Set("landscape", "rastrigan"), "did you mean 'rastrigin'"),
        (Set("lr", "nan"), "lr: nan is not a finite number"),
        (Set("zz", 1), "there is no 'zz'"),
        (Set("dim", "1e14"), "need"),
        (Reseed(-1), "seed: -1 is out of range"),
    ],
)
def test_a_mistake_is_refused_and_the_run_goes_on(command: Set | Reseed, message: str) -> None:
    with running(SMALL) as engine:
        before = engine.wait_for(lambda s: s.step > 0)
        engine.send(command)
        refused = engine.wait_for(lambda s: s.failed)
        assert message in refused.notice
        assert "\n" not in refused.notice
        assert refused.experiment == before.experiment
        assert engine.wait_for(lambda s: s.step > refused.step).phase == "running"
        engine.send(Set("lr", 1e-3))
        assert engine.wait_for(lambda s: s.experiment.hyper == {"lr": 1e-3}).failed is False


def test_an_experiment_that_does_not_fit_leaves_a_laboratory_to_work_in() -> None:
    with running(Experiment(landscape="rastrigin", dim=10**14)) as engine:
        refused = engine.wait_for(lambda s: s.phase == "stopped")
        assert re.search(r"\d+ PB needed", refused.notice)
        assert refused.failed
        engine.send(Run(True))
        assert engine.wait_for(lambda s: s.step > 0).experiment == Experiment()


def test_superseded_settings_are_left_out() -> None:
    a, b, c, d = Set("lr", 1.0), Set("lr", 2.0), Set("dim", 3), Set("lr", 4.0)
    assert without_superseded([]) == []
    assert without_superseded([a, b]) == [b]
    assert without_superseded([a, b, d]) == [d]
    assert without_superseded([a, c, b]) == [a, c, b]
    assert without_superseded([a, Rewind(), b]) == [a, Rewind(), b]
    assert without_superseded([Advance(), Advance()]) == [Advance(), Advance()]


def test_a_held_key_builds_one_landscape_and_not_ten(register) -> None:
    built: list[float] = []

    def pack(dim: int, seed: int, settings: dict[str, float]) -> np.ndarray:
        built.append(settings["depth"])
        return np.ones(dim)

    register(LANDSCAPES, "slow", bowl(pack=pack, parameters=(Parameter("depth", 0.0, "how deep"),)))
    engine = Engine(Experiment(landscape="slow", dim=2, walkers=2))
    for depth in range(1, 11):
        engine.send(Set("depth", depth))
    engine.start()
    deadline = time.monotonic() + DEADLINE
    while built[-1:] != [10.0] and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    assert engine.stop(DEADLINE)
    assert built == [0.0, 10.0]


class Slow:
    """A measure whose k-th reading takes until the k-th gate opens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sim.beside.QUICK_SECONDS", 0.0)  # however soon a gate opens, it counts as slow
        self.gates, self.begun = [threading.Event() for _ in range(3)], threading.Event()
        self.readings: list[int] = []
        self.measure = Measure(
            "Slow", "", lambda state: state.step, self.compute, ("step",), lambda r: (r.step,)
        )

    def compute(self, step: int) -> Snapshot:
        gate = self.gates[len(self.readings)]
        self.readings.append(step)
        self.begun.set()
        assert gate.wait(DEADLINE)
        return Snapshot(SMALL, step)

    def open(self) -> None:
        for gate in self.gates:
            gate.set()


@pytest.fixture
def slow(register, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    measure = Slow(monkeypatch)
    register(MEASURES, "slow", measure.measure)
    yield measure
    measure.open()


def test_a_slow_measure_carries_the_step_it_belongs_to(slow: Slow) -> None:
    with running(SMALL) as engine:
        engine.wait_for(lambda s: slow.begun.is_set(), "slow")
        meanwhile = engine.wait_for(lambda s: s.step > 1000, "slow", "loss")
        assert "slow" not in meanwhile.readings
        slow.gates[0].set()
        late = engine.wait_for(lambda s: "slow" in s.readings, "slow")
        assert late.readings["slow"].step == slow.readings[0] < meanwhile.step <= late.step
        assert late.traces["slow"].steps.tolist() == [slow.readings[0]]


def test_at_most_one_reading_of_a_kind_is_on_its_way(slow: Slow) -> None:
    with running(SMALL) as engine:
        engine.wait_for(lambda s: slow.begun.is_set(), "slow")
        engine.wait_for(lambda s: s.step > 10_000, "slow")
        assert len(slow.readings) == 1


def test_a_reading_from_before_a_rewind_is_never_shown_after_it(slow: Slow) -> None:
    with running(SMALL) as engine:
        engine.wait_for(lambda s: s.step > 100)
        engine.wait_for(lambda s: slow.begun.is_set(), "slow")
        for command in (Run(False), Rewind()):
            engine.send(command)
        engine.wait_for(lambda s: s.step == 0 and paused(s), "slow")
        slow.open()
        found = engine.wait_for(lambda s: "slow" in s.readings, "slow")
        assert found.readings["slow"].step == 0
        assert found.traces["slow"].steps.tolist() == [0]
        assert slow.readings[0] > 100


def test_a_measure_that_fails_is_a_message(register) -> None:
    def compute(state: int) -> object:
        raise MemoryError("too big to measure")

    failing = Measure("Failing", "fails", lambda state: state.step, compute, ("x",), lambda reading: (0.0,))
    register(MEASURES, "failing", failing)
    with running(SMALL) as engine:
        failed = engine.wait_for(lambda s: s.failed, "failing", "loss")
        assert "too big to measure" in failed.notice
        later = engine.wait_for(
            lambda s: s.step > failed.step + 100 and "loss" in s.readings, "failing", "loss"
        )
        assert later.phase == "running"


def test_a_pace_is_kept() -> None:
    """A step an hour is none in this test; then as many as the machine gives."""
    with running(SMALL, pace=1.0 / 3600.0) as engine:
        slow = engine.wait_for(lambda s: s.phase == "running")
        assert slow.step == 0
        assert slow.pace == 1.0 / 3600.0
        engine.send(Pace(None))
        assert engine.wait_for(lambda s: s.step > 200).pace is None
        engine.send(Pace(1.0 / 3600.0))
        step = engine.wait_for(lambda s: s.pace is not None).step
        engine.send(Advance())
        assert engine.wait_for(paused).step == step + 1


def test_progress_is_shown_while_it_builds(register) -> None:
    shown, go = threading.Event(), threading.Event()

    def pack(dim: int, seed: int, settings: object) -> np.ndarray:
        shown.set()
        assert go.wait(DEADLINE)
        return np.ones(dim)

    register(LANDSCAPES, "slow", bowl(pack=pack))
    with running(Experiment(landscape="slow", dim=2, walkers=2)) as engine:
        assert shown.wait(DEADLINE)
        snapshot = engine.take()
        assert snapshot
        assert snapshot.phase == "building"
        go.set()
        engine.wait_for(lambda s: s.phase == "running")


@pytest.mark.parametrize(
    "prepare",
    [lambda engine: None, lambda engine: engine.send(Run(False)), lambda engine: engine.send(Pace(1e-3))],
)
def test_it_stops_at_once_running_paused_or_waiting(prepare: Callable[[Engine], None]) -> None:
    engine = Engine(SMALL)
    engine.start()
    prepare(engine)
    assert engine.stop(DEADLINE)
    assert engine.stop()


def test_the_state_that_a_measure_sees_belongs_together(register) -> None:
    wrong: list[int] = []

    def collect(state: State) -> Snapshot:
        value, gradient = state.problem.value_and_gradient(state.positions)
        found = (state.value, state.gradient, state.gradient_norm)
        for mine, its in zip((value, gradient, np.linalg.norm(gradient, axis=1)), found, strict=True):
            if not np.allclose(mine, its):
                wrong.append(state.step)
        return Snapshot(SMALL, state.step)

    register(
        MEASURES, "check", Measure("Check", "", collect, lambda found: found, ("x",), lambda found: (0.0,))
    )
    with running(Experiment(dim=5, walkers=70)) as engine:
        for minimum in (0, 100, 1000):
            engine.wait_for(
                lambda s, m=minimum: "check" in s.readings and s.readings["check"].step > m, "check"
            )
        engine.send(Set("sigma", 2.0))
        engine.wait_for(lambda s: s.experiment.parameters == {"sigma": 2.0}, "check")
    assert wrong == []


FOR_EVER = """
import sys; sys.path[:0] = {path!r}
import threading, time
import numpy as np
from toys import bowl
from sim import LANDSCAPES, Experiment
from sim.engine import Engine
from sim.kernel import gradient_kernel

@gradient_kernel
def gradient(x, parameters, keys, step, value, gradient):
    value[:] = 0.0
    gradient[:, :] = 0.0
    if step > 0:
        parameters[0] = 1.0        # tells that it has begun
        while step > 0:            # for ever
            value[0] += 1.0

flag = np.zeros(1)
LANDSCAPES._loaded["ever"] = bowl(gradient=gradient, pack=lambda dim, seed, settings: flag)
LANDSCAPES.__dict__["names"] = (*LANDSCAPES.names, "ever")
engine = Engine(Experiment(landscape="ever", dim=1, walkers=1))
engine.start()
deadline = time.monotonic() + {deadline}
while flag[0] == 0.0 and time.monotonic() < deadline:
    threading.Event().wait(0.01)
print("inside" if flag[0] else "never", engine.stop(0.2))
"""


def test_a_kernel_that_loops_for_ever_keeps_nobody(tmp_path: Path) -> None:
    """`stop` gives up after its timeout, and the process ends although the thread is still in the kernel."""
    script = tmp_path / "for_ever.py"
    script.write_text(FOR_EVER.format(path=sys.path, deadline=DEADLINE))
    ended = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=2 * DEADLINE
    )
    assert ended.stdout.split() == ["inside", "False"]
    assert ended.stderr == ""
