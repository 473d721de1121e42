"""How far walkers have come from their starts, and how far they are from a known minimum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from sim import LANDSCAPES, STARTS, Experiment, Simulation
from sim.arrays import Floats
from sim.commands import Rewind, Set
from sim.landscape import nothing_known
from sim.measures.travel import TravelReading
from sim.pairwise import SAMPLE
from sim.population import spread


def travelled(simulation: Simulation, cohort: int = 0) -> TravelReading:
    reading = simulation.read("travel").cohorts[cohort].readings["travel"]
    assert isinstance(reading, TravelReading)
    return reading


def starting(landscape: str = "rastrigin", **entries: object) -> tuple[Simulation, Floats]:
    """A simulation at step 0, and where its walkers stand there."""
    simulation = Simulation(Experiment(landscape=landscape, **entries), workers=1)
    return simulation, simulation.positions()


STARTING = [
    {"starts": "uniform"}, {"starts": "normal"}, {"starts": "sphere"}, {"starts": "near"},
    {"starts": "groups"}, {"starts": "uniform", "active_dim": 3}, {"starts": "sphere", "active_dim": 3},
]  # fmt: skip


@pytest.mark.parametrize("entries", STARTING, ids=lambda entries: "-".join(map(str, entries.values())))
def test_nobody_has_moved_at_step_0_and_then_all_have(entries: dict[str, object]) -> None:
    simulation, starts = starting(dim=6, walkers=9, **entries)
    found = travelled(simulation)
    assert (found.from_start.min, found.from_start.max) == (0.0, 0.0)
    simulation.advance(20)
    found = travelled(simulation)
    moved = np.linalg.norm(simulation.positions() - starts, axis=1)
    expected = spread(moved)
    assert found.from_start.median == pytest.approx(expected.median, rel=1e-12) and expected.min > 0.0
    assert (found.from_start.p10, found.from_start.p90) == pytest.approx((expected.p10, expected.p90))
    simulation.apply(Rewind())
    assert travelled(simulation).from_start.max == 0.0


@pytest.mark.parametrize("landscape", ["spin-glass", "relu-teacher"])
def test_starts_are_those_of_step_0_on_a_surface_and_outside_the_box_too(landscape: str) -> None:
    simulation, starts = starting(landscape, walkers=5)
    assert travelled(simulation).from_start.max == 0.0, "to the last bit"
    simulation.advance(5)
    moved = np.linalg.norm(simulation.positions() - starts, axis=1)
    assert travelled(simulation).from_start.median == pytest.approx(np.median(moved), rel=1e-9)


def test_a_direction_that_is_opened_began_where_it_was_locked() -> None:
    simulation, starts = starting("gaussian-field", dim=8, active_dim=3, walkers=6)
    simulation.advance(10)
    simulation.apply(Set("active_dim", 8))
    simulation.advance(10)
    moved = np.linalg.norm(simulation.positions() - starts, axis=1)
    assert travelled(simulation).from_start.median == pytest.approx(np.median(moved), rel=1e-12)


def test_walkers_that_were_placed_by_hand_have_no_start() -> None:
    simulation, starts = starting(dim=4, walkers=5)
    simulation.place(starts)
    found = travelled(simulation)
    assert found.from_start is found.between_starts is found.relative is found.starts_to_minimum is None
    assert not found.exact and found.to_minimum.median > 0.0


@pytest.mark.parametrize("starts", ["uniform", "normal", "sphere", "near"])
def test_between_starts_is_what_theory_says(starts: str) -> None:
    simulation, _ = starting(dim=50, walkers=20, starts=starts)
    simulation.advance(3)
    found, law = travelled(simulation), simulation.state().start_law()
    assert found.exact and found.between_starts == law.mean
    assert found.relative == found.from_start.median / law.mean


def test_without_a_law_starts_are_compared_with_one_another() -> None:
    simulation, starts = starting(dim=7, walkers=20, starts="groups")
    simulation.advance(3)
    found = travelled(simulation)
    assert not found.exact and found.between_starts == pytest.approx(pdist(starts).mean(), rel=1e-12)
    simulation, starts = starting("spin-glass", dim=9, walkers=6)
    assert travelled(simulation).between_starts == pytest.approx(pdist(starts).mean(), rel=1e-12)


def test_where_no_minimum_is_known_there_is_no_distance_to_one() -> None:
    found = travelled(starting("relu-teacher", walkers=4)[0])
    assert found.to_minimum is found.near is found.starts_to_minimum is None


KNOWN = [name for name, landscape in LANDSCAPES.items() if landscape.known_minima is not nothing_known]


@pytest.mark.parametrize("name", KNOWN)
def test_the_nearest_of_the_known_minima(name: str) -> None:
    simulation, x = starting(name, walkers=7)
    known = LANDSCAPES[name].known_minima(simulation.problem.dim, simulation.problem.settings)
    found = travelled(simulation)
    nearest = [min(math.dist(row, [c] * len(row)) for c in known) for row in x.tolist()]
    assert found.to_minimum.median == pytest.approx(np.median(nearest), rel=1e-12)
    for c in known:
        simulation.place(np.full_like(x, c))
        found = travelled(simulation)
        assert (found.to_minimum.max, found.near) == (0.0, 7)


def test_near_a_minimum_is_every_coordinate_within_half_a_length() -> None:
    simulation, x = starting(dim=5, walkers=4)
    x[:] = 0.0
    x[0], x[1, 2], x[2, 3] = 0.49, 0.51, -0.51
    simulation.place(x)
    assert travelled(simulation).near == 2
    assert travelled(simulation).to_minimum.max == pytest.approx(0.49 * math.sqrt(5))


def test_a_walker_that_diverged_is_infinitely_far_and_near_nothing() -> None:
    simulation, x = starting(dim=3, walkers=5)
    x[:] = 0.0
    x[4], x[3, 0] = np.nan, 1e200
    simulation.place(x)
    found = travelled(simulation)
    assert (found.to_minimum.median, found.to_minimum.max, found.near) == (0.0, math.inf, 3)


@pytest.mark.parametrize("starts", ["uniform", "normal", "sphere"])
@pytest.mark.parametrize("landscape", ["rastrigin", "rosenbrock", "styblinski-tang"])
def test_how_far_starts_are_from_the_minimum(starts: str, landscape: str) -> None:
    """E|x − c|², also where c is not the middle of the box, against many starts."""
    simulation, _ = starting(landscape, dim=3, walkers=10, starts=starts)
    problem, found = simulation.problem, travelled(simulation)
    drawn = np.empty((200_000, 3))
    STARTS[starts].draw(problem, 1, simulation.experiment.starts_settings, drawn)
    squares = ((drawn - problem.landscape.known_minima(3, problem.settings)[0]) ** 2).sum(axis=1)
    error = squares.std() / math.sqrt(len(squares))
    assert abs(found.starts_to_minimum**2 - squares.mean()) < 4.0 * error + 1e-9 * squares.mean()


def test_starts_near_one_random_point_have_no_known_distance_from_the_minimum() -> None:
    simulation, _ = starting(dim=3, walkers=10, starts="near")
    assert travelled(simulation).starts_to_minimum is None


def test_the_exact_mean_square_of_uniform_starts() -> None:
    """d w²/12 + d (c − middle)²: Rastrigin's box is 10.24 wide, about its minimum."""
    simulation, _ = starting(dim=40, walkers=3)
    assert travelled(simulation).starts_to_minimum ** 2 == pytest.approx(40 * 10.24**2 / 12, rel=1e-9)


def test_of_many_walkers_the_first_are_looked_at() -> None:
    simulation, x = starting(dim=2, walkers=SAMPLE + 20)
    found = travelled(simulation)
    assert found.walkers == SAMPLE
    nearest = np.linalg.norm(x[:SAMPLE], axis=1)
    assert found.to_minimum.median == pytest.approx(np.median(nearest), rel=1e-12)


def test_of_the_starts_no_more_are_drawn_than_are_looked_at() -> None:
    simulation, x = starting("rastrigin", dim=3, walkers=30)
    np.testing.assert_array_equal(simulation.state().starts(7), x[:7])
    np.testing.assert_array_equal(simulation.state().starts(), x)
    assert len(simulation.state().starts(99)) == 30


def test_one_walker_travels_alone() -> None:
    simulation, _ = starting(dim=1, walkers=1, starts="groups")
    simulation.advance(3)
    found = travelled(simulation)
    assert found.between_starts is found.relative is None and found.from_start.max > 0.0
