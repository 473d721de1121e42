"""What is known of ReLU students and teachers: the closed form, its minima, how often descent is stuck."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from problems import points

from sim import LANDSCAPES, BadInput, Experiment, Simulation, signs
from sim.arrays import Floats
from sim.commands import Graft

RELU = LANDSCAPES["relu-teacher"]


def experiment(neurons: int, teacher: int, walkers: int, **more: Any) -> Experiment:
    """Normal weights of variance 2 / (n + k), and the step length of Safran and Shamir's size."""
    return Experiment(
        landscape="relu-teacher", dim=neurons * teacher, walkers=walkers, starts="normal", seed=11,
        parameters={"neurons": neurons, "teacher": teacher}, hyper={"lr": 4.0 / neurons}, **more,
    )  # fmt: skip


def losses(simulation: Simulation) -> Floats:
    return simulation.state().value


def stuck(simulation: Simulation) -> int:
    """How many walkers have come to rest above the global minimum."""
    assert simulation.state().gradient_norm.max() < 1e-3
    return int(np.count_nonzero(losses(simulation) > 5e-3))


@pytest.mark.parametrize(("neurons", "teacher", "extra"), [(1, 1, 0), (3, 2, 0), (4, 6, 1)])
def test_the_loss_is_the_mean_over_normal_inputs(neurons: int, teacher: int, extra: int) -> None:
    problem = RELU.build(neurons=neurons, teacher=teacher, extra_inputs=extra)
    inputs = teacher + extra
    z = np.random.default_rng(0).standard_normal((400_000, inputs))
    for x in points(problem, 3):
        student = np.maximum(z @ x.reshape(neurons, inputs).T, 0.0).sum(axis=1)
        sample = 0.5 * (student - np.maximum(z[:, :teacher], 0.0).sum(axis=1)) ** 2
        error = sample.std() / math.sqrt(len(sample))
        assert abs(problem.value_and_gradient(x)[0] - sample.mean()) < 4.0 * error


@pytest.mark.parametrize("size", [1, 2, 6, 11])
def test_the_teacher_with_its_neurons_in_any_order_is_a_minimum(size: int) -> None:
    problem = RELU.build(neurons=size, teacher=size, extra_inputs=2)
    order = np.random.default_rng(size).permutation(size)
    x = np.eye(size, size + 2)[order].ravel()
    value, gradient = problem.value_and_gradient(x)
    assert 0.0 <= value < 1e-15 * size
    assert np.abs(gradient).max() < 1e-15
    found = signs(problem, x)
    assert (found.negative, found.zero) == (0, 0)


def test_the_published_minimum_of_seven_neurons_is_one() -> None:
    """Ten digits of it come with Safran, Yehudai and Shamir's "Effects of Mild Over-parameterization"."""
    lonely, towards_it, away, own, others = (
        -0.6327039049,
        0.2616910758,
        0.1859910463,
        0.9969227988,
        -0.0350801559,
    )
    student = np.full((7, 7), others)
    np.fill_diagonal(student, own)
    student[0], student[:, 0], student[0, 0] = towards_it, away, lonely
    problem = RELU.build(neurons=7, teacher=7)
    found = [(problem.value_and_gradient(w.ravel()), w) for w in (student, student.T)]
    (value, gradient), weights = min(found, key=lambda pair: float(np.abs(pair[0][1]).max()))
    assert np.abs(gradient).max() < 1e-9
    assert value == pytest.approx(0.0232, abs=5e-5)
    assert signs(problem, weights.ravel()).positive == 49


