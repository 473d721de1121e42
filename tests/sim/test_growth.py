"""Landscapes whose settings decide the dimension, that place their walkers, and that grow under them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from toys import bowl

from sim import LANDSCAPES, BadInput, Cohort, Experiment, Simulation
from sim.commands import AddCohort, Command, Graft, RemoveCohort, Reseed, Rewind, Set
from sim.landscape import Graft as Growth
from sim.landscape import Settings, Shape
from sim.parameters import Choice, Parameter, WholeNumbers
from tui import knobs

PARTS = 3  # coordinates a part


def nearest(dim: int, settings: Settings) -> Settings:
    """As many parts as come nearest to `dim` coordinates."""
    return {**settings, "parts": float(max(1, round(dim / PARTS)))}


@pytest.fixture
def rods(register: Callable[..., None]) -> str:
    """A bowl in as many dimensions as its parts have."""
    parts = Parameter("parts", 4.0, "how many", low=1.0, high=1e6, whole=True)
    landscape = bowl(
        parameters=(parts, Choice("metal", "iron", ("iron", "gold"), "of what they are", (".csv",)),
                    WholeNumbers("sizes", "8", "how large", 1, 100, 3)),
        shape=Shape(lambda settings: int(PARTS * settings["parts"]), nearest),
        starts=lambda problem: (np.arange(problem.dim, dtype=float), np.full(problem.dim, 0.5)),
        graft=Growth(
            lambda s, count: {**s, "parts": s["parts"] + count}, lambda problem, drawn: 1e-3 * drawn, "part"
        ),
        loss_of=lambda settings: "a batch of 3",
    )  # fmt: skip
    register(LANDSCAPES, "rods", landscape)
    return "rods"


def test_the_settings_decide_the_dimension(rods: str) -> None:
    assert Experiment(landscape=rods).dim == 12
    assert Experiment(landscape=rods, parameters={"parts": 5.0}).dim == 15
    assert LANDSCAPES[rods].build(parts=2).dim == 6
    with pytest.raises(BadInput, match=r"^dim: 13 is not what .* give; accepted: 12, or other parameters$"):
        Experiment(landscape=rods, dim=13)
    with pytest.raises(BadInput, match="^dim: 13 is not what"):
        LANDSCAPES[rods].build(13)
    with pytest.raises(BadInput, match="^dim: is missing"):
        LANDSCAPES["rastrigin"].build()


def test_a_dimension_that_is_asked_for_finds_the_nearest(rods: str) -> None:
    experiment = Experiment(landscape=rods).with_value("dim", 100)
    assert (experiment.dim, experiment.settings["parts"]) == (99, 33.0)
    assert experiment.with_value("parts", 2).dim == 6
    came = Experiment(landscape="rastrigin", dim=50, active_dim=7).with_value("landscape", rods)
    assert (came.dim, came.active_dim) == (51, 7)
    assert came.with_value("parts", 2).active_dim is None  # as many are open as there are
    assert came.with_value("landscape", "rastrigin").dim == 51
    with pytest.raises(BadInput, match="^dim: 0 is out of range"):
        experiment.with_value("dim", 0)


def test_a_document_restores_words_numbers_and_the_dimension(rods: str) -> None:
    experiment = Experiment(landscape=rods).with_value("metal", "gold").with_value("sizes", "4, 2")
    experiment = experiment.with_value("parts", 7)
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment.from_json(experiment.explicit().to_json()).dim == 21
    text = 'landscape = "rods"\n[parameters]\nparts = 2\nmetal = "mine.csv"\nsizes = "3"'
    read = Experiment.from_toml(text, "somewhere")
    assert (read.dim, read.parameters["parts"]) == (6, 2.0)
    assert read.parameters["metal"] in ("somewhere/mine.csv", "somewhere\\mine.csv")
    with pytest.raises(BadInput, match="^metal: there is no .wood..*; accepted: iron or gold or FILE.csv$"):
        Experiment.from_toml('landscape = "rods"\n[parameters]\nmetal = "wood"')


def test_the_dial_goes_on_where_the_next_number_is_the_same_dimension(rods: str) -> None:
    experiment, dims = Experiment(landscape=rods, parameters={"parts": 1.0}), []
    for _ in range(8):
        name, value = knobs.dialled(experiment, up=True)
        experiment = experiment.with_value(name, value)
        dims.append(experiment.dim)
    assert dims == [6, 9, 21, 51, 99, 201, 501, 999]
    for expected in (501, 201, 99, 51, 21, 9, 6, 3, 3):
        experiment = knobs.turned(experiment, "dim", False, 0)
        assert experiment.dim == expected


def test_walkers_start_where_the_landscape_wants_them(rods: str, tmp_path: Any) -> None:
    experiment = Experiment(landscape=rods, walkers=200, seed=3)
    starts = Simulation(experiment).positions()
    middle = np.arange(12.0)
    assert (np.abs(starts - middle) <= 0.5).all()
    assert np.abs(starts - middle).max() > 0.49
    assert Simulation(experiment).read("distances").readings["distances"].theory is None
    locked = Simulation(experiment.with_value("active_dim", 2)).positions()
    np.testing.assert_array_equal(locked[:, :2], starts[:, :2])
    np.testing.assert_array_equal(locked[:, 2:], np.broadcast_to(middle[2:], (200, 10)))
    file = tmp_path / "starts.npy"
    np.save(file, starts[:5] + 7.0)
    from_file = Experiment(landscape=rods, walkers=5, starts=str(file))
    np.testing.assert_array_equal(Simulation(from_file).positions(), starts[:5] + 7.0)


def test_what_is_grafted_joins_walkers_that_go_on(rods: str) -> None:
    cohorts = (Cohort("adam", {"lr": 0.1}),)
    experiment = Experiment(landscape=rods, walkers=4, more_cohorts=cohorts, seed=1)
    simulation, untouched = Simulation(experiment), Simulation(experiment)
    simulation.advance(10)
    untouched.advance(10)
    assert simulation.apply(Graft(2)) == "grafted 2 parts onto each: 18 dimensions"
    assert simulation.step == 10
    assert simulation.experiment == experiment.grafted(2)
    for place in (0, 1):
        grown = simulation.positions(place)
        np.testing.assert_array_equal(grown[:, :12], untouched.positions(place))
        assert 0.0 < np.abs(grown[:, 12:]).max() < 0.01
        np.testing.assert_array_equal(grown[:, 12:], simulation.positions(0)[:, 12:])
        np.testing.assert_allclose(simulation.state(place).value, 0.5 * (grown**2).sum(axis=1))
    simulation.advance(10)
    untouched.advance(10)
    # What the rule remembers of the old coordinates is still there: they go on as if nothing had been added.
    np.testing.assert_array_equal(simulation.positions(1)[:, :12], untouched.positions(1))
    assert simulation.traces(["loss"])["loss"].steps[-1] == 20


def test_parts_that_are_grafted_one_after_the_other_differ(rods: str) -> None:
    simulation = Simulation(Experiment(landscape=rods, walkers=2))
    simulation.apply(Graft())
    simulation.apply(Graft())
    first, second = simulation.positions()[:, 12:15], simulation.positions()[:, 15:]
    assert (first != second).all()


@pytest.mark.parametrize("landscape", ["rods", *(name for name in LANDSCAPES if LANDSCAPES[name].graft)])
def test_grafts_of_one_walker_and_of_several_differ(rods: str, landscape: str) -> None:
    simulation = Simulation(Experiment(landscape=landscape, walkers=3))
    before = simulation.experiment.dim
    simulation.apply(Graft())
    middle = simulation.experiment.dim
    simulation.apply(Graft())
    grown = simulation.positions()
    added = [*grown[:, before:middle], *grown[:, middle:]]
    assert len({row.tobytes() for row in added}) == 6


AFTER: dict[str, list[Command]] = {
    "nothing": [],
    "the dial": [Set("active_dim", 5)],
    "a learning rate": [Set("lr", 0.01)],
    "another graft": [Graft(2)],
    "a cohort more": [AddCohort(Cohort("adam"))],
    "a cohort more and one less": [AddCohort(Cohort("adam")), RemoveCohort(0)],
    "another seed": [Reseed(7)],
    "other walkers": [Set("walkers", 3)],
    "another rule": [Set("optimizer", "adam")],
    "other starts": [Set("starts", "normal")],
}


@pytest.mark.parametrize("landscape", ["rods", *(name for name in LANDSCAPES if LANDSCAPES[name].graft)])
@pytest.mark.parametrize("after", AFTER)
def test_whoever_begins_anew_begins_without_what_was_grafted(rods: str, landscape: str, after: str) -> None:
    experiment = Experiment(landscape=landscape, walkers=4)
    simulation, untouched = Simulation(experiment), Simulation(experiment)
    for each in (simulation, untouched):
        each.advance(3)
    simulation.apply(Graft())
    for command in AFTER[after]:
        simulation.apply(command)
        if command != Graft(2):
            untouched.apply(command)
    for each in (simulation, untouched):
        each.apply(Rewind())
        each.advance(5)
    assert simulation.experiment.settings == untouched.experiment.settings == experiment.settings
    for place in range(len(untouched.cohorts)):
        np.testing.assert_array_equal(simulation.positions(place), untouched.positions(place))


def test_a_graft_says_what_else_changes() -> None:
    simulation = Simulation(Experiment(landscape="relu-teacher", walkers=2))
    simulation.apply(Graft())
    told = simulation.apply(Graft(2))
    lr = simulation.experiment.suggested_lr
    assert told == f"grafted 2 neurons onto each: 130 dimensions; lr {lr:g}, as suggested here"
    simulation.apply(Set("lr", 0.1))
    assert simulation.apply(Graft()) == "grafted 1 neuron onto each: 140 dimensions"


def test_rewinding_takes_away_what_was_grafted(rods: str) -> None:
    simulation = Simulation(Experiment(landscape=rods, walkers=4))
    starts = simulation.positions()
    simulation.advance(3)
    simulation.apply(Graft())
    simulation.apply(Set("lr", 0.25))
    simulation.apply(Graft(2))
    simulation.apply(Rewind())
    assert (simulation.step, simulation.experiment.dim) == (0, 12)
    assert simulation.experiment.hyperparameters["lr"] == 0.25
    np.testing.assert_array_equal(simulation.positions(), starts)
    simulation.apply(Set("parts", 6))
    simulation.apply(Rewind())  # chosen, not grafted: it stays
    assert simulation.experiment.dim == 18


def test_grafting_is_refused_where_there_is_nothing_to_graft(rods: str) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=2))
    with pytest.raises(BadInput, match="^graft: rastrigin has no parts that could be added"):
        simulation.apply(Graft())
    simulation = Simulation(Experiment(landscape=rods, walkers=2, active_dim=3))
    with pytest.raises(BadInput, match="^graft: some directions are locked"):
        simulation.apply(Graft())
    with pytest.raises(BadInput, match="^graft: 0 is out of range"):
        simulation.apply(Graft(0))
    assert simulation.experiment.dim == 12


def test_a_landscape_of_more_dimensions_says_that_it_is_another() -> None:
    simulation = Simulation(Experiment(dim=5, walkers=2))
    assert simulation.apply(Set("walkers", 3)) == "started again from step 0"
    assert simulation.apply(Set("dim", 10)) == "rebuilt in 10 dimensions; started again from step 0"
