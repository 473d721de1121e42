"""Straight lines between walkers, and who is on either end."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from problems import built, points

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.arrays import Floats
from sim.landscape import Problem
from sim.measure import State
from sim.measures.barrier import BarrierReading
from sim.walls import company as companies
from sim.walls.company import company
from sim.walls.line import CAREFUL, HASTY, Care, between, highest, straight

MEASURE = MEASURES["barrier"]

NEXT = 0.9949586376523
"""Where Rastrigin's minimum next to 0 is."""


def read(state: State) -> BarrierReading:
    return MEASURE.reading(MEASURE.collect(state))


def placed(rows: Floats, landscape: str = "rastrigin", **entries: object) -> State:
    rows = np.array(rows, dtype=np.float64)
    experiment = Experiment(**{"landscape": landscape, "dim": rows.shape[1], "walkers": len(rows), **entries})
    simulation = Simulation(experiment)
    simulation.place(rows)
    return simulation.state()


@pytest.mark.parametrize("dim", [1, 5, 1000])
def test_the_barrier_of_rastrigin_is_the_same_in_every_dimension(dim: int) -> None:
    rows = np.zeros((2, dim))
    rows[1, dim // 2] = NEXT
    line = read(placed(rows)).farthest.line
    assert line.top.value == pytest.approx(20.2512729910, abs=2e-9), "from the global minimum"
    assert line.barrier == pytest.approx(19.2563139339, abs=2e-9), "from the higher end"
    assert line.top.error < 1e-8
    assert (line.losses[0], line.losses[-1]) == pytest.approx((0.0, 0.9949590571))
    assert line.top.share * NEXT == pytest.approx(0.5025460365547, abs=1e-5)


def test_above_the_chord_is_more_than_above_the_higher_end() -> None:
    line = read(placed([[0.0], [NEXT]])).farthest.line
    middle = line.top.value - line.top.share * line.losses[-1]
    assert line.above_chord == pytest.approx(middle, abs=0.05) and line.above_chord > line.barrier


@pytest.mark.parametrize("dim", [1, 2, 40])
def test_a_bowl_has_no_barrier(dim: int) -> None:
    problem = built("quadratic", dim)
    for a, b in zip(points(problem, 20), points(problem, 20, seed=2), strict=True):
        line = straight(problem, a, b, math.inf)
        assert line.barrier == line.above_chord == 0.0


@pytest.mark.parametrize("name", ["gaussian-field", "rastrigin", "levy", "network", "spin-glass"])
def test_a_line_finds_what_looking_everywhere_finds(name: str) -> None:
    problem = built(name, 6)
    ends = points(problem, 6)
    for a, b in zip(ends[::2], ends[1::2], strict=True):
        line = straight(problem, a, b, math.inf)
        everywhere = between(problem, a, b)(np.linspace(0.0, 1.0, 20_001)).max()
        assert line.top.value >= everywhere - 1e-7
        assert between(problem, a, b)(np.array([line.top.share]))[0] == pytest.approx(line.top.value)
        assert line.barrier == pytest.approx(line.top.value - max(line.losses[0], line.losses[-1]))


@pytest.mark.parametrize(("turned", "care"), [(False, CAREFUL), (True, HASTY)])
def test_what_rises_from_an_end_and_falls_before_the_next_point_is_found(turned: bool, care: Care) -> None:
    def height(shares: Floats) -> Floats:
        away = 1.0 - shares if turned else shares
        return 1.0 + away * (0.04 - away)

    shares = np.linspace(0.0, 1.0, 17)
    found = highest(height, shares, height(shares), care)
    assert height(shares).max() == 1.0
    assert found.value == pytest.approx(1.0004, abs=1e-6 if care == HASTY else 1e-9)


def test_a_line_on_a_sphere_is_the_great_arc() -> None:
    problem = built("spin-glass", 8)
    a, b = points(problem, 2)
    angle = math.acos(a @ b / 8.0)
    turns = np.linspace(0.0, 1.0, 2001)[:, None] * angle
    arc = (np.sin(angle - turns) * a + np.sin(turns) * b) / math.sin(angle)
    np.testing.assert_allclose(np.linalg.norm(arc, axis=1), math.sqrt(8.0))
    heights = problem.value_and_gradient(arc)[0]
    line = straight(problem, a, b, math.inf)
    assert line.top.value == pytest.approx(heights.max(), abs=1e-4)
    assert line.losses[[0, -1]] == pytest.approx(heights[[0, -1]])


def test_opposite_ends_of_a_sphere_have_no_arc() -> None:
    problem = built("spin-glass", 8)
    x = points(problem, 1)[0]
    line = straight(problem, x, -x, math.inf)
    assert line.barrier is None and line.above_chord is None


def test_few_evaluations_give_a_coarse_line_and_say_so() -> None:
    problem = built("rastrigin", 50)
    a, b = points(problem, 2)
    fine, coarse = straight(problem, a, b, math.inf), straight(problem, a, b, 1.0)
    assert len(coarse.shares) == 17 and len(fine.shares) > 100
    assert coarse.spacing == pytest.approx(coarse.length / 16) and coarse.spacing > fine.spacing


def test_what_is_not_finite_is_infinitely_high() -> None:
    shares = np.linspace(0.0, 1.0, 9)
    found = highest(lambda t: np.where(t > 0.5, np.nan, t), shares, np.where(shares > 0.5, np.nan, shares))
    assert found.value == math.inf
    hidden = highest(
        lambda t: np.where(np.abs(t - 0.51) < 0.05, np.nan, 1.0 - t * t), shares, 1.0 - shares**2
    )
    assert hidden.value == 1.0, "the ends are highest, and nothing between them is looked at"


def test_a_curve_without_a_peak_is_highest_at_an_end() -> None:
    found = highest(lambda t: t, np.linspace(0.0, 1.0, 9), np.linspace(0.0, 1.0, 9))
    assert (found.share, found.value, found.error) == (1.0, 1.0, 0.0)


def test_the_nearest_that_stands_elsewhere_and_the_farthest() -> None:
    rows = np.random.default_rng(0).uniform(-5.0, 5.0, (12, 4))
    rows[3] = rows[0]
    reading = read(placed(rows))
    away = np.linalg.norm(rows - rows[0], axis=1)
    away[[0, 3]] = np.nan
    assert reading.farthest.partner == np.nanargmax(away)
    assert reading.nearest.partner == np.nanargmin(away)
    assert reading.farthest.line.length == pytest.approx(np.nanmax(away))
    assert reading.compared == 11


def test_the_focus_is_one_end() -> None:
    rows = np.random.default_rng(0).uniform(-5.0, 5.0, (5, 3))
    reading = read(replace(placed(rows), focus=4))
    away = np.linalg.norm(rows - rows[4], axis=1)
    assert reading.walker == 4 and reading.farthest.partner == np.argmax(away)


def test_two_walkers_have_one_line() -> None:
    reading = read(placed([[0.0], [1.0]]))
    assert reading.nearest is None and reading.farthest.partner == 1
    assert np.isnan(MEASURE.row(reading)[1]) and MEASURE.row(reading)[0] == reading.farthest.line.barrier


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1.0, 2.0]], "needs two walkers"),
        ([[1.0, 2.0]] * 2, "the other walker stands at the same point"),
        ([[1.0, 2.0]] * 5, "4 other walkers stand at the same point"),
        ([[1.0, 2.0], [1.0, 2.0 + 4e-16]], "the other walker stands at the same point"),
        ([[np.nan, 2.0], [0.0, 0.0]], "walker 1 diverged"),
        ([[0.0, 2.0], [np.inf, 0.0], [np.nan, 1.0]], "all other walkers diverged"),
    ],
)
def test_where_there_is_no_line_somebody_says_why(rows: list[list[float]], reason: str) -> None:
    for name in ("barrier", "paths"):
        measure = MEASURES[name]
        reading = measure.reading(measure.collect(placed(rows)))
        assert reading.reason == reason
        assert np.all(np.isnan(measure.row(reading)))


