"""What is known of the φ⁴ chain, found again."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from sim import LANDSCAPES, Experiment, Signs, Simulation, signs
from sim.arrays import Floats
from sim.landscape import Problem

CHAIN = LANDSCAPES["polynomial-chain"]
ENDS = {"periodic": 1, "open": 2}
"""The angles of the eigenvalues at 0 are πk/N in a ring and πk/2N in an open chain."""


def chain(dim: int, **settings: Any) -> Problem:
    return CHAIN.build(dim, **settings)


def counts(found: Signs) -> tuple[int, int, int]:
    return found.negative, found.zero, found.positive


def newton(problem: Problem, x: Floats) -> Floats | None:
    """The critical point that Newton's method leads to from x, or None where it leads nowhere."""
    for _ in range(60):
        gradient = problem.value_and_gradient(x)[1]
        if np.abs(gradient).max() < 1e-13:
            return x
        x = x - np.linalg.solve(problem.hessian(x), gradient)
    return None


# --- at x = 0 ---------------------------------------------------------------------------------------


def at_zero(dim: int, ends: str, ratio: float) -> tuple[int, int, int]:
    """The signs of −λ + 4J sin², for a ratio λ/J."""
    shares = np.sin(np.pi * np.arange(dim) / (ENDS[ends] * dim)) ** 2 - ratio / 4.0
    zero, negative = int(np.sum(np.abs(shares) < 1e-12)), int(np.sum(shares <= -1e-12))
    return negative, zero, dim - negative - zero


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("ratio", [0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 3.9])
def test_exact_signs_at_zero(ends: str, ratio: float) -> None:
    """1140 cases: ten λ/J, open and closed, 3 to 59 coordinates, with zeros where theory has them."""
    for dim in range(3, 60):
        problem = chain(dim, lam=0.3 * ratio, J=0.3, ends=ends)
        assert counts(signs(problem, np.zeros(dim))) == at_zero(dim, ends, ratio)


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0, 3.0])
def test_the_closed_form_of_the_counts(ends: str, ratio: float) -> None:
    """A ring has 1 + 2⌊X⌋ negative ones, X = (N/π) arcsin √(λ/4J); an open chain ⌊2X⌋ + 1."""
    for dim in (7, 100, 1001, 100_003):
        x = dim / math.pi * math.asin(math.sqrt(ratio / 4.0))
        expected = 1 + 2 * math.floor(x) if ends == "periodic" else math.floor(2.0 * x) + 1
        if abs(2.0 * x - round(2.0 * x)) > 1e-6:
            found = signs(chain(dim, lam=ratio, ends=ends), np.zeros(dim))
            assert counts(found) == (expected, 0, dim - expected)


@pytest.mark.parametrize(
    ("ends", "ratio", "period", "zeros"),
    [("periodic", 1.0, 6, 2), ("open", 1.0, 3, 1), ("periodic", 2.0, 4, 2), ("open", 2.0, 2, 1)],
)
def test_exact_zeros_are_where_theory_has_them(ends: str, ratio: float, period: int, zeros: int) -> None:
    for dim in (*range(3, 40), 3000, 3001, 999_999, 1_000_000):
        problem, at = chain(dim, lam=ratio, ends=ends), np.zeros(dim)
        expected = zeros if dim % period == 0 else 0
        assert signs(problem, at).zero == expected
        if dim < 4000:  # from there on the narrowest band is wider than the next eigenvalue is far
            assert signs(problem, at, tolerance=0.0).zero == expected


def test_a_third_of_a_million_directions_falls_at_zero() -> None:
    for ends, expected in (("periodic", (333_333, 0, 666_667)), ("open", (333_334, 0, 666_666))):
        assert counts(signs(chain(1_000_000, ends=ends), np.zeros(1_000_000))) == expected


# --- critical points --------------------------------------------------------------------------------


