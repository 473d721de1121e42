"""What is known about Rastrigin's function with A = 10, to forty digits elsewhere, found again here."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import LANDSCAPES, Experiment, Simulation, signs

PROBLEM = LANDSCAPES["rastrigin"].build(1)
MINIMA = [0.0, 0.9949586376523, 1.9899122337085, 2.9848557010395, 3.9797838603008, 4.9746913908951]
MAXIMA = [0.5025460365547, 1.5076407318704, 2.5127433182001, 3.5178591381704, 4.5229936595845]
VALUES = [0.0, 0.9949590571, 3.9798311906, 8.9546012415, 15.9192437925, 24.8737229345]

SHARPEST = 2.0 + 4.0 * math.pi**2 * 10.0
"""The curvature of the global minimum, which is the sharpest one."""


def critical_points(low: float, high: float) -> tuple[int, int]:
    """How many minima and maxima the one-dimensional function has, by the changes of its slope's sign."""
    x = np.linspace(low, high, 200_001)
    slope = np.sign(PROBLEM.value_and_gradient(x[:, None])[1][:, 0])
    slope = slope[slope != 0.0]
    return int((np.diff(slope) > 0).sum()), int((np.diff(slope) < 0).sum())


def test_critical_points_are_where_they_should_be() -> None:
    for known, sign in ((MINIMA, "positive"), (MAXIMA, "negative")):
        for x in (s * v for v in known for s in (-1.0, 1.0)):
            _, gradient = PROBLEM.value_and_gradient(np.array([x]))
            assert abs(gradient[0]) < 1e-10 * SHARPEST
            assert getattr(signs(PROBLEM, np.array([x])), sign) == 1
    found = PROBLEM.value_and_gradient(np.array(MINIMA)[:, None])[0]
    np.testing.assert_allclose(found, VALUES, rtol=0, atol=5e-11)
    assert found[0] == 0.0


def test_the_box_holds_eleven_minima_and_the_line_sixty_three() -> None:
    assert critical_points(-5.12, 5.12) == (11, 10)
    assert critical_points(-10.2 * math.pi, 10.2 * math.pi) == (63, 62)


def test_half_of_the_directions_curve_up_and_a_little_more() -> None:
    """p = (20w + 0.24)/10.24, w = acos(−1/(2π²A))/2π: the edge of the box matters."""
    w = math.acos(-1.0 / (2.0 * math.pi**2 * 10.0)) / (2.0 * math.pi)
    share = (20.0 * w + 0.24) / 10.24
    assert share == pytest.approx(0.5132935387, abs=1e-10)
    starts = Simulation(Experiment(landscape="rastrigin", dim=4000, walkers=64)).positions()
    problem = LANDSCAPES["rastrigin"].build(4000)
    positive = sum(signs(problem, x).positive for x in starts)
    assert abs(positive / starts.size - share) < 4.0 * math.sqrt(share * (1.0 - share) / starts.size)


def test_random_points_have_the_known_moments() -> None:
    x = Simulation(Experiment(landscape="rastrigin", dim=1000, walkers=1000)).positions()
    values, gradients = LANDSCAPES["rastrigin"].build(1000).value_and_gradient(x)
    per_coordinate = math.sqrt(x.size)
    assert abs(values.mean() / 1000 - 18.5253422089) < 4.0 * math.sqrt(103.65966) / per_coordinate
    squares = gradients**2
    assert abs(squares.mean() - 1949.946756) < 4.0 * squares.std() / per_coordinate


@pytest.mark.parametrize(("minimum", "threshold"), [(0.0, 0.0050405236), (4.9746913908951, 0.0051046)])
def test_a_minimum_is_stable_up_to_two_over_its_curvature(minimum: float, threshold: float) -> None:
    ends = []
    for share in (0.99, 1.01):
        simulation = Simulation(
            Experiment(landscape="rastrigin", dim=1, walkers=1, hyper={"lr": share * threshold})
        )
        simulation.place(np.array([[minimum + 1e-4]]))
        simulation.advance(5000)
        ends.append(abs(simulation.positions()[0, 0] - minimum))
    assert ends[0] < 1e-9
    assert ends[1] > 1e-3


def test_descent_ends_in_the_basins_of_the_flow() -> None:
    """With lr < 1/curvature each coordinate stays in its basin: losses and shares are the flow's."""
    lr, dim, walkers = 0.0025, 1000, 500
    assert lr < 1.0 / SHARPEST
    simulation = Simulation(
        Experiment(landscape="rastrigin", dim=dim, walkers=walkers, hyper={"lr": lr}, seed=3)
    )
    simulation.advance(150)
    ends = simulation.positions()
    losses = simulation.problem.value_and_gradient(ends)[0] / dim
    assert abs(losses.mean() - 8.7600253623) < 4.0 * math.sqrt(64.1999548046 / ends.size)
    shares = [0.0981535228, 0.0981537788, 0.0981545494, 0.0981558418, 0.0981576681, 0.0583014004]
    for k, (place, share) in enumerate(zip(MINIMA, shares, strict=True)):
        found = np.count_nonzero(np.abs(np.abs(ends) - place) < 1e-6) / ends.size
        expected = share if k == 0 else 2.0 * share
        assert abs(found - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / ends.size)
