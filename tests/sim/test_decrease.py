"""The fall of the loss in a step: against the run itself, against parabolas, and where rounding hides it."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from problems import strayed

from sim import LANDSCAPES, MEASURES, Cohort, Experiment, Simulation
from sim.measures.decrease import CANCELLED, Decrease, DecreaseReading, decreases

DECREASE = MEASURES["decrease"]


def read(simulation: Simulation, cohort: int = 0) -> DecreaseReading:
    return simulation.read("decrease").cohorts[cohort].readings["decrease"]


FIELDS = [
    ("rastrigin", 6, {}),
    ("gaussian-field", 20, {}),
    ("spin-glass", 12, {}),
    ("polynomial-chain", 9, {}),
    ("relu-teacher", None, {}),
    ("network", None, {"samples": 32.0}),
]


@pytest.mark.parametrize(("landscape", "dim", "parameters"), FIELDS)
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_gradient_descent_takes_the_very_step_that_is_measured(
    landscape: str, dim: int | None, parameters: dict[str, float], schedule: str
) -> None:
    size = {} if dim is None else {"dim": dim}
    simulation = Simulation(
        Experiment(landscape=landscape, walkers=3, parameters=parameters, schedule=schedule, **size)
    )
    for steps in (0, 7):
        simulation.advance(steps)
        reading, before = read(simulation), simulation.cohorts[0].value.copy()
        simulation.advance(1)
        fallen = before - simulation.cohorts[0].value
        assert reading.focus is not None and len(reading.others) == 2
        measured = [found.measured for found in (reading.focus, *reading.others)]
        np.testing.assert_allclose(measured, fallen, rtol=1e-9, atol=1e-11 * np.abs(before).max())


def test_locked_directions_take_no_part() -> None:
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=12, active_dim=3, walkers=2))
    reading, before = read(simulation), simulation.cohorts[0].value.copy()
    simulation.advance(1)
    assert reading.focus is not None
    assert reading.focus.measured == pytest.approx(
        float(before[0] - simulation.cohorts[0].value[0]), rel=1e-9
    )
    assert reading.focus.ratio == pytest.approx(1.0, abs=0.2)


def test_on_a_parabola_the_curvature_says_all() -> None:
    """At any learning rate, stable or not: f falls by lr |g|² − ½ lr² gᵀHg exactly."""
    problem = LANDSCAPES["quadratic"].build(30)
    x = np.random.default_rng(0).uniform(-3.0, 3.0, (5, 30))
    curvatures = np.diag(problem.hessian(x[0]))
    for rate in (0.1, 1.0, 1.9, 3.0):
        for found, row in zip(decreases(problem, x, rate, 30), x, strict=True):
            gradient = curvatures * row
            assert found.slope == pytest.approx(rate * gradient @ gradient, rel=1e-12)
            after = row - rate * gradient
            fallen = 0.5 * (curvatures @ row**2 - curvatures @ after**2)
            assert found.predicted == pytest.approx(fallen, rel=1e-9)
            assert found.ratio == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("landscape", ["rastrigin", "gaussian-field", "spin-glass", "rosenbrock", "network"])
def test_the_error_of_each_prediction_is_of_its_order(landscape: str) -> None:
    """Half the rate: the slope's error falls to a quarter, the curvature's to an eighth."""
    problem = LANDSCAPES[landscape].build(None if landscape == "network" else 10, seed=3)
    x = np.random.default_rng(2).uniform(*problem.box, (1, problem.dim))
    if problem.landscape.constraint:
        problem.landscape.constraint.retract(x)
    rates = [1e-3 / problem.scales.curvature * 0.5**k for k in range(3)]
    found = [decreases(problem, x, rate, problem.dim)[0] for rate in rates]
    for coarse, fine in itertools.pairwise(found):
        first = (coarse.measured - coarse.slope) / (fine.measured - fine.slope)
        second = (coarse.measured - coarse.predicted) / (fine.measured - fine.predicted)
        assert first == pytest.approx(4.0, rel=0.05)
        assert second == pytest.approx(8.0, rel=0.1)


@pytest.mark.parametrize("landscape", ["rastrigin", "gaussian-field", "styblinski-tang", "double-well"])
def test_a_ratio_is_right_or_left_out_however_close_the_minimum(landscape: str) -> None:
    """So near a minimum a step is a parabola's: every ratio that is given must be 1."""
    simulation = Simulation(Experiment(landscape=landscape, dim=8, walkers=1, hyper={"lr": 1e-3}))
    simulation.advance(20_000)
    problem, minimum = simulation.problem, simulation.positions()
    rate, direction = 0.5 / problem.scales.curvature, np.random.default_rng(1).standard_normal(8)
    ratios = [
        decreases(problem, minimum + problem.scales.length * 10.0**-k * direction, rate, 8)[0].ratio
        for k in range(4, 17)
    ]
    assert ratios[0] == pytest.approx(1.0, abs=1e-2), "it is told for a while"
    assert ratios[-1] is None, "and then no more"
    assert all(ratio is None or abs(ratio - 1.0) < 0.02 for ratio in ratios), ratios