@pytest.mark.parametrize("facing", [1.0, -1.0])
@pytest.mark.parametrize("turn", [0.0, 1e-12, 1e-9, 1e-7, 1e-3])
def test_neurons_that_are_nearly_parallel_lose_no_digits(turn: float, facing: float) -> None:
    """Two neurons in the plane, the angle between them `turn` or π − `turn`; an acos would be off by √ε."""
    sine, cosine = math.sin(turn), math.cos(turn)
    rest = math.pi - turn if facing > 0.0 else turn
    first, second, teacher = np.array([0.0, 1.0]), np.array([sine, facing * cosine]), np.array([1.0, 0.0])
    lengths = 1.5, 0.7
    x = np.concatenate((lengths[0] * first, lengths[1] * second))
    problem = RELU.build(neurons=2, teacher=1, extra_inputs=1)

    tau = 2.0 * math.pi
    pulls = [
        (first + 0.5 * math.pi * teacher) / tau,
        (cosine * second + (0.5 * math.pi + turn) * teacher) / tau,
    ]
    slopes = [
        0.5 * lengths[0] * first + lengths[1] * (sine * first + rest * second) / tau - pulls[0],
        0.5 * lengths[1] * second + lengths[0] * (sine * second + rest * first) / tau - pulls[1],
    ]
    np.testing.assert_allclose(problem.value_and_gradient(x)[1], np.concatenate(slopes), rtol=0, atol=5e-16)

    across = np.outer(first, [1.0, 0.0]) + np.outer(second, [-facing * cosine, sine])
    mixed = (rest * np.eye(2) + across) / tau
    found = problem.hessian(x)
    np.testing.assert_allclose(found[:2, 2:], mixed, rtol=0, atol=5e-16)
    np.testing.assert_array_equal(found, found.T)


def test_a_neuron_without_weights_stands_at_the_tip_of_a_cone() -> None:
    problem, smaller = RELU.build(neurons=3, teacher=4), RELU.build(neurons=2, teacher=4)
    two = points(smaller, 1)[0]
    x = np.concatenate((two, np.zeros(4)))
    value, gradient = problem.value_and_gradient(x)
    assert value == pytest.approx(smaller.value_and_gradient(two)[0], rel=1e-14)
    np.testing.assert_allclose(gradient[:8], smaller.value_and_gradient(two)[1], atol=1e-15)
    for c in range(4):  # the mean of the slopes on both sides
        step = 1e-6 * np.eye(12)[8 + c]
        ahead, behind = problem.value_and_gradient(np.array([x + step, x - step]))[0]
        assert gradient[8 + c] == pytest.approx((ahead - behind) / 2e-6, abs=1e-9)
    np.testing.assert_allclose(problem.hessian(x, 8), smaller.hessian(two), atol=1e-14)
    with pytest.raises(BadInput, match="the Hessian there is not finite"):
        signs(problem, x)


SHARES = {6: 0.002, 7: 0.062, 8: 0.126, 9: 0.218, 10: 0.353, 12: 0.590}
"""What the landscape's page says, from other seeds than here."""


@pytest.mark.slow
def test_as_many_walkers_are_stuck_as_the_page_says() -> None:
    """Each of them at a minimum; and with two neurons more than the teacher has, none."""
    walkers, share = 400, SHARES[8]
    simulation = Simulation(experiment(8, 8, walkers))
    simulation.advance(3000)
    error = math.sqrt(share * (1.0 - share) * (1.0 / walkers + 1.0 / 1000.0))
    assert abs(stuck(simulation) / walkers - share) < 4.0 * error
    outcomes = simulation.read("outcomes").readings["outcomes"].outcomes
    resting = np.flatnonzero(losses(simulation) > 5e-3)
    assert {outcomes[walker].value for walker in resting} == {"at a minimum"}
    wider = Simulation(experiment(10, 8, walkers // 4))
    wider.advance(3000)
    assert stuck(wider) == 0


@pytest.mark.slow
@pytest.mark.parametrize(("size", "share"), SHARES.items())
def test_the_shares_on_the_page(size: int, share: float) -> None:
    walkers = 300  # where the page counted 1000
    simulation = Simulation(experiment(size, size, walkers))
    simulation.advance(8000)
    error = math.sqrt(share * (1.0 - share) * (1.0 / walkers + 1.0 / 1000.0))
    assert abs(stuck(simulation) / walkers - share) < 4.0 * error


def test_grafted_neurons_free_the_walkers_that_are_stuck() -> None:
    simulation = Simulation(experiment(9, 9, 64))
    simulation.advance(3000)
    before, resting = simulation.positions(), losses(simulation) > 5e-3
    old = losses(simulation).copy()
    assert resting.sum() >= 8
    simulation.apply(Graft(2))
    after = simulation.positions()
    np.testing.assert_array_equal(after[:, :81], before)
    lengths = np.linalg.norm(after[:, 81:].reshape(64, 2, 9), axis=2)
    assert 2e-4 < lengths.min() < lengths.max() < 3e-3
    assert np.abs(losses(simulation) - old).max() < 1e-3
    simulation.advance(5000)
    assert np.count_nonzero(losses(simulation)[resting] < 1e-4) >= 0.9 * resting.sum()
