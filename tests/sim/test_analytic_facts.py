"""What is known of the classic test functions, found again."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from sim import LANDSCAPES, signs
from sim.arrays import Floats
from sim.landscape import Problem


def starts(problem: Problem, walkers: int) -> Floats:
    """Uniform in the box (walkers, d)."""
    return np.random.default_rng(0).uniform(*problem.box, (walkers, problem.dim))


def descended(problem: Problem, x: Floats, steps: int, share: float = 0.9) -> Floats:
    """Where gradient descent gets from x (n, d) with this share of the learning rate 1/curvature."""
    for _ in range(steps):
        x = x - share / problem.scales.curvature * problem.value_and_gradient(x)[1]
    return x


def wells(problem: Problem, coordinate: int) -> list[float]:
    """Where along one coordinate, the others at the known minimum, the slope turns from down to up."""
    low, high = problem.box
    line = np.linspace(low, high, 200_003)
    x = np.full((len(line), problem.dim), problem.slice_at)
    x[:, coordinate] = line
    slope = problem.value_and_gradient(x)[1][:, coordinate]
    return [float(line[k]) for k in np.flatnonzero((slope[:-1] < 0.0) & (slope[1:] >= 0.0))]


# --- Ackley -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [10, 300])
def test_ackley_keeps_every_coordinate_at_its_nearest_whole_number(dim: int) -> None:
    problem = LANDSCAPES["ackley"].build(dim)
    x = starts(problem, 100)
    ends = descended(problem, x, 300)
    assert np.mean(np.rint(ends) == np.rint(x)) > 0.995
    assert np.abs(ends - np.rint(ends)).max() < 0.05
    assert np.abs(problem.value_and_gradient(ends)[1]).max() < 1e-6 / dim


def test_ackley_is_an_average_over_coordinates() -> None:
    """The same numbers written twice have the same value and half the slopes."""
    x = np.random.default_rng(0).uniform(-3.0, 3.0, (20, 4))
    once, slopes = LANDSCAPES["ackley"].build(4).value_and_gradient(x)
    twice, halves = LANDSCAPES["ackley"].build(8).value_and_gradient(np.hstack([x, x]))
    np.testing.assert_allclose(twice, once, rtol=1e-13)
    np.testing.assert_allclose(halves, np.hstack([slopes, slopes]) / 2.0, rtol=1e-12, atol=1e-14)


def test_ackleys_tip_is_finite_in_value_and_slope_and_infinitely_sharp() -> None:
    problem = LANDSCAPES["ackley"].build(3)
    value, gradient = problem.value_and_gradient(np.zeros(3))
    assert value == 0.0
    assert not gradient.any()
    np.testing.assert_array_equal(np.diag(problem.hessian(np.zeros(3))), np.inf)
    assert problem.hessian_product(np.zeros(3), np.array([1.0, -1.0, 2.0])).tolist() == [
        np.inf,
        -np.inf,
        np.inf,
    ]
    for x in 1e-9 * np.random.default_rng(0).standard_normal((10, 3)):
        assert np.linalg.norm(problem.value_and_gradient(x)[1]) == pytest.approx(
            4.0 / math.sqrt(3.0), rel=1e-6
        )
    last = descended(problem, np.full((1, 3), 0.01), 1000)
    assert 1e-3 < np.abs(last).max() < 0.1
    without = LANDSCAPES["ackley"].build(3, a=0.0).hessian(np.zeros(3))
    np.testing.assert_allclose(without, 4.0 * math.pi**2 * math.e / 3.0 * np.eye(3), rtol=1e-13)


# --- Rosenbrock -------------------------------------------------------------------------------------


def newton(problem: Problem, x: Floats) -> Floats:
    """A minimum near x, by Newton steps along which every curvature counts as positive."""
    for _ in range(300):
        curvatures, axes = np.linalg.eigh(problem.hessian(x))
        step = axes @ (axes.T @ problem.value_and_gradient(x)[1] / np.maximum(np.abs(curvatures), 1e-3))
        x = x - step * min(1.0, 0.3 / max(float(np.linalg.norm(step)), 1e-300))
    assert np.abs(problem.value_and_gradient(x)[1]).max() < 1e-10
    assert np.linalg.eigvalsh(problem.hessian(x))[0] > 0.0
    return x


@pytest.mark.parametrize(("dim", "value"), [(4, 3.7014286104), (10, 3.9865791), (30, 3.9866238543)])
def test_rosenbrock_has_a_second_minimum_from_four_dimensions_on(dim: int, value: float) -> None:
    problem = LANDSCAPES["rosenbrock"].build(dim)
    start = np.ones(dim)
    start[0] = -1.0
    x = newton(problem, start)
    assert x[0] < -0.7
    assert problem.value_and_gradient(x)[0] == pytest.approx(value, abs=1e-7)
    if dim == 4:
        np.testing.assert_allclose(x, [-0.776, 0.613, 0.382, 0.146], atol=5e-4)


@pytest.mark.parametrize(("dim", "count"), [(2, 1), (3, 1), (4, 2), (5, 2)])
def test_rosenbrock_has_no_further_minima_in_few_dimensions(dim: int, count: int) -> None:
    problem = LANDSCAPES["rosenbrock"].build(dim)
    ends = {tuple(np.round(newton(problem, x), 4)) for x in starts(problem, 40)}
    assert len(ends) == count
    assert tuple(np.ones(dim)) in ends


def test_rosenbrocks_valley_is_2500_times_as_steep_across_as_along() -> None:
    curvatures = np.linalg.eigvalsh(LANDSCAPES["rosenbrock"].build(2).hessian(np.ones(2)))
    np.testing.assert_allclose(curvatures, [0.39936, 1001.60064], rtol=1e-5)


def test_rosenbrock_in_one_dimension_is_the_slice_at_one() -> None:
    x = np.linspace(-2.0, 2.0, 9)[:, None]
    alone, on_slice = LANDSCAPES["rosenbrock"].build(1), LANDSCAPES["rosenbrock"].build(2)
    value, gradient = alone.value_and_gradient(x)
    whole, slopes = on_slice.value_and_gradient(np.hstack([x, np.ones_like(x)]))
    np.testing.assert_allclose(value, whole, rtol=1e-14)
    np.testing.assert_allclose(gradient, slopes[:, :1], rtol=1e-14)
    for v in x:
        assert alone.hessian(v)[0, 0] == on_slice.hessian(np.array([v[0], 1.0]))[0, 0]


# --- Griewank ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [5, 10, 20])
def test_griewanks_ripple_fades_as_the_power_of_a_half(dim: int) -> None:
    """The logarithm of |cos| of a random angle has the mean −ln 2 and the standard deviation π/√12."""
    problem = LANDSCAPES["griewank"].build(dim)
    x = starts(problem, 2000)
    ripple = np.abs(problem.value_and_gradient(x)[0] - 1.0 - (x**2).sum(axis=1) / 4000.0)
    spread = math.pi / math.sqrt(12.0) * math.sqrt(dim / 2000)
    assert abs(np.log(ripple).mean() + dim * math.log(2.0)) < 4.0 * spread + 0.02 * dim


@pytest.mark.parametrize(("dim", "least", "most"), [(5, 0.0, 0.0), (20, 0.25, 0.75)])
def test_griewank_is_easier_in_more_dimensions(dim: int, least: float, most: float) -> None:
    problem = LANDSCAPES["griewank"].build(dim)
    ends = descended(problem, starts(problem, 100), 20_000)
    assert least <= np.mean(problem.value_and_gradient(ends)[0] < 1e-6) <= most


def test_griewank_has_fifty_thousand_minima_in_two_dimensions() -> None:
    """One near every point of the box where both cosines are 1 or both are −1, pulled inwards a little."""
    problem = LANDSCAPES["griewank"].build(2)
    apart = math.pi * np.array([1.0, math.sqrt(2.0)])
    most = (600.0 / apart).astype(int)
    sites = [
        (m, n) for m in range(-most[0], most[0] + 1) for n in range(-most[1], most[1] + 1) if (m + n) % 2 == 0
    ]
    ends = descended(problem, np.array(sites) * apart, 200)
    assert np.abs(ends - np.array(sites) * apart).max() < 0.7
    assert np.abs(problem.value_and_gradient(ends)[1]).max() < 1e-10
    assert 50_000 < np.count_nonzero(np.abs(ends).max(axis=1) < 600.0) < 52_000
    for x in ends[::5000]:
        assert np.linalg.eigvalsh(problem.hessian(x))[0] > 0.0


@pytest.mark.parametrize("dim", [2, 5, 30])
def test_griewanks_curvature_is_bounded_in_every_direction(dim: int) -> None:
    problem = LANDSCAPES["griewank"].build(dim)
    sharpest = [np.abs(np.linalg.eigvalsh(problem.hessian(x))).max() for x in starts(problem, 300) / 100.0]
    assert max(sharpest) <= problem.scales.curvature + 1e-12
    assert np.linalg.eigvalsh(problem.hessian(np.zeros(dim))).max() == pytest.approx(problem.scales.curvature)


def test_griewanks_slope_is_right_where_a_cosine_is_zero() -> None:
    """A quarter turn of the first coordinate: the product is 0, its slope the product of the others."""
    problem = LANDSCAPES["griewank"].build(3)
    x = np.array([math.pi / 2.0, 1.0, 2.0])
    others = math.cos(1.0 / math.sqrt(2.0)) * math.cos(2.0 / math.sqrt(3.0))
    assert problem.value_and_gradient(x)[1][0] == pytest.approx(x[0] / 2000.0 + others, rel=1e-12)
    along = problem.hessian(x)[0, 1]
    expected = -math.sin(1.0 / math.sqrt(2.0)) / math.sqrt(2.0) * math.cos(2.0 / math.sqrt(3.0))
    assert along == pytest.approx(expected, rel=1e-9)


# --- Styblinski and Tang ----------------------------------------------------------------------------


def test_descent_on_styblinski_and_tang_ends_at_the_known_average() -> None:
    dim, walkers = 100, 400
    problem = LANDSCAPES["styblinski-tang"].build(dim)
    ends = descended(problem, starts(problem, walkers), 300)
    good = ends < 0.15673125628
    np.testing.assert_allclose(ends, np.where(good, *problem.landscape.known_minima(dim, {})), atol=1e-6)
    share = (0.15673125628 + 5.0) / 10.0
    assert abs(good.mean() - share) < 4.0 * math.sqrt(share * (1.0 - share) / ends.size)
    loss = problem.value_and_gradient(ends)[0] / dim
    spread = (39.1661657 - 25.0294466) * math.sqrt(share * (1.0 - share))
    assert spread == pytest.approx(7.07, abs=0.01)
    assert abs(loss.mean() + 32.32) < 4.0 * spread / math.sqrt(ends.size) + 0.005


# --- Levy -------------------------------------------------------------------------------------------


def test_levys_wells_and_curvatures_are_as_described() -> None:
    problem = LANDSCAPES["levy"].build(4)
    assert [len(wells(problem, j)) for j in range(4)] == [5, 6, 6, 8]
    np.testing.assert_allclose(
        np.diag(problem.hessian(np.ones(4))), [2.2438, 1.0101, 1.0101, 0.125], atol=1e-4
    )
    sharpest = max(problem.hessian(np.full(4, place))[1, 1] for place in wells(problem, 1))
    assert 65.0 < sharpest < 66.0 < problem.scales.curvature


def test_levy_is_a_sum_over_coordinates() -> None:
    """Changing one coordinate changes the value by the same amount whatever the others are."""
    problem = LANDSCAPES["levy"].build(5)
    x, other = starts(problem, 2)
    for j in range(5):
        moved, moved_other = x.copy(), other.copy()
        other[j], moved[j], moved_other[j] = x[j], 1.5, 1.5
        change = problem.value_and_gradient(moved)[0] - problem.value_and_gradient(x)[0]
        elsewhere = problem.value_and_gradient(moved_other)[0] - problem.value_and_gradient(other)[0]
        assert change == pytest.approx(elsewhere, abs=1e-12)


# --- Schwefel ---------------------------------------------------------------------------------------


def test_schwefels_box_holds_seven_minima_and_the_best_has_value_zero() -> None:
    problem = LANDSCAPES["schwefel"].build(1)
    known = problem.landscape.known_minima(1, {})
    np.testing.assert_allclose(sorted(known), wells(problem, 0), atol=0.01)
    assert abs(problem.value_and_gradient(np.array([known[0]]))[0]) < 1e-12
    assert problem.value_and_gradient(np.linspace(-500.0, 500.0, 100_001)[:, None])[0].min() >= 0.0


def test_walkers_leave_schwefels_box_for_something_lower() -> None:
    problem = LANDSCAPES["schwefel"].build(2)
    ends = descended(problem, np.array([[-421.5, 500.0], [-420.5, 500.0]]), 400)
    np.testing.assert_allclose(
        ends, [[-559.14863018, 420.96874636], [-302.52493561, 420.96874636]], atol=1e-6
    )
    assert problem.value_and_gradient(ends)[0][0] == pytest.approx(-138.17640994, abs=1e-7)


def test_schwefels_slope_is_zero_and_its_curvature_jumps_at_zero() -> None:
    problem = LANDSCAPES["schwefel"].build(2)
    assert not problem.value_and_gradient(np.zeros(2))[1].any()
    assert (np.diag(problem.hessian(np.zeros(2))) == -np.inf).all()
    small = np.array([1e-12, -1e-12])
    assert np.abs(problem.value_and_gradient(small)[1]).max() < 2e-6
    assert np.diag(problem.hessian(small)).tolist() == pytest.approx([-0.75e6, 0.75e6], rel=1e-6)
    from_five_on = np.linspace(5.0, 500.0, 10_001)
    curvatures = [problem.hessian(np.array([x, -x])).diagonal() for x in from_five_on]
    assert np.abs(curvatures).max() < 0.41 < problem.scales.curvature


# --- the double well --------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_the_double_wells_critical_points_are_all_choices(dim: int) -> None:
    """C(d, k) 2^(d − k) of them with k falling directions, and every minimum as good as any."""
    problem = LANDSCAPES["double-well"].build(dim, barrier=2.0)
    falling = []
    for choice in itertools.product((-1.0, 0.0, 1.0), repeat=dim):
        value, gradient = problem.value_and_gradient(np.array(choice))
        assert not gradient.any()
        falling.append(signs(problem, np.array(choice)).negative)
        assert value == 2.0 * falling[-1]
    for k in range(dim + 1):
        assert falling.count(k) == math.comb(dim, k) * 2 ** (dim - k)


@pytest.mark.parametrize("dim", [1, 10, 100])
def test_the_barrier_of_the_double_well_is_the_same_in_every_dimension(dim: int) -> None:
    problem = LANDSCAPES["double-well"].build(dim, barrier=2.0)
    path = np.ones((1001, dim))
    path[:, -1] = np.linspace(-1.0, 1.0, 1001)
    assert problem.value_and_gradient(path)[0].max() == pytest.approx(2.0)
    ends = descended(problem, starts(problem, 20), 300)
    np.testing.assert_allclose(problem.value_and_gradient(ends)[0], 0.0, atol=1e-12 * dim)
    np.testing.assert_allclose(ends, np.sign(starts(problem, 20)), atol=1e-6)
