"""Every registered optimizer: its trajectory against its formula, and how its state decays."""

from __future__ import annotations

import naive
import numpy as np
import pytest

from sim import LANDSCAPES, OPTIMIZERS, Experiment, Simulation
from sim.landscape import Scales

DIM, WALKERS, STEPS = 3, 5, 12

HYPERS = {
    "gd": [{"lr": 1e-3}, {"lr": 4e-3}],
    "momentum": [{"lr": 1e-3, "momentum": 0.9}, {"lr": 2e-3, "momentum": 0.5}, {"lr": 1e-3, "momentum": 0.0}],
    "nesterov": [{"lr": 1e-3, "momentum": 0.9}, {"lr": 2e-3, "momentum": 0.5}, {"lr": 1e-3, "momentum": 0.0}],
    "rmsprop": [
        {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8},
        {"lr": 2e-3, "alpha": 0.9, "eps": 1.0},
        {"lr": 5e-2, "alpha": 0.0, "eps": 0.1},
    ],
    "adam": [
        {"lr": 1e-2, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 5e-2, "beta1": 0.5, "beta2": 0.9, "eps": 1.0},
        {"lr": 1e-3, "beta1": 0.0, "beta2": 0.0, "eps": 1e-3},
    ],
}

CASES = [(name, hyper) for name, hypers in HYPERS.items() for hyper in hypers]


@pytest.mark.parametrize(("name", "hyper"), CASES, ids=[f"{name} {hyper}" for name, hyper in CASES])
@pytest.mark.parametrize("landscape", naive.LANDSCAPES)
def test_a_trajectory_is_that_of_the_textbook(landscape: str, name: str, hyper: dict[str, float]) -> None:
    parameters = {"M": 8.0} if landscape == "gaussian-field" else {}
    experiment = Experiment(
        landscape=landscape,
        dim=DIM,
        walkers=WALKERS,
        optimizer=name,
        parameters=parameters,
        hyper=hyper,
        seed=2,
    )
    simulation = Simulation(experiment)
    low, high = simulation.problem.box
    starts = np.random.default_rng(4).uniform(low, high, (WALKERS, DIM))
    twin = naive.LANDSCAPES[landscape](DIM, 2, **experiment.settings)
    paths = [
        naive.trajectory(
            twin.gradient, [naive.OPTIMIZERS[name](**hyper) for _ in range(DIM)], list(start), STEPS
        )
        for start in starts.tolist()
    ]
    simulation.place(starts)
    np.testing.assert_array_equal(simulation.positions(), starts)
    for step in range(1, STEPS + 1):
        simulation.advance(1)
        assert simulation.step == step
        expected = [path[step] for path in paths]
        np.testing.assert_allclose(simulation.positions(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_loss_and_gradient_norm_are_recorded_where_the_walkers_are(name: str) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=4, walkers=7, optimizer=name, seed=1))
    losses, norms = [], []
    for _ in range(9):
        value, gradient = simulation.problem.value_and_gradient(simulation.positions())
        losses.append(naive.five_numbers(value.tolist()))
        norms.append(naive.five_numbers(np.sqrt((gradient**2).sum(axis=1)).tolist()))
        simulation.advance(1)
    simulation.rewind()
    simulation.advance(8)
    traces = simulation.read("loss", "gradient-norm").traces
    np.testing.assert_array_equal(traces["loss"].steps, np.arange(9))
    np.testing.assert_allclose(traces["loss"].rows, losses, rtol=1e-13)
    np.testing.assert_allclose(traces["gradient-norm"].rows, norms, rtol=1e-13)


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_state_that_decays_becomes_zero_and_never_subnormal(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    memories = [0.5 if p.high == 1.0 and p.open_high else p.default_at(1) for p in optimizer.own_parameters]
    hyper = np.array([1e-3, *memories])
    rng = np.random.default_rng(0)
    slots = np.abs(rng.standard_normal((optimizer.slots, 4, 6)))
    x, keys = 1e-3 * rng.standard_normal((4, 6)), np.zeros(4, dtype=np.uint64)
    smallest = np.finfo(np.float64).tiny
    for step in range(1500):
        gradient = x * 500.0 if step < 300 else np.zeros_like(x)
        optimizer.update(x, gradient, slots, hyper, keys, step)
        for array in (x, slots):
            assert not np.any((array != 0.0) & (np.abs(array) < smallest))
    assert not slots.any()


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_a_nan_is_not_taken_for_something_small(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    hyper = np.array([0.1, *(p.default_at(1) for p in optimizer.own_parameters)])
    slots = np.zeros((optimizer.slots, 1, 2))
    x, keys = np.ones((1, 2)), np.zeros(1, dtype=np.uint64)
    optimizer.update(x, np.array([[np.nan, 1.0]]), slots, hyper, keys, 0)
    np.testing.assert_array_equal(np.isnan(x), [[True, False]])
    assert np.isnan(slots[:, 0, 0]).all()


def test_walkers_that_converge_reach_exact_zero() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=8, walkers=3, hyper={"lr": 1e-3}))
    simulation.place(np.full((3, 8), 1e-3))
    simulation.advance(2000)
    assert not simulation.positions().any()
    assert simulation.read("loss").readings["loss"].spread.max == 0.0


@pytest.mark.parametrize("name", OPTIMIZERS.names)
@pytest.mark.parametrize("landscape", LANDSCAPES.names)
def test_a_learning_rate_is_suggested_for_every_landscape(landscape: str, name: str) -> None:
    for dim in (1, 10, 1000):
        experiment = Experiment(landscape=landscape, dim=dim, optimizer=name)
        assert 0.0 < experiment.hyperparameters["lr"] == experiment.suggested_lr < np.inf
    sharp, flat = (OPTIMIZERS[name].suggest(Scales(curvature, 1.0)) for curvature in (1e3, 1.0))
    assert sharp <= flat


@pytest.mark.parametrize("name", OPTIMIZERS.names)
def test_every_parameter_of_a_rule_says_what_it_is(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    assert optimizer.title
    assert optimizer.formula
    assert optimizer.parameters[0].name == "lr"
    for parameter in optimizer.own_parameters:
        assert parameter.name.isidentifier()
        assert parameter.help
        assert parameter.check(parameter.default_at(1)) == parameter.default_at(1)
