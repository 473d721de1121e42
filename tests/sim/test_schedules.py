"""Schedules of the learning rate: closed forms, and the rate that a rule gets at every step."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from sim import SCHEDULES, BadInput, Experiment, Simulation
from sim.parameters import settled

STEPS = [*range(260), 999, 1000, 1001, 10**6, 10**12]


def factors(name: str, **chosen: float) -> list[float]:
    schedule = SCHEDULES[name]
    settings = settled(schedule.parameters, chosen, 1)
    return [schedule.factor(step, settings) for step in STEPS]


def close_to(expected: Callable[[int], float]) -> object:
    return pytest.approx([expected(step) for step in STEPS], rel=1e-14, abs=1e-15)


def test_constant_is_one() -> None:
    assert set(factors("constant")) == {1.0}


@pytest.mark.parametrize("warmup", [1, 7, 100])
def test_a_warm_up_is_linear_and_then_over(warmup: int) -> None:
    assert factors("warmup", warmup=warmup) == close_to(
        lambda step: (step + 1) / warmup if step < warmup else 1.0
    )


def test_no_warm_up_is_constant() -> None:
    assert set(factors("warmup", warmup=0)) == {1.0}


@pytest.mark.parametrize(("horizon", "floor"), [(1, 0.0), (200, 0.0), (1000, 0.1), (1000, 1.0)])
def test_a_cosine_goes_from_one_to_the_floor_and_stays(horizon: int, floor: float) -> None:
    def expected(step: int) -> float:  # torch's CosineAnnealingLR, by half angles
        return floor + (1.0 - floor) * math.cos(0.5 * math.pi * min(step, horizon) / horizon) ** 2

    found = factors("cosine", horizon=horizon, floor=floor)
    assert found == close_to(expected)
    assert found[0] == 1.0
    assert found[-1] == floor
    assert all(later <= earlier for earlier, later in pairwise(found))


def test_a_cosine_after_a_warm_up_is_one_where_that_ends_and_still_ends_at_the_horizon() -> None:
    found = dict(zip(STEPS, factors("cosine", horizon=200, floor=0.2, warmup=50), strict=True))
    assert [found[step] for step in (0, 24, 49, 50)] == pytest.approx([0.02, 0.5, 1.0, 1.0])
    assert found[125] == pytest.approx(0.6)  # half way down
    assert found[200] == found[10**12] == 0.2


@pytest.mark.parametrize(("horizon", "warmup"), [(50, 50), (20, 50)])
def test_a_warm_up_that_outlasts_the_horizon_is_followed_by_the_floor(horizon: int, warmup: int) -> None:
    found = factors("cosine", horizon=horizon, floor=0.2, warmup=warmup)
    assert found[warmup - 1] == 1.0
    assert set(found[warmup:]) == {0.2}


@pytest.mark.parametrize("warmup", [1, 100])
def test_the_inverse_square_root_meets_its_warm_up(warmup: int) -> None:
    found = factors("inverse-sqrt", warmup=warmup)
    assert found == close_to(lambda step: min((step + 1) / warmup, math.sqrt(warmup / (step + 1))))
    assert found[warmup - 1] == 1.0 == max(found)
    assert found[-1] == pytest.approx(math.sqrt(warmup) * 1e-6)


@pytest.mark.parametrize("name", SCHEDULES.names)
def test_a_share_of_the_learning_rate_is_between_zero_and_one(name: str) -> None:
    assert all(0.0 <= factor <= 1.0 for factor in factors(name))
    assert SCHEDULES[name].title
    assert SCHEDULES[name].formula.startswith("lr")


@pytest.mark.parametrize("name", SCHEDULES.names)
@pytest.mark.parametrize("cuts", [[40], [1] * 40, [13, 20, 7]])
def test_each_step_has_its_own_rate_however_the_steps_are_cut(name: str, cuts: list[int]) -> None:
    """In a bowl of curvature 1 the position is the product of 1 − lr factor."""
    own = {"warmup": 10.0} if name != "constant" else {}
    if name == "cosine":
        own |= {"horizon": 30.0, "floor": 0.25}
    experiment = Experiment(
        landscape="quadratic", parameters={"condition": 1.0}, dim=3, walkers=2, schedule=name,
        hyper={"lr": 0.1, **own},
    )  # fmt: skip
    simulation = Simulation(experiment)
    starts = simulation.positions()
    for cut in cuts:
        simulation.advance(cut)
    settings = settled(SCHEDULES[name].parameters, own, 3)
    shrunk = math.prod(1.0 - 0.1 * SCHEDULES[name].factor(step, settings) for step in range(40))
    np.testing.assert_allclose(simulation.positions(), shrunk * starts, rtol=1e-12)


def test_a_schedule_begins_anew_with_the_walkers() -> None:
    simulation = Simulation(
        Experiment(landscape="rastrigin", dim=5, walkers=3, schedule="cosine", hyper={"horizon": 10.0})
    )
    simulation.advance(10)
    ended = simulation.positions()
    simulation.advance(5)
    np.testing.assert_array_equal(simulation.positions(), ended)  # the floor is 0
    simulation.rewind()
    simulation.advance(10)
    np.testing.assert_array_equal(simulation.positions(), ended)


@pytest.mark.parametrize(
    ("schedule", "hyper", "message"),
    [
        ("cosin", {}, "schedule: there is no 'cosin'; did you mean 'cosine'"),
        ("cosine", {"horizon": 0.0}, "horizon: 0.0 is out of range; accepted: a whole number from 1"),
        ("cosine", {"horizon": 2.5}, "horizon: 2.5 is not a whole number; accepted: a whole number from 1"),
        ("cosine", {"floor": 1.5}, "floor: 1.5 is out of range; accepted: a number from 0 up to 1"),
        ("inverse-sqrt", {"warmup": 0.0}, "warmup: 0.0 is out of range; accepted: a whole number from 1"),
        ("warmup", {"horizon": 5.0}, "parameter: there is no 'horizon'"),
        ("constant", {"warmup": 5.0}, "parameter: there is no 'warmup'"),
    ],
)
def test_what_does_not_fit_is_one_line(schedule: str, hyper: dict[str, float], message: str) -> None:
    with pytest.raises(BadInput) as raised:
        Experiment(landscape="rastrigin", schedule=schedule, hyper=hyper)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)
