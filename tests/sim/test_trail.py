"""Walkers are led back to where they were: to the same bits, along whatever was changed on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from engines import running

from sim import BadInput, Cohort, Experiment, Simulation
from sim.beside import Beside
from sim.commands import AddCohort, Advance, Become, Command, Graft, RemoveCohort, Reseed, Rewind, Run, Set
from sim.runner import OTHER, SAME
from sim.trail import Trail
from sim.way_back import WayBack

FIELD = Experiment(dim=6, walkers=5, seed=3, optimizer="adam", parameters={"M": 64.0})
NOISY = Experiment(
    landscape="rastrigin", dim=7, walkers=5, optimizer="langevin", more_cohorts=(Cohort("null"), Cohort("gd"))
)
STUDENTS = Experiment(
    landscape="relu-teacher", walkers=3, optimizer="momentum", parameters={"neurons": 3.0, "teacher": 3.0}
)
SPINS = Experiment(landscape="spin-glass", dim=9, walkers=40)

JOURNEYS: dict[str, tuple[Experiment, list[int | Command]]] = {
    "nothing": (FIELD, []),
    "steps": (FIELD, [40]),
    "a rate and a rewind": (FIELD, [9, Set("lr", 0.3), 8, Rewind(), 7, Set("lr", 0.1), 6]),
    "the dial": (
        FIELD,
        [9, Set("active_dim", 2), 8, Set("active_dim", 4), Set("active_dim", 3), 8, Set("active_dim", "all")],
    ),
    "the landscape": (FIELD, [9, Set("sigma", 2.0), 8, Set("mu", 0.5), 1, Set("length_scale", 1.5), 5]),
    "a landscape that is changed, and begun anew": (FIELD, [9, Set("sigma", 2.0), 3, Rewind(), 5]),
    "cohorts": (NOISY, [9, Set("lr", 1e-4, 2), 5, RemoveCohort(2), 3, Set("temperature", 2.0), 4]),
    "cohorts that begin together": (
        NOISY,
        [9, AddCohort(Cohort("lion")), 5, Set("schedule", "cosine", 3), 5],
    ),
    "another seed": (NOISY, [9, Set("A", 3.0), 3, Reseed(8), 5, Set("A", 5.0), 2]),
    "grafts": (STUDENTS, [9, Graft(1), 8, Set("lr", 0.01), 3, Graft(2), 4]),
    "grafts that go": (STUDENTS, [9, Graft(1), 8, Rewind(), 3, Graft(1), 4]),
    "another experiment": (
        FIELD,
        [3, Become(FIELD.with_value("lr", 0.1)), 2, Become(FIELD), 4, Become(NOISY), 5],
    ),
    "held keys": (
        NOISY,
        [
            9,
            Set("lr", 1e-4, 2),
            Set("lr", 2e-4, 2),
            Set("A", 3.0),
            Set("A", 4.0),
            5,
            Set("A", 5.0),
            Set("A", 4.0),
            3,
        ],
    ),
    "the dial, there and back": (
        FIELD,
        [9, Set("active_dim", 2), Set("active_dim", "all"), 5, Set("active_dim", 4), Set("active_dim", 2), 4],
    ),
    "giants": (FIELD, [3, Set("giant_dim", 1e9), 2]),
    "a surface": (SPINS, [50, *(Set("p", p) for p in (4, 3, 4, 3, 4)), 20, Set("p", 3), Set("p", 4), 5]),
}


def led(experiment: Experiment, journey: list[int | Command]) -> Simulation:
    simulation = Simulation(experiment, workers=1)
    for part in journey:
        simulation.apply(Advance(part) if isinstance(part, int) else part)
    return simulation


def state(simulation: Simulation) -> dict[str, Any]:
    """All that is to come back: where walkers are, what their rules remember, and what was recorded."""
    cohorts = simulation.read("loss", "gradient-norm").cohorts
    return {
        "experiment": simulation.experiment,
        "step": simulation.step,
        "walkers": [
            [walkers.whole, walkers.value, walkers.gradient, *(block.slots for block in walkers.blocks)]
            for walkers in simulation.cohorts
        ],
        "record": [[trace.steps, trace.rows] for view in cohorts for trace in view.traces.values()],
    }


def through_json(trail: Trail | None) -> Trail:
    assert trail is not None
    return Trail.from_data(json.loads(json.dumps(trail.to_data())))


def gone_again(trail: Trail) -> Simulation:
    way, simulation = WayBack(trail), Simulation(trail.begun, workers=2)
    while not way.is_done(simulation):
        assert not way.is_left(simulation)
        way.go(simulation)
    return simulation


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_same_walkers_stand_at_its_end(name: str) -> None:
    gone = led(*JOURNEYS[name])
    trail = through_json(gone.trail)
    again = gone_again(trail)
    assert trail.experiment == gone.experiment
    np.testing.assert_equal(state(again), state(gone))
    assert again.trail == gone.trail == trail


def test_after_a_change_it_goes_on_with_one_step() -> None:
    """A chunk that was short before takes hours where a million directions have opened."""
    trail = led(FIELD, [500, Set("active_dim", 3), 50]).trail
    assert trail is not None
    way, simulation = WayBack(trail), Simulation(trail.begun)
    while simulation.experiment.active == 6:
        way.go(simulation)
    assert simulation.step == 500
    way.go(simulation)
    assert simulation.step == 501


def test_other_walkers_have_another_mark() -> None:
    marks = {led(FIELD, journey).trail.losses for journey in ([], [1], [2], [1, Set("lr", 0.3), 1])}  # type: ignore[union-attr]
    assert len(marks) == 4


def test_a_refused_change_leaves_no_trace() -> None:
    gone = led(FIELD, [4])
    before = gone.trail
    with pytest.raises(BadInput):
        gone.apply(Set("active_dim", 7))
    assert gone.trail == before


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ([Set("lr", 0.1), Set("lr", 0.2), Set("lr", 0.3)], [Set("lr", 0.3)]),
        ([Set("lr", 0.1), Set("sigma", 2.0), Set("lr", 0.2)], None),
        ([Set("lr", 0.1), Set("lr", 0.2), Set("lr", 0.1)], [Set("lr", 0.1)]),
        ([Set("M", 128.0), Set("M", 64.0)], []),
        ([Set("active_dim", 2), Set("active_dim", 6)], None),
        ([Set("active_dim", 2), Set("active_dim", 4)], None),
        ([Set("schedule", "cosine"), Set("period", 9.0), Set("schedule", "constant")], None),
    ],
)  # fmt: skip
def test_what_is_set_again_at_the_same_step_is_one_change(changes: list[Set], kept: list[Set] | None) -> None:
    """A key that is held; what the rule forgets in between is not the same."""
    gone = led(FIELD, [4, *changes])
    trail = gone.trail
    assert trail is not None
    assert trail.changes == tuple((4, change) for change in (changes if kept is None else kept))
    assert trail.experiment == gone.experiment
    assert trail.experiments == through_json(trail).experiments
    apart = led(FIELD, [4, *(part for change in changes for part in (change, 1))]).trail
    assert apart is not None
    assert len(apart.changes) == len(changes), "at other steps, each is one"


@pytest.mark.parametrize(
    ("experiment", "journey", "steady"),
    [
        (FIELD, [4], True),
        (FIELD, [4, Set("giant_dim", 1e9), 4], True),
        (FIELD, [Set("lr", 0.1), Set("sigma", 2.0), 4], True),
        (FIELD, [4, Set("lr", 0.1)], False),
        (FIELD, [4, Set("lr", 0.1), Set("lr", FIELD.hyperparameters["lr"]), 4], True),
        (FIELD, [4, Set("lr", 0.1), 4, Set("lr", FIELD.hyperparameters["lr"]), 4], False),
        (FIELD, [4, Set("schedule", "cosine"), 4], False),
        (FIELD, [4, Set("sigma", 2.0), 4], False),
        (FIELD, [4, Set("active_dim", 2), 4], False),
        (FIELD, [Set("active_dim", 2), 4], False),
        (FIELD, [4, Become(FIELD.with_value("lr", 0.1)), 4], False),
        (FIELD, [4, Become(FIELD.with_value("lr", 0.1)), Rewind(), 4], True),
        (FIELD, [4, Set("lr", 0.1), 4, Reseed(8), 4], True),
        (NOISY, [4, Set("lr", 1e-4, 2), 4], False),
        (NOISY, [4, RemoveCohort(2), 4], False),
        (STUDENTS, [Graft(1), 4], False),
    ],
)
def test_steps_are_told_from_those_under_something_else(
    experiment: Experiment, journey: list[int | Command], steady: bool
) -> None:
    gone = led(experiment, journey)
    trail = through_json(gone.trail)
    assert gone.is_steady == trail.is_steady == gone.read("loss").is_steady == steady


def test_an_engine_tells_of_steps_under_something_else() -> None:
    with running(FIELD) as engine:
        assert engine.wait_for(lambda snapshot: snapshot.step > 0).is_steady
        engine.send(Set("lr", 0.1))
        assert not engine.wait_for(lambda snapshot: snapshot.answered == 1).is_steady
        engine.send(Rewind())
        assert engine.wait_for(lambda snapshot: snapshot.answered == 2).is_steady


def test_walkers_that_were_put_by_hand_have_none() -> None:
    gone = led(FIELD, [4])
    gone.place(np.zeros((5, 6)))
    gone.apply(Set("lr", 0.1))
    assert gone.trail is None and not gone.is_steady
    gone.apply(Rewind())
    assert gone.trail == Trail(gone.experiment, losses=gone.trail.losses if gone.trail else "")


def damaged(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    trail = led(FIELD, [4, Set("lr", 0.3), 3, Set("sigma", 2.0)]).trail
    assert trail is not None
    data: dict[str, Any] = trail.to_data()
    change(data)
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("begun"),
        lambda data: data["begun"].update(landscape="nowhere"),
        lambda data: data["begun"].update(dim=0),
        lambda data: data["begun"].update(colour="red"),
        lambda data: data.update(step=6),
        lambda data: data.update(step=7.5),
        lambda data: data["changes"][0].__setitem__(0, -1),
        lambda data: data["changes"][0].__setitem__(0, 8),
        lambda data: data["changes"][0].__setitem__(1, "Rewind"),
        lambda data: data["changes"][0].__setitem__(2, {"name": "lr"}),
        lambda data: data["changes"][0].__setitem__(2, {"name": "speed", "value": 3}),
        lambda data: data["changes"][0].__setitem__(2, {"name": "landscape", "value": "\0.py"}),
        lambda data: data["changes"][0].pop(),
        lambda data: data.update(changes=7),
    ],
)
def test_what_nobody_can_go_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(BadInput):
        Trail.from_data(damaged(change))


def a_trail() -> Trail:
    trail = led(FIELD, [40, Set("lr", 0.02), 60]).trail
    assert trail is not None
    return trail


def test_an_engine_leads_the_walkers_back_and_goes_on() -> None:
    trail = a_trail()
    with running(trail.experiment, pace=20.0, trail=trail) as engine:
        found = engine.wait_for(lambda snapshot: snapshot.step > 100 and bool(snapshot.notice))
        assert found.notice == f"back at step 100, {SAME}"
        assert found.experiment == trail.experiment
        assert found.phase == "running"
        assert engine.ahead is None
        assert engine.trail is not None
        assert engine.trail.changes == trail.changes


def test_an_engine_leads_other_walkers_along_a_trail_in_the_place_of_its_own() -> None:
    trail = a_trail()
    with running(Experiment(landscape="rastrigin", dim=3, walkers=2)) as engine:
        engine.wait_for(lambda snapshot: snapshot.step > 0)
        assert engine.ahead is None
        engine.send(Set("lr", 1e-4))
        engine.follow(trail, 20.0)
        found = engine.wait_for(lambda snapshot: snapshot.step > 100 and snapshot.answered == 1)
        assert found.notice == f"back at step 100, {SAME}"
        assert found.experiment == trail.experiment
        assert found.pace == 20.0


def test_paused_walkers_stay_where_they_were() -> None:
    trail = a_trail()
    far = replace(trail, step=2000)
    with running(trail.experiment, trail=far, first=Run(False)) as engine:
        found = engine.wait_for(lambda snapshot: snapshot.phase == "paused")
        assert found.step == 2000
        assert engine.trail == replace(far, losses=engine.trail.losses if engine.trail else "")


def test_walkers_on_their_way_are_moving_also_where_they_are_to_stand_still_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moving: list[bool] = []
    read = Beside.read

    def told(self: Beside, *looked_at: Any, **how: bool) -> list[dict[str, Any]]:
        moving.append(how["moving"])
        return read(self, *looked_at, **how)

    monkeypatch.setattr(Beside, "read", told)
    with running(FIELD, trail=Trail(FIELD, (), 10**12), first=Run(False)) as engine:
        engine.wait_for(lambda snapshot: snapshot.step > 0)
    assert moving and all(moving)


def test_an_engine_says_when_other_walkers_stand_there() -> None:
    trail = a_trail()
    other = replace(trail, losses="0123456789abcdef")
    with running(trail.experiment, trail=other) as engine:
        found = engine.wait_for(lambda snapshot: snapshot.notice.startswith("back"))
        assert found.notice == f"back at step 100, {OTHER}"


@pytest.mark.parametrize("command", [Rewind(), Advance(1), Set("lr", 0.5)])
def test_whatever_moves_or_changes_them_ends_the_way(command: Command) -> None:
    """Until then, the way is what is kept."""
    far = Trail(FIELD, ((10**12, Set("lr", 0.02)),), 10**12 + 1)
    with running(FIELD, trail=far, first=Run(False)) as engine:
        engine.wait_for(
            lambda snapshot: snapshot.phase == "returning to step 1 000 000 000 001" and snapshot.step > 0
        )
        assert engine.trail is engine.ahead is far
        engine.send(command)
        found = engine.wait_for(lambda snapshot: snapshot.phase == "paused")
        assert found.notice.endswith(
            "left the way back to step 1 000 000 000 001, which can be gone another time"
        )
        assert found.step < 10**12
        assert engine.ahead is far, "nobody has come to its end"
        assert engine.trail is not None
        assert engine.trail.step == found.step


def test_what_changes_them_before_the_first_step_ends_it_too() -> None:
    """A key that is pressed while kernels are compiled."""
    trail = a_trail()
    with running(FIELD, trail=trail, first=Set("lr", 0.5)) as engine:
        found = engine.wait_for(lambda snapshot: "the way back" in snapshot.notice)
        assert found.notice.endswith("left the way back to step 100, which can be gone another time")
        assert engine.ahead is trail


def test_an_experiment_that_does_not_build_leaves_the_way_to_others() -> None:
    large = Experiment(landscape="rastrigin", dim=10**9, walkers=10**6)
    trail = Trail(large, (), 5)
    with running(large, trail=trail) as engine:
        found = engine.wait_for(lambda snapshot: snapshot.phase == "stopped")
        assert found.failed
        assert "memory" in found.notice
        assert found.experiment == Experiment()
        assert engine.trail == trail
        assert engine.ahead is trail
        engine.send(Advance(1))
        engine.wait_for(lambda snapshot: snapshot.step == 1)
        assert engine.ahead is trail
        assert engine.trail is not None
        assert (engine.trail.begun, engine.trail.step) == (Experiment(), 1)