def test_every_critical_point_of_a_weakly_coupled_chain_by_its_number_of_falling_directions() -> None:
    """N = 7, J = 0.03: C(7, k) 2^(7 − k) of them have k."""
    for ends in ENDS:
        problem, census = chain(7, J=0.03, ends=ends), Counter[int]()
        ends_of = set()
        for choice in itertools.product((-1.0, 0.0, 1.0), repeat=7):
            x = newton(problem, np.array(choice))
            assert x is not None
            ends_of.add(tuple(np.round(x, 9)))
            census[signs(problem, x).negative] += 1
        assert len(ends_of) == 3**7
        assert [census[k] for k in range(8)] == [128, 448, 672, 560, 280, 84, 14, 1]


@pytest.mark.parametrize("dim", [4, 10, 64])
@pytest.mark.parametrize(("share", "stable"), [(0.5, True), (0.999, True), (1.001, False), (1.4, False)])
def test_alternating_neighbours_are_a_minimum_up_to_a_sixth(dim: int, share: float, stable: bool) -> None:
    j = share / 6.0
    problem = chain(dim, J=j, ends="periodic")
    x = math.sqrt(1.0 - 4.0 * j) * (-1.0) ** np.arange(dim)
    assert np.abs(problem.value_and_gradient(x)[1]).max() < 1e-15
    assert (signs(problem, x).negative == 0) == stable


@pytest.mark.parametrize(("share", "only_three"), [(0.9, False), (1.1, True)])
def test_strong_links_leave_three_critical_points_in_a_ring(share: float, only_three: bool) -> None:
    dim = 5
    problem = chain(dim, J=share / (4.0 * math.sin(math.pi / dim) ** 2), ends="periodic")
    starts = np.random.default_rng(0).uniform(-1.5, 1.5, (400, dim))
    found = {
        tuple(np.round(x, 6) + 0.0) for x in (newton(problem, start) for start in starts) if x is not None
    }
    three = {(c,) * dim for c in (-1.0, 0.0, 1.0)}
    assert three <= found
    assert (found == three) == only_three


# --- kinks ------------------------------------------------------------------------------------------


def with_a_kink(j: float) -> tuple[Problem, Floats]:
    """A chain at rest that changes sign in the middle, by descent from the tanh of a continuous chain."""
    problem = chain(200, J=j)
    x = np.tanh((np.arange(200) - 99.5) / math.sqrt(2.0 * j))
    for _ in range(4000):
        x = x - 0.9 / problem.scales.curvature * problem.value_and_gradient(x)[1]
    assert np.abs(problem.value_and_gradient(x)[1]).max() < 1e-13
    return problem, x


@pytest.mark.parametrize(("j", "cost"), [(0.25, 0.782), (1.0, 0.925), (4.0, 0.9388), (16.0, 0.9418)])
def test_a_kink_costs_what_it_should(j: float, cost: float) -> None:
    """In the limit of a wide kink (8/9 λJ)^½ = 0.9428 √(λJ); narrow ones cost less."""
    problem, x = with_a_kink(j)
    assert problem.value_and_gradient(x)[0] == pytest.approx(cost * math.sqrt(j), rel=1e-3)
    assert cost < math.sqrt(8.0 / 9.0)
    assert counts(signs(problem, x)) == ((0, 1, 199) if j == 16.0 else (0, 0, 200))


def walls(x: Floats) -> float:
    """The share of links between opposite signs."""
    return float(np.mean(np.sign(x[:, 1:]) != np.sign(x[:, :-1])))


def test_strong_links_leave_fewer_kinks() -> None:
    found = []
    for j in (0.25, 1.0, 16.0):
        simulation = Simulation(
            Experiment(
                landscape="polynomial-chain",
                dim=5000,
                walkers=4,
                starts="normal",
                parameters={"J": j},
                seed=1,
            )
        )
        simulation.advance(1000)
        found.append(walls(simulation.positions()))
    np.testing.assert_allclose(found, [0.169, 0.051, 0.016], rtol=0.1)


# --- other couplings, ends and orders ---------------------------------------------------------------