def test_who_diverged_is_no_partner() -> None:
    reading = read(placed([[0.0], [2.0], [1e12], [np.nan], [1.0]]))
    assert (reading.nearest.partner, reading.farthest.partner, reading.compared) == (4, 1, 2)


def test_so_many_coordinates_are_copied_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companies, "NUMBERS", 60)
    found = company(placed(np.random.default_rng(0).uniform(-5.0, 5.0, (40, 10))))
    assert found.others.shape == (5, 10) and len(set(found.which.tolist())) == 5
    assert 0 not in found.which and found.which[-1] > 30
    wide = company(placed(np.random.default_rng(0).uniform(-5.0, 5.0, (3, 100))))
    assert wide.others.shape == (1, 100), "two walkers always"


def test_what_is_kept_does_not_move_with_the_walkers() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=3))
    found = company(simulation.state())
    before = found.here.copy(), found.others.copy()
    simulation.advance(5)
    np.testing.assert_array_equal(found.here, before[0])
    np.testing.assert_array_equal(found.others, before[1])


def test_a_network_is_judged_by_all_of_its_examples() -> None:
    simulation = Simulation(Experiment(landscape="network", walkers=3, parameters={"batch": 8.0}))
    line = read(simulation.state()).farthest.line
    x = simulation.positions()[0]
    assert line.losses[0] == pytest.approx(simulation.problem.whole.value_and_gradient(x)[0])
    assert line.losses[0] != pytest.approx(simulation.problem.value_and_gradient(x)[0])


def renamed(problem: Problem, x: Floats) -> Floats:
    """A network with one hidden layer of tanh neurons, in another order and with other signs."""
    inputs, hidden = int(problem.settings["inputs"]), int(problem.settings["hidden"])
    cut = hidden * inputs
    w, b, a = x[:cut].reshape(hidden, inputs), x[cut : cut + hidden], x[cut + hidden : cut + 2 * hidden]
    order = np.random.default_rng(1).permutation(hidden)
    signs = np.random.default_rng(2).choice([-1.0, 1.0], hidden)
    parts = (signs[:, None] * w[order]).ravel(), signs * b[order], signs * a[order], x[-1:]
    return np.concatenate(parts)


def test_a_network_and_itself_under_other_names_have_a_barrier_until_they_are_matched() -> None:
    problem = LANDSCAPES["network"].build()
    x = points(problem, 1)[0]
    simulation = Simulation(Experiment(landscape="network", walkers=2))
    simulation.place(np.stack((x, renamed(problem, x))))
    reading = read(simulation.state())
    assert reading.farthest.line.barrier > 0.01 and reading.farthest.line.length > 1.0
    assert reading.matched.barrier == 0.0 and reading.matched.length == 0.0
    few = read(placed([[0.0], [1.0]]))
    assert few.matched is None and not few.unmatched


def test_layers_that_are_too_wide_are_not_matched() -> None:
    parameters = {"hidden": "1025", "inputs": 1.0, "samples": 4.0}
    reading = read(Simulation(Experiment(landscape="network", walkers=2, parameters=parameters)).state())
    assert reading.unmatched and reading.matched is None and reading.farthest.line.barrier is not None