def test_a_ratio_that_says_nothing_is_none() -> None:
    assert Decrease(1.0, 0.8, 0.6, 1e-12).ratio == pytest.approx(0.75)
    assert Decrease(1.0, -2.0, -3.0, 1e-12).ratio == 1.5
    assert Decrease(1e-13, 1e-13, 2e-13, 1e-12).ratio is None
    assert Decrease(0.0, 0.0, 0.0, 0.0).ratio is None
    assert Decrease(1.0, 0.5 * CANCELLED, 0.3, 1e-12).ratio is None
    for odd in (math.nan, math.inf, -math.inf):
        assert Decrease(1.0, 0.9, odd, 1e-12).ratio is None
        assert Decrease(odd, odd, 1.0, 1e-12).ratio is None


def test_loss_and_gradient_are_those_of_all_data() -> None:
    experiment = Experiment(landscape="network", walkers=2, parameters={"samples": 64.0, "batch": 4.0})
    simulation, twin = Simulation(experiment), Simulation(experiment.with_value("batch", 0.0))
    rate = experiment.hyperparameters["lr"]
    expected = decreases(twin.problem, twin.positions(), rate, twin.problem.dim)
    reading = read(simulation)
    assert reading.focus == expected[0] and reading.others == (expected[1],)


def test_walkers_that_diverged_and_rules_without_a_rate_have_none() -> None:
    experiment = Experiment(
        landscape="rastrigin", dim=2, walkers=3, hyper={"lr": 1e6}, more_cohorts=(Cohort("null"),)
    )
    simulation = Simulation(experiment)
    assert read(simulation, 1) == DecreaseReading(0, 0, None, None, ())
    simulation.advance(50)
    reading = read(simulation)
    assert reading.focus is None and reading.others == () and reading.of_others is None
    assert np.isnan(DECREASE.row(reading)).all()


@pytest.mark.parametrize("rate", [1e160, 1e300])
def test_a_rate_whose_square_is_beyond_all_numbers_is_a_rate(rate: float) -> None:
    focus = read(Simulation(Experiment(landscape="quadratic", dim=2, walkers=2, hyper={"lr": rate}))).focus
    assert focus is not None and math.isfinite(focus.slope)
    assert focus.predicted == focus.measured == -math.inf and focus.ratio is None


def test_one_walker_that_diverged_leaves_the_others_theirs() -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=2, walkers=4))
    strayed(simulation, 0, np.inf)
    reading = read(simulation)
    assert reading.focus is None and len(reading.others) == 3
    assert reading.of_others == pytest.approx(1.0)


def test_one_walker_in_one_dimension() -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=1, walkers=1))
    reading = read(simulation)
    assert reading.focus is not None and reading.focus.ratio == pytest.approx(1.0)
    assert reading.others == () and reading.of_others is None


def test_products_are_all_the_work_that_there_is() -> None:
    state = Simulation(Experiment(dim=1000, walkers=1)).state()
    work = DECREASE.work(DECREASE.collect(state))
    assert state.problem.product_work() < work < 1e-2 * state.problem.hessian_work(1000)


def test_a_sample_of_large_walkers_is_small() -> None:
    state = Simulation(Experiment(landscape="quadratic", dim=3, walkers=9)).state()
    assert state.looked_at(3) == [0, 1, 3, 6]
    assert replace(state, focus=4).looked_at(3) == [4, 0, 2, 6]
    assert state.looked_at(0) == [0] and len(set(state.looked_at(100))) == 9
    wide = replace(state, positions=np.broadcast_to(0.0, (9, 1 << 19)))
    assert len(wide.looked_at(3)) == 2
    assert replace(state, positions=np.broadcast_to(0.0, (9, 1 << 22))).looked_at(3) == [0]
