"""What becomes of a walker: every outcome, at places where it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_rastrigin_facts import MAXIMA, MINIMA
from toys import bowl

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem, Scales
from sim.measures.outcomes import OUTCOMES, Outcome, classify

WALKERS = 4


def outcomes_at(experiment: Experiment, positions: Floats) -> set[Outcome]:
    simulation = Simulation(experiment)
    simulation.place(np.broadcast_to(positions, (experiment.walkers, experiment.dim)))
    return set(simulation.read("outcomes").readings["outcomes"].outcomes)


def outcome_of(problem: Problem, x: Floats, gradient: Floats) -> Outcome:
    return OUTCOMES[classify(problem, x[None], gradient[None])[0]]


def on_rastrigin(positions: list[float]) -> set[Outcome]:
    x = np.array(positions)
    return outcomes_at(Experiment(landscape="rastrigin", dim=len(x), walkers=WALKERS), x)


@pytest.mark.parametrize("dim", [1, 2, 7])
def test_minima(dim: int) -> None:
    for k in range(len(MINIMA)):
        assert on_rastrigin([MINIMA[(k + j) % 6] for j in range(dim)]) == {Outcome.MINIMUM}
        assert on_rastrigin([MINIMA[(k + j) % 6] + 1e-6 for j in range(dim)]) == {Outcome.MINIMUM}


@pytest.mark.parametrize("dim", [2, 7])
def test_saddles(dim: int) -> None:
    """At a maximum along some coordinates, at a minimum along the others."""
    for k in range(len(MAXIMA)):
        for maxima in range(1, dim):
            places = [MAXIMA[k]] * maxima + [MINIMA[k]] * (dim - maxima)
            assert on_rastrigin(places) == {Outcome.SADDLE}


def test_the_slope_between_is_neither() -> None:
    assert on_rastrigin([0.25, 0.25]) == {Outcome.DESCENDING}
    assert on_rastrigin([MINIMA[1], MINIMA[2] + 0.05]) == {Outcome.DESCENDING}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e9, -1e9, 1e300])
def test_walkers_that_left_for_good_have_diverged(bad: float) -> None:
    assert on_rastrigin([0.0, bad]) == {Outcome.DIVERGED}


@pytest.mark.parametrize("name", LANDSCAPES.names)
def test_starts_are_descending_and_counts_add_up(name: str) -> None:
    simulation = Simulation(Experiment(landscape=name, walkers=33).with_value("dim", 50))
    found = simulation.read("outcomes").readings["outcomes"].counts
    assert list(found)[:5] == ["descending", "at a minimum", "at a saddle", "on a plateau", "diverged"]
    if LANDSCAPES[name].starts is None:  # others may begin wherever they like
        assert found["descending"] == 33
    assert sum(found.values()) == 33
    simulation.advance(300)
    assert sum(simulation.read("outcomes").readings["outcomes"].counts.values()) == 33


def test_a_field_without_enough_features_has_plateaus() -> None:
    """Descent ends where the gradient vanishes, but most directions are flat: that is no minimum."""
    simulation = Simulation(Experiment(dim=10, walkers=8, parameters={"M": 3, "mu": 0.0}, seed=1))
    simulation.advance(5000)
    reading = simulation.read("outcomes", "gradient-norm").readings
    assert reading["gradient-norm"].spread.max < 1e-3
    assert set(reading["outcomes"].outcomes) == {Outcome.PLATEAU}


def test_a_field_with_enough_features_has_minima() -> None:
    simulation = Simulation(Experiment(dim=3, walkers=8, seed=1))
    simulation.advance(5000)
    assert set(simulation.read("outcomes").readings["outcomes"].outcomes) == {Outcome.MINIMUM}


def valley() -> Problem:
    """Curvature 1 along one coordinate and 1e-6 along the other."""
    curvatures = np.array([1.0, 1e-6])
    return bowl(
        pack=lambda dim, seed, settings: curvatures.copy(),
        scales=lambda dim, settings: Scales(curvature=1.0, length=1.0),
    ).build(2)


def test_a_small_gradient_alone_is_not_convergence() -> None:
    """A hundred lengths from the minimum along the valley the gradient is 1e-4, and there is far to go."""
    problem = valley()
    for distance, expected in (
        (100.0, Outcome.DESCENDING),
        (1.0, Outcome.DESCENDING),
        (1e-3, Outcome.MINIMUM),
    ):
        x = np.array([0.0, distance])
        gradient = problem.value_and_gradient(x)[1]
        assert np.linalg.norm(gradient) <= 1e-4 * (1.0 + 1e-12)
        assert outcome_of(problem, x, gradient) == expected


def test_a_minimum_of_the_valley_is_one_even_off_its_floor() -> None:
    problem = valley()
    x = np.array([1e-9, 0.0])
    assert outcome_of(problem, x, problem.value_and_gradient(x)[1]) == Outcome.MINIMUM


@pytest.mark.parametrize(("place", "expected"), [(0.2, Outcome.DESCENDING), (0.4, Outcome.DESCENDING)])
def test_one_coordinate_on_its_way_does_not_hide_behind_many_at_rest(place: float, expected: Outcome) -> None:
    x = np.zeros(100_000)
    x[0] = place
    assert outcomes_at(Experiment(landscape="rastrigin", dim=len(x), walkers=1), x) == {expected}
    problem = LANDSCAPES["rastrigin"].build(len(x))
    assert outcome_of(problem, x, problem.value_and_gradient(x)[1]) == expected


def test_where_time_is_short_the_rest_is_said_not_to_be_looked_at() -> None:
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=20, walkers=10))
    for _ in range(100):
        simulation.advance(100)
        if simulation.read("outcomes").readings["outcomes"].counts["at a minimum"] == 10:
            break
    work = 3.5 * simulation.problem.hessian_work(20)
    reading = MEASURES["outcomes"].reading(MEASURES["outcomes"].collect(simulation.state(work=work)))
    assert reading.counts["at a minimum"] == 3
    assert reading.counts["not looked at"] == 7
    signs = MEASURES["signs"].reading(MEASURES["signs"].collect(simulation.state(work=work)))
    assert len(signs.others) == 2


def test_a_walker_on_the_tip_of_a_cone_has_not_diverged() -> None:
    """At Ackley's minimum the curvature is infinite, and the walker is where it should be."""
    tip = Experiment(landscape="ackley", dim=3, walkers=2, starts="normal", starts_parameters={"spread": 0.0})
    assert set(Simulation(tip).read("outcomes").readings["outcomes"].outcomes) == {Outcome.PLATEAU}
