"""Shares of random directions that lead up, against laws that are exact."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from problems import built, points
from scipy.special import betainc
from scipy.stats import beta, binom, norm
from toys import bowl, with_bands, with_hessian

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem
from sim.measure import State
from sim.measures.uphill import UphillReading
from sim.rng import Stream, stream_keys
from sim.walls.ground import MOST_DRAWN, Draw, normals
from sim.walls.traces import Traces, _estimated, expected_shares, traces
from sim.walls.uphill import directions, sampled, wilson

MEASURE = MEASURES["uphill"]


def shares(problem: Problem, x: Floats, radii: list[float], count: int = 400, step: int = 0) -> Floats:
    found = sampled(problem, x, problem.dim, np.array(radii), count, step)
    assert np.all(found.compared == count)
    return found.up / count


def read(state: State) -> UphillReading:
    return MEASURE.reading(MEASURE.collect(state))


@pytest.mark.parametrize("dim", [1, 2, 30, 1000])
def test_from_the_global_minimum_of_rastrigin_every_way_leads_up(dim: int) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=dim, walkers=1))
    simulation.place(np.zeros((1, dim)))
    reading = read(simulation.state())
    assert np.all(reading.up == reading.compared) and np.all(reading.compared == 400)
    assert np.all(reading.theory == 1.0) and np.all(reading.high == 1.0)
    np.testing.assert_allclose(reading.low, 400 / (400 + 1.959964**2), rtol=1e-6)


@pytest.mark.parametrize(("dim", "expected"), [(100, 0.545), (1000, 0.641)])
def test_from_a_random_point_of_rastrigin_more_ways_lead_up_the_more_there_are(
    dim: int, expected: float
) -> None:
    """At r = ρ√d with ρ = 0.1."""
    problem = built("rastrigin", dim)
    each = [shares(problem, x, [0.1 * math.sqrt(dim)], 40)[0] for x in points(problem, 200)]
    assert abs(np.mean(each) - expected) < 4.0 * np.std(each) / math.sqrt(len(each)) + 0.001


def test_at_a_fixed_radius_that_does_not_depend_on_the_dimension() -> None:
    """Φ(0.11777 r), here for r = 0.5; in few dimensions the second order is no longer enough."""
    for dim in (100, 400):
        problem = built("rastrigin", dim)
        each = [shares(problem, x, [0.5], 40)[0] for x in points(problem, 300)]
        assert abs(np.mean(each) - norm.cdf(0.11777 * 0.5)) < 4.0 * np.std(each) / math.sqrt(len(each))


@pytest.mark.parametrize(("shift", "dim"), [(0.5, 10), (0.0, 10), (0.5, 40)])
def test_random_hessians(shift: float, dim: int) -> None:
    """On average over GOE + t√d it is Φ(t √(d/2)) exactly: 0.868 for t = ½, d = 10."""
    each = []
    for seed in range(150):
        problem = LANDSCAPES["random-quadratic"].build(dim, seed, shift=shift)
        each.append(shares(problem, np.zeros(dim), [0.7], 60)[0])
    expected = norm.cdf(shift * math.sqrt(dim / 2))
    assert abs(np.mean(each) - expected) < 4.0 * np.std(each) / math.sqrt(len(each))
    if (shift, dim) == (0.5, 10):
        assert expected == pytest.approx(0.868, abs=5e-4)


def test_planted_points_of_a_gaussian_field() -> None:
    """Φ(−u (1 − c)/√(1 − c² − c² r²/l²)) with c = e^(−r²/2l²), at a critical point of value u."""
    dim, value, radii = 6, -1.0, np.array([0.5, 1.0, 2.0])
    settings = {"planted": "yes", "level": value / math.sqrt(dim), "mu": 0.0, "M": 1500.0}
    each = np.array([
        shares(LANDSCAPES["gaussian-field"].build(dim, seed, **settings), np.zeros(dim), list(radii), 60)
        for seed in range(100)
    ])  # fmt: skip
    c = np.exp(-0.5 * radii**2)
    expected = norm.cdf(-value * (1.0 - c) / np.sqrt(1.0 - c**2 - c**2 * radii**2))
    assert np.all(np.abs(each.mean(axis=0) - expected) < 4.0 * each.std(axis=0) / 10.0)


@pytest.mark.parametrize(("fraction", "dim"), [(0.3, 20), (0.5, 6), (0.1, 50), (0.25, 4)])
def test_saddles_of_curvatures_one_and_minus_one(fraction: float, dim: int) -> None:
    """Of all directions I_½((1 − a) d/2, a d/2) lead down, whatever the radius."""
    problem = LANDSCAPES["saddle"].build(dim, fraction=fraction, down=1.0)
    falling = np.count_nonzero(problem.parameters < 0.0)
    down = betainc(0.5 * (dim - falling), 0.5 * falling, 0.5)
    for share in shares(problem, np.zeros(dim), [1e-3, 1.0, 1e3], 4000):
        assert abs(1.0 - share - down) < 4.0 * math.sqrt(down * (1.0 - down) / 4000)


@pytest.mark.parametrize(("rising", "falling"), [(14, 6), (3, 1), (90, 110)])
def test_the_theory_has_the_variance_of_a_random_curvature(rising: int, falling: int) -> None:
    """Along a random direction the curvatures 1 and −1 make 2B − 1, for B ~ Beta(rising/2, falling/2)."""
    curvatures = np.repeat([1.0, -1.0], [rising, falling])
    found = traces(with_hessian(np.diag(curvatures)), np.zeros(len(curvatures)), len(curvatures), 1e9, 0)
    share, error = expected_shares(np.array([0.1, 7.0]), 0.0, found, len(curvatures))
    law = beta(0.5 * rising, 0.5 * falling)
    np.testing.assert_allclose(share, norm.cdf((2.0 * law.mean() - 1.0) / (2.0 * law.std())), rtol=1e-12)
    assert np.all(error == 0.0)


def test_the_theory_has_the_variance_of_a_random_slope() -> None:
    """Where g dominates, ½ r τ over |g|/√m, and ½ at once where nothing curves."""
    known = Traces(0.3, 0.09, 0.0, 0.0, "", exact=True)
    share, _ = expected_shares(np.array([0.1]), 2.0, known, 25)
    assert share[0] == pytest.approx(norm.cdf(0.5 * 0.1 * 0.3 / (2.0 / 5.0)))
    assert expected_shares(np.array([0.1]), 2.0, replace(known, mean=0.0, square=0.0), 25)[0][0] == 0.5
    assert expected_shares(np.array([0.1]), 1e200, known, 25)[0][0] == 0.5, "its square is beyond all numbers"


def test_intervals_cover_as_often_as_they_say() -> None:
    """The exact share of a saddle, in samples of 60 directions, one for each of 400 steps."""
    problem = LANDSCAPES["saddle"].build(20, fraction=0.3, down=1.0)
    up = 1.0 - betainc(7.0, 3.0, 0.5)
    found = [sampled(problem, np.zeros(20), 20, np.array([1.0]), 60, step).up[0] for step in range(400)]
    low, high = wilson(np.array(found), np.full(400, 60))
    covered = np.mean((low <= up) & (up <= high))
    assert abs(covered - 0.95) < 4.0 * math.sqrt(0.95 * 0.05 / 400)


@pytest.mark.parametrize("trials", [10, 60, 400])
def test_intervals_cover_shares_of_every_size(trials: int) -> None:
    """Summed over all that can be counted, exactly: on average over shares 95 %, and never far below."""
    counts = np.arange(trials + 1)
    low, high = wilson(counts, np.full(trials + 1, trials))
    assert low[0] == 0.0 and high[-1] == 1.0 and np.all(low <= counts / trials) and np.all(high >= low)
    grid = np.linspace(0.005, 0.995, 199)
    covered = [binom.pmf(counts, trials, p)[(low <= p) & (p <= high)].sum() for p in grid]
    assert 0.94 < np.mean(covered) < 0.965
    assert min(covered) > 0.82


def test_nothing_compared_leaves_everything_open() -> None:
    low, high = wilson(np.array([0]), np.array([0]))
    assert (low[0], high[0]) == (0.0, 1.0)


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("dim", [2, 7, 30])
def test_traces_are_those_of_the_hessian(name: str, dim: int) -> None:
    problem = built(name, dim)
    x = points(problem, 1)[0]
    for active in {problem.dim, max(1, problem.dim // 2)}:
        if problem.landscape.constraint and active < problem.dim:
            continue
        matrix, m = problem.hessian(x, active), problem.directions(active)
        found = traces(problem, x, active, math.inf, 0)
        assert found.exact and found.mean_error == found.square_error == 0.0
        size = np.sum(matrix * matrix)
        np.testing.assert_allclose(m * found.mean, np.trace(matrix), rtol=1e-9, atol=1e-9 * math.sqrt(size))
        np.testing.assert_allclose(m * found.square, size, rtol=1e-9)


def test_traces_of_rings_count_the_corner_twice() -> None:
    middle, beside = np.arange(1.0, 6.0), np.arange(6.0, 11.0)
    problem = with_bands(middle, beside)
    matrix = problem.hessian(np.zeros(5))
    assert 5 * traces(problem, np.zeros(5), 5, 0.0, 0).square == pytest.approx(np.sum(matrix**2))


@pytest.mark.parametrize("name", ["spin-glass", "network", "random-quadratic"])
def test_estimated_traces_are_as_far_off_as_they_say(name: str) -> None:
    problem = built(name, 40)
    x = points(problem, 1)[0]
    active = problem.dim if problem.landscape.constraint else problem.dim // 2
    exact = traces(problem, x, active, math.inf, 0)
    found = [_estimated(problem, x, active, math.inf, step) for step in range(60)]
    assert {f.probes for f in found} == {64} and not found[0].exact
    means = np.array([(f.mean - exact.mean) / f.mean_error for f in found])
    squares = np.array([(f.square - exact.square) / f.square_error for f in found])
    for off in (means, squares):
        assert abs(off.mean()) < 4.0 / math.sqrt(60)
        assert 0.7 < off.std() < 1.5


def test_a_matrix_that_costs_too_much_is_not_formed() -> None:
    problem = with_hessian(np.diag(np.arange(1.0, 31.0)))
    found = traces(problem, np.zeros(30), 30, 100.0, 0)
    assert not found.exact and found.method == "8 products"
    assert traces(problem, np.zeros(30), 30, 1e4, 0).method == "dense"


def test_the_error_of_the_theory_follows_from_those_of_the_traces() -> None:
    radii, m, slope = np.array([0.1, 0.5, 2.0]), 40, 0.8
    known = Traces(0.3, 2.0, 0.02, 0.1, "", exact=False)
    share, error = expected_shares(radii, slope, known, m)

    def moved(**changes: float) -> Floats:
        return expected_shares(radii, slope, replace(known, **changes), m)[0] - share

    # The mean enters the variance of uᵀHu too, which the error leaves out: its share is small here.
    expected = np.hypot(moved(mean=0.3 + 1e-6) / 1e-6 * 0.02, moved(square=2.0 + 1e-6) / 1e-6 * 0.1)
    np.testing.assert_allclose(error, expected, rtol=0.15)
    assert np.all(expected_shares(radii, slope, replace(known, mean_error=0.0, square_error=0.0), m)[1] == 0)


def test_directions_are_unit_vectors_along_what_is_open() -> None:
    field, glass = built("gaussian-field", 12), built("spin-glass", 12)
    u = directions(field, np.zeros(12), 5, normals(field, Draw.DIRECTIONS, 3, 0, 2000, 5))
    np.testing.assert_allclose(np.linalg.norm(u, axis=1), 1.0)
    assert np.all(u[:, 5:] == 0.0)
    np.testing.assert_allclose(u[:, :5].T @ u[:, :5] / 2000, np.eye(5) / 5, atol=4.0 * 0.3 / math.sqrt(2000))
    x = points(glass, 1)[0]
    u = directions(glass, x, 12, normals(glass, Draw.DIRECTIONS, 3, 0, 50, 12))
    np.testing.assert_allclose(u @ x, 0.0, atol=1e-13)
    np.testing.assert_allclose(np.linalg.norm(u, axis=1), 1.0)


def test_every_use_of_random_numbers_has_its_own() -> None:
    problem = built("rastrigin", 3)
    drawn = [normals(problem, use, 5, 0, 20, 3) for use in Draw]
    assert len(np.unique(np.concatenate(drawn).ravel())) == 20 * 3 * len(Draw)
    np.testing.assert_array_equal(normals(problem, Draw.BENDS, 5, 7, 2, 3), drawn[1][7:9])
    assert not np.any(drawn[0] == normals(problem, Draw.PROBES, 6, 0, 20, 3))
    ours = stream_keys(0, Stream.WALLS, 3 * MOST_DRAWN)
    for stream in set(Stream) - {Stream.WALLS}:
        assert not set(ours.tolist()) & set(stream_keys(0, stream, 1000).tolist())


def test_the_same_state_gives_the_same_reading_and_another_step_other_directions() -> None:
    state = Simulation(Experiment(landscape="rastrigin", dim=20, walkers=2)).state()
    first, again, later = read(state), read(state), read(replace(state, step=1))
    np.testing.assert_array_equal(first.up, again.up)
    assert np.any(first.up != later.up)


def test_only_open_directions_count() -> None:
    """The saddle's falling direction is the first one; locked, all others rise."""
    problem = with_hessian(np.diag([1.0, 1.0, -50.0]))
    x = np.zeros(3)
    assert np.all(traces(problem, x, 2, math.inf, 0).mean == 1.0)
    simulation = Simulation(
        Experiment(landscape="saddle", dim=4, active_dim=1, walkers=1, parameters={"down": 9.0})
    )
    simulation.place(np.zeros((1, 4)))
    reading = read(simulation.state())
    assert reading.open_directions == 1 and np.all(reading.up == 0) and np.all(reading.theory == 0.0)