def test_in_an_open_chain_random_signs_are_another_name_for_the_same() -> None:
    problem, uniform = chain(50, couplings="random", seed=4), chain(50)
    turned = np.cumprod([1.0, *problem.parameters[-49:]])
    assert {-1.0, 1.0} == set(turned)
    x = np.random.default_rng(0).uniform(-1.5, 1.5, (20, 50))
    value, gradient = problem.value_and_gradient(x * turned)
    expected, slope = uniform.value_and_gradient(x)
    np.testing.assert_allclose(value, expected, rtol=1e-13)
    np.testing.assert_allclose(gradient, slope * turned, atol=1e-13)
    for start in x[:5]:
        assert counts(signs(problem, start * turned)) == counts(signs(uniform, start))


def test_in_a_ring_the_product_of_the_signs_decides_whether_all_links_can_be_contented() -> None:
    frustrated = set()
    for seed in range(20):
        problem = chain(12, couplings="random", ends="periodic", seed=seed)
        product = np.prod(problem.parameters[-12:])
        turned = np.cumprod([1.0, *problem.parameters[-12:-1]])
        value = problem.value_and_gradient(turned)[0]
        assert value == pytest.approx(0.0 if product > 0 else 2.0, abs=1e-12)  # one link of J/2 · 2²
        frustrated.add(product)
    assert frustrated == {-1.0, 1.0}


def test_random_signs_are_fair_and_the_first_of_a_longer_chain_are_those_of_a_shorter_one() -> None:
    long, short = (chain(dim, couplings="random", seed=7).parameters for dim in (100_001, 101))
    assert abs(np.mean(long[-100_000:])) < 4.0 / math.sqrt(100_000)
    np.testing.assert_array_equal(long[-100_000:-99_900], short[-100:])


@pytest.mark.parametrize("couplings", ["uniform", "random"])
def test_a_ring_of_two_has_two_links_and_a_ring_of_one_has_one(couplings: str) -> None:
    for seed in range(6):
        two = chain(2, lam=1.0, J=0.7, order=2, couplings=couplings, ends="periodic", seed=seed)
        s = two.parameters[-2:] if couplings == "random" else np.ones(2)
        x = np.array([0.3, -1.1])
        links = (x[1] - s[0] * x[0]) ** 2 + (x[0] - s[1] * x[1]) ** 2
        assert two.value_and_gradient(x)[0] == pytest.approx(0.5 * (x @ x) + 0.35 * links)
        one = chain(1, lam=1.0, J=0.7, order=2, couplings=couplings, ends="periodic", seed=seed)
        s = one.parameters[-1] if couplings == "random" else 1.0
        assert one.value_and_gradient(x[:1])[0] == pytest.approx(0.045 + (0.0 if s > 0 else 1.4 * 0.09))
        assert counts(signs(one, x[:1])) == (0, 0, 1)


def test_a_bowl_of_springs_has_the_same_curvatures_everywhere() -> None:
    problem = chain(9, order=2, lam=0.5, J=2.0, ends="periodic")
    expected = 0.5 + 8.0 * np.sin(np.pi * np.arange(9) / 9) ** 2
    for x in np.random.default_rng(0).uniform(-1.5, 1.5, (3, 9)):
        np.testing.assert_allclose(np.linalg.eigvalsh(problem.hessian(x)), np.sort(expected), atol=1e-13)


def test_at_order_three_walkers_beyond_the_barrier_fall_for_ever_and_the_others_do_not() -> None:
    experiment = Experiment(
        landscape="polynomial-chain", dim=1, walkers=64, parameters={"order": 3.0, "J": 0.0}, seed=2
    )
    simulation = Simulation(experiment)
    beyond = simulation.positions()[:, 0] > 1.0
    assert 0 < beyond.sum() < 64
    simulation.advance(4000)
    outcomes = simulation.read("outcomes").readings["outcomes"].outcomes
    assert [outcome == "diverged" for outcome in outcomes] == list(beyond)
    assert {outcome for outcome in outcomes if outcome != "diverged"} == {"at a minimum"}
