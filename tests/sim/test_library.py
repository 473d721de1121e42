"""The library as it is documented: the names, the shapes and the mistakes of its front door."""

from __future__ import annotations

import math

import numpy as np
import pytest
from problems import experiment_on, fills_the_box

import sim
from sim import LANDSCAPES, BadInput, Experiment, Signs, Simulation, signs
from sim.commands import Advance, Reseed, Rewind, Run, Set
from sim.simulation import routine_measures


def test_the_first_page_of_the_documentation_works() -> None:
    problem = LANDSCAPES["rastrigin"].build(dim=100, seed=0, A=10.0)
    x = np.zeros(100)
    value, gradient = problem.value_and_gradient(x)
    assert value == 0.0
    assert gradient.shape == (100,)
    assert problem.hessian(x).shape == (100, 100)
    assert problem.hessian_product(x, np.ones(100)).shape == (100,)
    curvature = pytest.approx(396.784176)
    assert signs(problem, x) == Signs(
        negative=0, zero=0, positive=100, method="diagonal", exact=True,
        tolerance=pytest.approx(1e-9 * 396.784176), lowest=curvature, highest=curvature,
    )  # fmt: skip
    simulation = Simulation(
        Experiment(landscape="rastrigin", dim=100, walkers=64, optimizer="adam", hyper={"lr": 0.05}, seed=0)
    )
    simulation.advance(1000)
    assert simulation.positions().shape == (64, 100)
    assert simulation.read("loss").readings["loss"].step == 1000


def test_every_public_name_is_there_and_no_other() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'zz'"):
        _ = sim.zz


def test_positions_are_a_copy() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4))
    positions = simulation.positions()
    positions[:] = 0.0
    assert simulation.positions().any()


@pytest.mark.parametrize("shape", [(3, 4), (12,), (4, 3, 1), (4, 2), ()])
def test_walkers_are_placed_in_their_own_shape_or_not_at_all(shape: tuple[int, ...]) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4))
    before = simulation.positions()
    with pytest.raises(BadInput, match=r"^positions: have shape .*; accepted: shape \(4, 3\)$"):
        simulation.place(np.zeros(shape))
    np.testing.assert_array_equal(simulation.positions(), before)
    simulation.place([[1, 2, 3]] * 4)
    assert simulation.positions().tolist() == [[1.0, 2.0, 3.0]] * 4


def test_starts_fill_the_box() -> None:
    for name in filter(fills_the_box, LANDSCAPES):
        simulation = Simulation(experiment_on(name, 20, walkers=500))
        low, high = simulation.problem.box
        starts = simulation.positions()
        assert low <= starts.min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < starts.max() < high


def test_reading_takes_all_measures_or_those_that_are_named() -> None:
    simulation = Simulation(Experiment(dim=5, walkers=4))
    assert simulation.read().readings.keys() == simulation.read().traces.keys() == set(routine_measures())
    some = simulation.read("signs", "loss")
    assert some.readings.keys() == some.traces.keys() == {"signs", "loss"}
    assert some.experiment == simulation.experiment.explicit()
    with pytest.raises(BadInput, match="^measure: there is no 'los'; did you mean 'loss'"):
        simulation.read("los")


def test_a_reading_never_moves_a_walker() -> None:
    simulation = Simulation(Experiment(dim=5, walkers=4))
    simulation.advance(3)
    before = simulation.positions()
    simulation.read()
    assert simulation.step == 3
    np.testing.assert_array_equal(simulation.positions(), before)


def test_readings_keep_what_they_said() -> None:
    simulation = Simulation(Experiment(dim=5, walkers=4))
    snapshot = simulation.read()
    median, rows = snapshot.readings["loss"].spread.median, snapshot.traces["loss"].rows.copy()
    simulation.advance(50)
    assert snapshot.readings["loss"].spread.median == median
    np.testing.assert_array_equal(snapshot.traces["loss"].rows, rows)


def test_the_signs_of_the_focused_walker_and_of_a_sample() -> None:
    simulation = Simulation(Experiment(dim=6, walkers=40))
    reading = simulation.read("signs").readings["signs"]
    x = simulation.positions()
    assert reading.walker == 0
    assert reading.focus == signs(simulation.problem, x[0])
    assert 1 <= len(reading.others) <= 39
    possible = [signs(simulation.problem, point) for point in x[1:]]
    assert all(found in possible for found in reading.others)
    assert reading.median("negative") == np.median([found.negative for found in reading.others])


@pytest.mark.parametrize("walkers", [1, 2, 3])
def test_few_walkers_have_few_others(walkers: int) -> None:
    reading = Simulation(Experiment(dim=4, walkers=walkers)).read("signs").readings["signs"]
    assert len(reading.others) == walkers - 1
    assert math.isnan(reading.median("zero")) is (walkers == 1)


def test_commands_do_what_they_say() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4, seed=1))
    assert simulation.apply(Advance(7)) == ""
    assert (simulation.step, simulation.epoch) == (7, 1)
    assert simulation.apply(Set("lr", "1e-3")) == ""
    assert simulation.apply(Set("lr", "1e-3")) == ""
    assert (simulation.step, simulation.epoch, simulation.version) == (7, 1, 1)
    assert "rewound" in simulation.apply(Rewind())
    assert (simulation.step, simulation.epoch) == (0, 2)
    assert "again" in simulation.apply(Set("walkers", 5))
    assert simulation.positions().shape == (5, 3)
    assert "again" in simulation.apply(Reseed(2))
    assert simulation.experiment == Experiment(
        landscape="rastrigin", dim=3, walkers=5, seed=2, hyper={"lr": 1e-3}
    )
    with pytest.raises(TypeError):
        simulation.apply(Run(True))


def test_a_parameter_that_changes_live_changes_the_loss_where_the_walkers_are() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4))
    simulation.advance(5)
    before = simulation.positions()
    simulation.apply(Set("A", 2.0))
    np.testing.assert_array_equal(simulation.positions(), before)
    expected = LANDSCAPES["rastrigin"].build(3, A=2.0).value_and_gradient(before)
    np.testing.assert_array_equal(simulation.state().value, expected[0])
    np.testing.assert_array_equal(simulation.state().gradient, expected[1])


def test_no_steps_are_no_steps() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4))
    before = simulation.positions()
    simulation.advance(0)
    assert simulation.step == 0
    np.testing.assert_array_equal(simulation.positions(), before)
    assert simulation.read("loss").traces["loss"].steps.tolist() == [0]


def test_progress_is_told() -> None:
    told: list[str] = []
    Simulation(Experiment(dim=3, walkers=4), on_progress=told.append)
    assert told[-2:] == ["building", "starting"]


@pytest.mark.parametrize("steps", [-1, 1.5, "many"])
def test_steps_are_a_whole_number_from_0(steps: object) -> None:
    with pytest.raises(BadInput, match="^steps: "):
        Simulation(Experiment(landscape="rastrigin", dim=2, walkers=2)).advance(steps)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"hyper": [1]}, {"parameters": None}, {"landscape": 3}, {"dim": 2.5}])
def test_an_experiment_of_the_wrong_types_is_bad_input(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=f"^{next(iter(wrong))}: "):
        Experiment(**wrong)  # type: ignore[arg-type]


def test_a_learning_rate_that_does_not_come_along_is_said() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=2, hyper={"lr": 0.001}))
    said = simulation.apply(Set("landscape", "gaussian-field"))
    assert f"lr {simulation.experiment.suggested_lr:g}, as suggested here" in said