def test_a_network_is_looked_at_with_all_of_its_examples() -> None:
    whole = Simulation(Experiment(landscape="network", walkers=1)).state()
    part = Simulation(Experiment(landscape="network", walkers=1, parameters={"batch": 8.0})).state()
    np.testing.assert_array_equal(read(whole).up, read(part).up)
    np.testing.assert_array_equal(read(whole).theory, read(part).theory)


def test_effort_follows_the_work() -> None:
    state = Simulation(Experiment(landscape="rastrigin", dim=1000, walkers=1)).state()
    some, few = read(replace(state, work=2e7)), read(replace(state, work=1.0))
    assert 8 < some.directions < 400 and len(some.radii) == 9
    assert few.directions == 8 and len(few.radii) == 5
    assert few.radii[0] == some.radii[0] and few.radii[-1] == pytest.approx(math.sqrt(1000.0))


def reason_at(x: float, **entries: object) -> str:
    simulation = Simulation(Experiment(**{"landscape": "rastrigin", "walkers": 1, "dim": 3, **entries}))
    simulation.place(np.full((1, simulation.experiment.dim), x))
    reading = read(simulation.state())
    assert not len(reading.up) and reading.theory is None and np.all(np.isnan(MEASURE.row(reading)))
    return reading.reason


def test_what_there_is_nothing_to_say_of() -> None:
    assert reason_at(np.nan) == reason_at(np.inf) == reason_at(1e9) == "walker 1 diverged"
    assert reason_at(1.0, landscape="spin-glass", dim=1) == "there is no direction to move in"


def test_a_hessian_that_is_no_number_leaves_the_sample_without_a_theory() -> None:
    simulation = Simulation(Experiment(landscape="relu-teacher", walkers=1))
    simulation.place(np.zeros((1, simulation.experiment.dim)))
    reading = read(simulation.state())
    assert reading.theory is None and len(reading.up) == 9


def test_a_plain_leads_nowhere_up() -> None:
    flat = bowl(pack=lambda dim, seed, settings: np.zeros(dim)).build(4)
    assert np.all(shares(flat, np.zeros(4), [0.1, 1.0]) == 0.0)
    assert np.all(np.isnan(expected_shares(np.ones(2), 0.0, traces(flat, np.zeros(4), 4, 1e9, 0), 4)[0]))
