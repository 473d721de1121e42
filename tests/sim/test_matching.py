"""Hidden neurons under other names: the same function, as near as possible to another network."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import built, points

from sim import LANDSCAPES
from sim.arrays import Floats
from sim.landscape import Problem
from sim.neural.activations import ACTIVATIONS
from sim.neural.architecture import weight_count
from sim.neural.kernels import outputs
from sim.neural.matching import ODD, assigned, flattened, layers_of, matched


def network(hidden: str, activation: str) -> Problem:
    return LANDSCAPES["network"].build(hidden=hidden, activation=activation, inputs=3, samples=20)


def answers(problem: Problem, x: Floats) -> Floats:
    found = np.empty((20, 1))
    outputs(x, problem.parameters, found)
    return found


@settings(max_examples=40, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 7), min_size=1, max_size=3),
    activation=st.sampled_from(ACTIVATIONS),
    seed=st.integers(0, 1000),
)
def test_the_function_stays_and_the_distance_does_not_grow(
    hidden: list[int], activation: str, seed: int
) -> None:
    problem = network(",".join(map(str, hidden)), activation)
    x, y = np.random.default_rng(seed).standard_normal((2, problem.dim))
    found = problem.landscape.matched(problem, x, y)
    np.testing.assert_allclose(answers(problem, found), answers(problem, x), rtol=1e-9, atol=1e-11)
    assert problem.value_and_gradient(found)[0] == pytest.approx(problem.value_and_gradient(x)[0], rel=1e-10)
    assert np.linalg.norm(found - y) <= np.linalg.norm(x - y) + 1e-12
    np.testing.assert_array_equal(np.sort(np.abs(found)), np.sort(np.abs(x)), "the same numbers, moved")


def under_other_names(widths: tuple[int, ...], activation: str, x: Floats, seed: int) -> Floats:
    rng, layers = np.random.default_rng(seed), layers_of(widths, x)
    for layer in range(len(layers) - 1):
        order = rng.permutation(widths[layer + 1])
        signs = rng.choice([-1.0, 1.0], len(order)) if activation in ODD else np.ones(len(order))
        layers[layer] = signs[:, None] * layers[layer][order]
        layers[layer + 1][:, :-1] = signs * layers[layer + 1][:, order]
    return flattened(layers)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("widths", [(3, 9, 2), (1, 1, 1), (4, 30, 1)])
def test_one_hidden_layer_is_found_again(widths: tuple[int, ...], activation: str) -> None:
    x = np.random.default_rng(0).standard_normal(weight_count(widths))
    other = under_other_names(widths, activation, x, 1)
    np.testing.assert_array_equal(matched(widths, activation, other, x), x)


def test_several_hidden_layers_come_nearer_by_turns() -> None:
    """A little noise is all that is left of networks that differ in names and in that noise."""
    widths = (6, 12, 10, 8, 3)
    rng = np.random.default_rng(0)
    x = rng.standard_normal(weight_count(widths))
    noise = 0.01 * rng.standard_normal(len(x))
    other = under_other_names(widths, "tanh", x + noise, 1)
    assert np.linalg.norm(other - x) > 10.0
    assert np.linalg.norm(matched(widths, "tanh", other, x) - x) == pytest.approx(np.linalg.norm(noise))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_of_all_names_the_nearest(activation: str) -> None:
    """Against every order and every choice of signs."""
    widths, k = (2, 4, 2), 4
    x, y = np.random.default_rng(5).standard_normal((2, weight_count(widths)))
    all_signs = [*itertools.product((1.0, -1.0), repeat=k)] if activation in ODD else [(1.0,) * k]
    distances = []
    for order, signs in itertools.product(itertools.permutations(range(k)), all_signs):
        first, last = layers_of(widths, x)
        last[:, :-1] = np.array(signs) * last[:, :-1][:, order]
        distances.append(np.linalg.norm(flattened([np.array(signs)[:, None] * first[[*order]], last]) - y))
    assert np.linalg.norm(matched(widths, activation, x, y) - y) == pytest.approx(min(distances))


def test_students_of_a_teacher_are_matched_as_well() -> None:
    problem = built("relu-teacher", 16)
    n = int(problem.settings["teacher"])
    x, y = points(problem, 2)
    found = problem.landscape.matched(problem, x, y)
    assert problem.value_and_gradient(found)[0] == pytest.approx(problem.value_and_gradient(x)[0], rel=1e-10)
    orders = itertools.permutations(range(len(x) // n))
    nearest = min(np.linalg.norm(x.reshape(-1, n)[[*order]].ravel() - y) for order in orders)
    assert np.linalg.norm(found - y) == pytest.approx(nearest)


def test_weights_that_are_no_numbers_are_nobodys_likeness() -> None:
    likeness = np.array([[np.nan, 1.0], [np.inf, -2.0]])
    who, signs = assigned(likeness, flips=False)
    assert sorted(who.tolist()) == [0, 1] and np.all(signs == 1.0)
    problem = network("4", "tanh")
    x, y = np.full(problem.dim, np.nan), np.ones(problem.dim)
    assert problem.landscape.matched(problem, x, y).shape == x.shape


def test_most_landscapes_have_no_names_to_change() -> None:
    assert {name for name in LANDSCAPES if LANDSCAPES[name].matched} == {"network", "relu-teacher"}
