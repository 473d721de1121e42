"""An exception inside a kernel reaches the person at the screen as a message, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from engines import running
from toys import bowl

from sim import LANDSCAPES, BadInput, Experiment, KernelFailure, Simulation
from sim.arrays import Floats, Keys
from sim.commands import Advance, Rewind, Run, Set
from sim.kernel import gradient_kernel
from sim.parameters import Parameter


@gradient_kernel
def trap(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """f(x) = ½|x|², with a trap at the step that the parameters name."""
    if step == parameters[0]:
        raise ValueError("stepped into the trap")
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            gradient[i, j] = x[i, j]
            total += 0.5 * x[i, j] * x[i, j]
        value[i] = total


@gradient_kernel
def wrong(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """No kernel may use what numba has no type for."""
    value[0] = "text".no_such_method()  # type: ignore[attr-defined]


def trap_at(step: int) -> object:
    return bowl(gradient=trap, pack=lambda dim, seed, settings: np.array([float(step)]))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_it_reaches_the_caller_and_only_beginning_anew_helps(register, workers: int) -> None:
    """Some walkers have moved further than others by then: going on would mislabel every step."""
    register(LANDSCAPES, "trap", trap_at(25))
    simulation = Simulation(Experiment(landscape="trap", dim=2, walkers=13), workers=workers)
    simulation.advance(4)
    whole = simulation.read("loss").traces["loss"]
    with pytest.raises(KernelFailure, match="stepped into the trap"):
        simulation.advance(50)
    assert (simulation.step, simulation.broken) == (4, True)
    assert simulation.read("loss").traces["loss"].rows.tolist() == whole.rows.tolist()
    with pytest.raises(KernelFailure, match="only rewinding"):
        simulation.advance(1)
    simulation.apply(Rewind())
    simulation.advance(4)
    assert simulation.read("loss").traces["loss"].rows.tolist() == whole.rows.tolist()


@pytest.mark.parametrize("change", [Set("landscape", "trap"), Set("depth", 0.0)])
def test_a_change_whose_first_gradient_fails_leaves_everything_as_it_was(register, change: Set) -> None:
    register(LANDSCAPES, "trap", trap_at(0))
    depth = Parameter("depth", 1e9, "where the trap is")
    deep = bowl(
        gradient=trap, parameters=(depth,), pack=lambda dim, seed, settings: np.array([settings["depth"]])
    )
    register(LANDSCAPES, "deep", deep)
    simulation = Simulation(Experiment(landscape="deep", dim=2, walkers=13))
    if change.name == "depth":
        change = Set("depth", 5.0)
    simulation.advance(5)
    before = simulation.read("loss"), simulation.positions()
    with pytest.raises(KernelFailure, match="stepped into the trap"):
        simulation.apply(change)
    after = simulation.read("loss"), simulation.positions()
    assert (simulation.step, simulation.broken, simulation.experiment.landscape) == (5, False, "deep")
    assert after[0].readings == before[0].readings
    assert after[0].traces["loss"].rows.tolist() == before[0].traces["loss"].rows.tolist()
    assert after[1].tolist() == before[1].tolist()
    simulation.advance(1)
    assert simulation.step == 6


def test_a_kernel_that_does_not_compile_is_a_message_and_the_keys_go_on_working(register) -> None:
    register(LANDSCAPES, "wrong", bowl(gradient=wrong))
    with pytest.raises(KernelFailure, match=r"wrong does not compile: .+"):
        Simulation(Experiment(landscape="wrong", dim=2, walkers=3))
    with running(Experiment(landscape="rastrigin", dim=2, walkers=3), pace=None) as engine:
        engine.send(Set("landscape", "wrong"))
        refused = engine.wait_for(lambda snapshot: snapshot.failed)
        assert "does not compile" in refused.notice
        assert refused.notice.isprintable()
        assert refused.experiment.landscape == "rastrigin"
        step = refused.step
        engine.wait_for(lambda snapshot: snapshot.step > step)


def test_the_message_says_which_kernel_and_when(register) -> None:
    register(LANDSCAPES, "trap", trap_at(3))
    simulation = Simulation(Experiment(landscape="trap", dim=2, walkers=3))
    with pytest.raises(KernelFailure) as failure:
        simulation.advance(10)
    assert str(failure.value) == "a kernel stopped at step 0: stepped into the trap"
    assert isinstance(failure.value.__cause__, ValueError)


def test_the_engine_says_it_stops_and_still_answers(register) -> None:
    register(LANDSCAPES, "trap", trap_at(20_000))
    with running(Experiment(landscape="trap", dim=2, walkers=3), pace=None) as engine:
        failed = engine.wait_for(lambda snapshot: snapshot.failed and snapshot.phase == "stopped")
        assert "stepped into the trap" in failed.notice
        assert failed.step < 20_000

        engine.send(Rewind())
        back = engine.wait_for(lambda snapshot: snapshot.step == 0 and not snapshot.failed, "loss")
        assert "rewound" in back.notice
        assert len(back.traces["loss"].steps) == 1

        engine.send(Advance(7))
        assert engine.wait_for(lambda snapshot: snapshot.step == 7, "loss").phase == "paused"

        engine.send(Set("landscape", "rastrigin"))
        engine.send(Run(True))
        assert (
            engine.wait_for(lambda s: s.phase == "running" and s.step > 0).experiment.landscape == "rastrigin"
        )


def test_a_landscape_that_fails_at_once_leaves_a_laboratory_to_work_in(register) -> None:
    register(LANDSCAPES, "trap", trap_at(0))
    with pytest.raises(KernelFailure, match="at step 0: stepped into the trap"):
        Simulation(Experiment(landscape="trap", dim=2, walkers=3))
    with running(Experiment(landscape="trap", dim=2, walkers=3)) as engine:
        failed = engine.wait_for(lambda snapshot: snapshot.phase == "stopped")
        assert failed.failed
        assert "stepped into the trap" in failed.notice
        engine.send(Run(True))
        assert engine.wait_for(lambda s: s.phase == "running" and s.step > 10).experiment == Experiment()


def pack(dim: int, seed: int, settings: Mapping[str, float]) -> Floats:
    """A landscape that cannot be built with 13 of anything."""
    if 13 in (seed, settings["depth"]):
        raise MemoryError("no room for 13")
    return np.array([-1.0])


REFUSED = [
    Set("seed", 13),
    Set("depth", 13),
    Set("dim", 0),
    Set("landscape", "trpa"),
    Set("lr", "nan"),
    Set("lr", 0),
    Set("depth", -1),
    Set("depht", 1),
]


@pytest.mark.parametrize("command", REFUSED, ids=str)
def test_a_change_that_is_refused_changes_nothing(register, command: Set) -> None:
    depth = Parameter("depth", 1.0, "how deep the trap is", low=0.0)
    register(LANDSCAPES, "trap", bowl(gradient=trap, pack=pack, parameters=(depth,)))
    simulation = Simulation(
        Experiment(landscape="trap", dim=2, walkers=6, optimizer="momentum", hyper={"lr": 0.1})
    )
    simulation.advance(3)
    before = simulation.experiment, simulation.step, simulation.epoch, simulation.version, simulation.problem
    positions = simulation.positions()
    with pytest.raises((BadInput, MemoryError)):
        simulation.apply(command)
    after = simulation.experiment, simulation.step, simulation.epoch, simulation.version, simulation.problem
    assert after == before
    np.testing.assert_array_equal(simulation.positions(), positions)
    simulation.advance(2)
    expected = Simulation(before[0])
    expected.advance(5)
    np.testing.assert_array_equal(simulation.positions(), expected.positions())


def test_after_an_interruption_only_beginning_anew_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C in the middle of a step: some walkers may have moved, and others not."""
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4))
    run = simulation._pool.run

    def interrupted(tasks: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulation._pool, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        simulation.advance(5)
    monkeypatch.setattr(simulation._pool, "run", run)
    with pytest.raises(KernelFailure, match="only rewinding"):
        simulation.advance(1)
    simulation.apply(Rewind())
    simulation.advance(5)
    assert simulation.step == 5
