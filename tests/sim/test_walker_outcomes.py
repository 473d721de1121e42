"""What becomes of a walker: every outcome, at places where it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_rastrigin_facts import MAXIMA, MINIMA
from toys import bowl, with_bands, with_hessian

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats
from sim.driver import any_way, anywhere
from sim.hessian import DENSE_LIMIT
from sim.landscape import Constraint, Dense, Problem, Scales
from sim.measure import State, largest
from sim.measures import outcomes
from sim.measures.outcomes import OUTCOMES, Outcome, classify
from sim.walls.ground import gradient_work

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


@pytest.mark.parametrize("dim", [100, 10**6])
def test_many_small_slopes_are_a_slope(dim: int) -> None:
    """The gradient's length counts: in a million directions 1e-4 along each is no rest."""
    found = {
        slope: outcomes_at(Experiment(landscape="double-well", dim=dim, walkers=1), np.full(dim, 1.0 + slope))
        for slope in (1e-3 / dim, 1e-4, 0.1)
    }
    expected = Outcome.MINIMUM if dim == 100 else Outcome.DESCENDING
    assert list(found.values()) == [{Outcome.MINIMUM}, {expected}, {Outcome.DESCENDING}]


@pytest.mark.parametrize("factors", [2, 3, 4])
def test_large_weights_at_which_walkers_start_are_no_divergence(factors: int) -> None:
    """A gate that is nearly exact has weights of a billion."""
    parameters = {"factors": factors, "lam": 0.003, "jitter": 0.0}
    simulation = Simulation(Experiment(landscape="multiplication-gates", walkers=2, parameters=parameters))
    assert np.abs(simulation.positions()).max() > 1e4
    simulation.advance(1)
    readings = simulation.read("outcomes", "signs").readings
    assert readings["outcomes"].counts["diverged"] == 0
    assert readings["signs"].focus is not None


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


@pytest.mark.parametrize("links", [8, 9], ids=["chain", "ring"])
def test_walkers_on_a_chain_and_on_a_ring(links: int) -> None:
    """Near a minimum, a saddle, far along the Newton step, and where a direction is flat."""
    beside = -np.ones(links)
    for shift, expected in ((3.0, Outcome.MINIMUM), (0.5, Outcome.SADDLE)):
        problem = with_bands(np.full(9, shift), beside)
        x, toward = np.zeros(9), np.full(9, 1e-4)
        gradient = problem.hessian_product(x, toward)
        assert outcome_of(problem, x, gradient) == expected
        assert outcome_of(problem, x, 200.0 * gradient) == Outcome.DESCENDING
    flat = with_bands(np.full(9, 2.0) - np.eye(9)[0] * (links == 8) - np.eye(9)[8] * (links == 8), beside)
    assert outcome_of(flat, np.zeros(9), np.zeros(9)) == Outcome.PLATEAU
    broken = with_bands(np.full(9, math.inf), beside)
    assert outcome_of(broken, np.zeros(9), np.zeros(9)) == Outcome.PLATEAU


def test_a_walker_on_a_ring_whose_chain_is_singular_is_named_all_the_same() -> None:
    problem = with_bands(np.ones(9), -np.ones(9))
    gradient = problem.hessian_product(np.zeros(9), 1e-4 * np.arange(9.0))
    assert outcome_of(problem, np.zeros(9), gradient) == Outcome.SADDLE


def test_a_chain_of_a_hundred_thousand_at_rest_is_at_a_minimum() -> None:
    experiment = Experiment(landscape="polynomial-chain", dim=100_000, walkers=1, parameters={"J": 0.01})
    for ends in ("open", "periodic"):
        walker = outcomes_at(experiment.with_value("ends", ends), np.ones(100_000))
        assert walker == {Outcome.MINIMUM}
    assert outcomes_at(experiment, np.zeros(100_000)) == {Outcome.SADDLE}


def test_a_hessian_of_too_many_directions_is_known_by_its_products() -> None:
    """With two samples, all directions but two are exactly flat: a plateau, and that is certain."""
    dim = DENSE_LIMIT + 1
    simulation = Simulation(
        Experiment(landscape="separable-logistic", dim=dim, walkers=3, parameters={"samples": 2})
    )
    simulation.place(np.outer([0.0, 100.0, 100.0], np.eye(dim)[0]))
    readings = simulation.read("outcomes", "signs").readings
    assert readings["outcomes"].counts["on a plateau"] == 2  # their gradient is small
    assert readings["outcomes"].counts["descending"] == 1
    focus = readings["signs"].focus
    assert not focus.exact and focus.negative == 0 and 2 <= focus.positive <= 4
    assert focus.interval("positive")[0] == 2 and focus.interval("negative") == (0, 0)
    assert len(readings["signs"].others) == 2 and not readings["signs"].reason


def by_products(eigenvalues: Floats, step: Floats, work: float = math.inf) -> Outcome:
    """What a walker so far from the critical point of a quadratic function is at, by products alone."""
    entries = np.array(eigenvalues)
    known = Dense(
        lambda problem, x, active: np.diag(entries)[:active, :active], lambda problem, x, v: v * entries
    )
    problem = bowl(hessian=known, scales=lambda dim, settings: Scales(1.0, 1.0)).build(len(entries))
    return OUTCOMES[outcomes.by_products(problem, np.zeros(len(entries)), entries * step, work)]


