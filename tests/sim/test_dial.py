"""Directions of the same landscape open and close while the walkers stand where they are."""

from __future__ import annotations

import numpy as np
import pytest
from pairs import RULES
from problems import experiment_on, locks_directions
from toys import bowl

from sim import LANDSCAPES, BadInput, Experiment, Simulation
from sim.arrays import Floats, Keys
from sim.commands import Rewind, Set
from sim.kernel import gradient_kernel
from sim.landscape import prefix
from sim.sphere import SPHERE


def settled_in_two_dimensions(landscape: str) -> Simulation:
    """Walkers that have come to rest in the first two of 20 directions."""
    simulation = Simulation(Experiment(landscape=landscape, dim=20, active_dim=2, walkers=32, seed=5))
    simulation.advance(6000)
    assert simulation.read("gradient-norm").readings["gradient-norm"].spread.max < 1e-9
    return simulation


def test_on_a_field_every_stuck_walker_slides_on_when_a_third_direction_opens() -> None:
    simulation = settled_in_two_dimensions("gaussian-field")
    before, losses = simulation.positions(), simulation.state().value.copy()
    simulation.apply(Set("active_dim", 3))
    np.testing.assert_array_equal(simulation.positions(), before)
    simulation.advance(2000)
    after = simulation.positions()
    assert (simulation.state().value < losses - 1e-3).all()
    assert (np.abs(after - before)[:, :3] > 1e-4).all()  # the first two are pulled along
    np.testing.assert_array_equal(after[:, 3:], before[:, 3:])


def test_on_rastrigin_no_walker_stirs_when_a_third_direction_opens() -> None:
    simulation = settled_in_two_dimensions("rastrigin")
    before, losses = simulation.positions(), simulation.state().value.copy()
    for active in (3, 4, 20):
        simulation.apply(Set("active_dim", active))
        simulation.advance(500)
    np.testing.assert_allclose(simulation.positions(), before, atol=1e-12)
    np.testing.assert_allclose(simulation.state().value, losses, rtol=1e-12)


def test_the_walkers_of_a_field_slide_into_lower_and_lower_minima() -> None:
    """The scene of the program: the floor sinks with every few directions."""
    simulation = settled_in_two_dimensions("gaussian-field")
    floors = [simulation.state().value.mean()]
    for active in (5, 10, 20):
        simulation.apply(Set("active_dim", active))
        simulation.advance(2000)
        floors.append(simulation.state().value.mean())
    assert (np.diff(floors) < -0.5).all()


@pytest.mark.parametrize("optimizer", RULES)
def test_locked_coordinates_stay_where_they_are_whatever_the_rule(optimizer: str) -> None:
    experiment = Experiment(dim=6, active_dim=3, walkers=5, optimizer=optimizer, hyper={"lr": 0.02})
    simulation = Simulation(experiment)
    simulation.advance(30)
    simulation.apply(Set("active_dim", 2))
    before = simulation.positions()
    simulation.advance(30)
    np.testing.assert_array_equal(simulation.positions()[:, 2:], before[:, 2:])
    assert (simulation.positions()[:, :2] != before[:, :2]).any()