def test_products_tell_minima_saddles_plateaus_and_slopes() -> None:
    rng = np.random.default_rng(2)
    rising, step = np.linspace(0.1, 3.0, 500), rng.uniform(-1.0, 1.0, 500)
    falling = np.where(np.arange(500) == 100, -0.5, rising)
    flat = np.where(np.arange(500) < 50, 0.0, rising)
    for eigenvalues, expected in ((rising, Outcome.MINIMUM), (falling, Outcome.SADDLE)):
        assert by_products(eigenvalues, 0.009 * step) == expected
        assert by_products(eigenvalues, 0.0 * step) == expected
        assert by_products(eigenvalues, 0.02 * step) == Outcome.DESCENDING
    assert by_products(flat, 0.009 * step) == Outcome.PLATEAU
    assert by_products(np.where(np.arange(500) == 3, np.nan, rising), step) == Outcome.PLATEAU


def test_what_products_do_not_tell_is_not_said() -> None:
    """A lowest eigenvalue of 1e-7 of the largest, positive or negative, is beyond so few steps."""
    rng = np.random.default_rng(2)
    for lowest in (1e-7, -1e-7):
        spectrum = np.concatenate(([lowest], np.geomspace(1e-6, 1.0, 2999)))
        assert by_products(spectrum, 1e-3 * rng.uniform(-1.0, 1.0, 3000), work=0.0) == Outcome.NOT_LOOKED_AT


@pytest.mark.parametrize("seed", range(10))
def test_products_and_matrices_name_the_same(seed: int) -> None:
    """Where products tell at all; on random quadratics of every kind."""
    rng = np.random.default_rng(seed)
    eigenvalues = rng.uniform(0.01, 1.0, 300)
    eigenvalues[: rng.integers(3)] *= -1.0
    eigenvalues[3 : 3 + 20 * rng.integers(2)] = 0.0
    step = rng.uniform(-1.0, 1.0, 300) * rng.choice([0.0, 3e-3, 3e-2])
    problem = with_hessian(np.diag(eigenvalues))
    exact = OUTCOMES[classify(problem, np.zeros((1, 300)), (eigenvalues * step)[None])[0]]
    assert by_products(eigenvalues, step) in (exact, Outcome.NOT_LOOKED_AT)


def test_where_the_gradient_is_that_of_a_part_the_whole_decides() -> None:
    """With a curvature of 1 set, the shown gradient is small; that of the whole, with 1000, is not."""
    parts = bowl(
        parameters=(),
        pack=lambda dim, seed, settings: np.full(dim, 1000.0 if settings.get("all") else 1.0),
        scales=lambda dim, settings: Scales(curvature=1.0, length=1.0),
        whole=lambda settings: {**settings, "all": 1.0},
    ).build(2)
    measure = MEASURES["outcomes"]
    for distance, expected in ((1e-5, Outcome.DESCENDING), (1e-7, Outcome.MINIMUM)):
        positions = np.full((3, 2), distance)
        value, gradient = parts.value_and_gradient(positions)
        norm = np.linalg.norm(gradient, axis=1)
        state = State(parts, 0, positions, value, gradient, norm, lambda: None)
        assert measure.reading(measure.collect(state)).outcomes == (expected,) * 3


def test_of_many_walkers_that_see_a_part_as_many_are_copied_as_there_is_work_for() -> None:
    known = Dense(lambda problem, x, active: np.eye(active), lambda problem, x, v: v)
    parts = bowl(hessian=known, whole=lambda settings: {**settings, "all": 1.0}).build(30)
    positions = np.full((50, 30), 1e-7)
    value, gradient = parts.value_and_gradient(positions)
    work = 8.5 * gradient_work(parts.whole)
    state = State(parts, 0, positions, value, gradient, np.ones(50), lambda: None, work=work)
    measure = MEASURES["outcomes"]
    inputs = measure.collect(state)
    assert len(inputs.positions) == 8
    found = measure.reading(inputs)
    assert found.counts == {**dict.fromkeys(found.counts, 0), Outcome.MINIMUM: 1, Outcome.NOT_LOOKED_AT: 49}


@pytest.mark.parametrize("dim", [1, 100, 5000])
def test_the_largest_magnitude_is_found_in_long_rows_and_in_short_ones(dim: int) -> None:
    values = np.random.default_rng(dim).standard_normal((6, dim))
    values[0, -1], values[1, 0], values[2, dim // 2] = np.nan, -np.inf, -9.0
    np.testing.assert_array_equal(largest(values), np.abs(values).max(axis=1))
    assert largest(values[:0]).shape == (0,)


def test_on_a_surface_the_newton_step_is_measured_in_the_space_round_it() -> None:
    """A tangent plane turned by a rotation: a step of one length along a coordinate is not near."""
    basis = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0][:, :2]
    plane = Constraint(anywhere, any_way, codimension=1, along=lambda problem, x, v: v @ basis)
    curved = Dense(lambda problem, x, active: np.diag([1.0, 4.0]), lambda problem, x, v: v)
    problem = bowl(hessian=curved, constraint=plane).build(3)
    for length, expected in ((0.9e-2, Outcome.MINIMUM), (1.1e-2, Outcome.DESCENDING)):
        step = np.array([0.6, 0.8])
        step *= length / np.abs(basis @ step).max()
        gradient = basis @ (np.array([1.0, 4.0]) * step)
        assert outcome_of(problem, np.zeros(3), gradient) == expected