@pytest.mark.parametrize("landscape", filter(locks_directions, LANDSCAPES))
def test_loss_gradient_and_signs_are_those_of_the_open_directions_at_the_whole_position(
    landscape: str,
) -> None:
    experiment = experiment_on(landscape, 7, walkers=5, seed=1)
    simulation = Simulation(experiment.with_value("active_dim", 2))
    for active in (2, 4, experiment.dim, 3, 1):  # closing leaves each walker on a slice of its own
        simulation.apply(Set("active_dim", active))
        simulation.advance(20)
        state, snapshot = simulation.state(), simulation.read()
        value, gradient = simulation.problem.value_and_gradient(simulation.positions())
        np.testing.assert_allclose(state.value, value, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(state.gradient, gradient[:, :active], rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(state.gradient_norm, np.linalg.norm(state.gradient, axis=1), rtol=1e-12)
        hessian = simulation.problem.hessian(simulation.positions()[0])[:active, :active]
        signs = snapshot.readings["signs"]
        assert signs.directions == active
        assert signs.focus.negative + signs.focus.zero + signs.focus.positive == active
        assert signs.focus.negative == (np.linalg.eigvalsh(hessian) < -signs.focus.tolerance).sum()
        gaps = [np.linalg.norm(a - b) for a in state.moving for b in state.moving]
        assert snapshot.readings["distances"].mean == pytest.approx(sum(gaps) / 20, rel=1e-9)


@pytest.mark.parametrize("landscape", ["quadratic", "rosenbrock", "double-well"])
def test_a_loss_that_is_never_negative_stays_so_while_others_are_locked(landscape: str) -> None:
    """What the locked coordinates add must not be rounded like the loss at the moment of the turn."""
    simulation = Simulation(Experiment(landscape=landscape, dim=6, active_dim=3, walkers=16))
    simulation.advance(20_000)
    value, _ = simulation.problem.value_and_gradient(simulation.positions())
    assert value.min() < 1e-20
    np.testing.assert_allclose(simulation.state().value, value, rtol=1e-6, atol=1e-40)


@pytest.mark.parametrize("landscape", ["rastrigin", "gaussian-field"])
def test_a_restriction_moves_walkers_as_the_whole_landscape_does(landscape: str, register) -> None:
    from dataclasses import replace

    register(LANDSCAPES, "unrestricted", replace(LANDSCAPES[landscape], restrict=None))
    ends = []
    for name in (landscape, "unrestricted"):
        simulation = Simulation(Experiment(landscape=name, dim=30, active_dim=3, walkers=40))
        simulation.advance(200)
        ends.append((simulation.positions(), simulation.state().value))
    for first, second in zip(*ends, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


@gradient_kernel
def columns(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """Adds the number of coordinates it was given to its parameter."""
    parameters[0] += x.shape[0] * x.shape[1]
    value[:] = 0.0
    gradient[:] = 0.0


@pytest.mark.parametrize(("restrict", "seen"), [(prefix, 2), (None, 1000)])
def test_locked_coordinates_cost_what_they_must(register, restrict, seen: int) -> None:
    toy = bowl(gradient=columns, restrict=restrict, pack=lambda dim, seed, settings: np.zeros(1))
    register(LANDSCAPES, "columns", toy)
    simulation = Simulation(Experiment(landscape="columns", dim=1000, active_dim=2, walkers=3), workers=1)
    simulation.problem.parameters[0] = 0.0
    simulation.advance(50)
    assert simulation.problem.parameters[0] == 50 * 3 * seen


def test_what_a_rule_remembers_stays_with_its_direction() -> None:
    """Opening and closing a direction between two steps changes nothing for the others."""
    experiment = Experiment(landscape="rastrigin", dim=4, active_dim=3, walkers=6, optimizer="adam")
    undisturbed, disturbed = Simulation(experiment), Simulation(experiment)
    for simulation in (undisturbed, disturbed):
        simulation.advance(25)
        if simulation is disturbed:
            simulation.apply(Set("active_dim", 4))
            simulation.apply(Set("active_dim", 3))
        simulation.advance(25)
    np.testing.assert_array_equal(undisturbed.positions(), disturbed.positions())


def test_nothing_is_rebuilt_and_nothing_restarts() -> None:
    simulation = Simulation(Experiment(dim=10, active_dim=2, walkers=4))
    simulation.advance(100)
    problem, epoch = simulation.problem, simulation.epoch
    assert simulation.apply(Set("active_dim", 3)) == "3 of 10 directions are open"
    assert (simulation.step, simulation.epoch) == (100, epoch)
    assert simulation.problem is problem
    assert simulation.read("loss").traces["loss"].steps.tolist() == list(range(101))


def test_rewinding_leaves_the_dial_where_it_is() -> None:
    simulation = Simulation(Experiment(dim=10, active_dim=2, walkers=4))
    shallow = simulation.positions()
    simulation.apply(Set("active_dim", 5))
    simulation.advance(10)
    simulation.apply(Rewind())
    assert simulation.experiment.active == 5
    np.testing.assert_array_equal(simulation.positions()[:, :2], shallow[:, :2])
    np.testing.assert_array_equal(simulation.positions()[:, 5:], shallow[:, 5:])


@pytest.mark.parametrize("landscape", filter(locks_directions, LANDSCAPES))
def test_all_walkers_start_on_one_slice_through_the_known_minimum(landscape: str) -> None:
    experiment = experiment_on(landscape, 6, walkers=5)
    simulation = Simulation(experiment.with_value("active_dim", 2))
    deep = Simulation(experiment).positions()
    starts = simulation.positions()
    np.testing.assert_array_equal(starts[:, :2], deep[:, :2])
    assert (starts[:, 2:] == simulation.problem.resting()[2:]).all()
    known = simulation.landscape.known_minima(experiment.dim, simulation.problem.settings)
    assert simulation.problem.slice_at == (known[0] if known else np.mean(simulation.problem.box))


@pytest.fixture
def sphere(register) -> str:
    register(LANDSCAPES, "sphere", bowl(constraint=SPHERE))
    return "sphere"


def test_a_landscape_on_a_surface_is_refused_by_name(sphere: str) -> None:
    with pytest.raises(BadInput, match="sphere keeps its walkers on a surface") as mistake:
        Experiment(landscape=sphere, dim=6, active_dim=2)
    assert mistake.value.where == "active_dim"
    simulation = Simulation(Experiment(landscape=sphere, dim=6))
    simulation.advance(3)
    before = simulation.positions()
    with pytest.raises(BadInput, match="sphere"):
        simulation.apply(Set("active_dim", 3))
    np.testing.assert_array_equal(simulation.positions(), before)
    assert simulation.experiment.active == 6


def test_a_smaller_landscape_opens_all_that_is_left() -> None:
    experiment = Experiment(dim=100, active_dim=10)
    assert experiment.with_value("dim", 50).active == 10
    assert experiment.with_value("dim", 10).active_dim is None
    assert experiment.with_value("dim", 5).active == 5
    assert experiment.with_value("active_dim", "all") == Experiment(dim=100)
    assert experiment.with_value("active_dim", 100) == Experiment(dim=100)
