"""Whether groups of walkers keep together, and how far cohorts are from one another."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist, squareform

from sim import MEASURES, Cohort, Experiment, Simulation
from sim.arrays import Floats
from sim.commands import RemoveCohort
from sim.measures.cohort_distances import CohortDistancesReading
from sim.measures.groups import SHUFFLES, GroupsReading, Inputs
from sim.pairwise import SAMPLE


def grouped(groups: int = 4, walkers: int = 24, dim: int = 8, **entries: object) -> Simulation:
    experiment = Experiment(
        landscape="rastrigin", dim=dim, walkers=walkers, starts="groups",
        starts_parameters={"groups": float(groups)}, **entries,
    )  # fmt: skip
    return Simulation(experiment, workers=1)


def read(simulation: Simulation) -> GroupsReading:
    reading = simulation.read("groups").readings["groups"]
    assert isinstance(reading, GroupsReading)
    return reading


def read_at(positions: Floats, labels: list[int]) -> GroupsReading:
    """What the measure says of walkers at these positions with these groups."""
    problem = Simulation(Experiment(landscape="rastrigin", dim=2, walkers=2), workers=1).problem
    lost = np.zeros(len(labels), dtype=bool)
    return MEASURES["groups"].reading(Inputs(problem, 0, positions, lost, np.array(labels)))


def test_means_within_and_between_are_those_of_the_pairs() -> None:
    simulation = grouped()
    x, found = simulation.positions(), read(simulation)
    distances, labels = squareform(pdist(x)), np.arange(24) % 4
    pairs = list(itertools.combinations(range(24), 2))
    within = [distances[i, j] for i, j in pairs if labels[i] == labels[j]]
    between = [distances[i, j] for i, j in pairs if labels[i] != labels[j]]
    assert found.within == pytest.approx(np.mean(within), rel=1e-12)
    assert found.between == pytest.approx(np.mean(between), rel=1e-12)
    assert found.ratio == found.within / found.between < 0.2
    assert (found.groups, found.walkers, found.reason) == (4, 24, "")
    assert found.p_value == 1.0 / (1.0 + SHUFFLES)
    assert found.within < found.null_low < found.null_high < found.between


def test_labels_that_mean_nothing_have_p_values_that_are_uniform() -> None:
    """Of 200 populations, a share α has p ≤ α, give or take three standard errors."""
    rng, labels = np.random.default_rng(0), [i % 3 for i in range(15)]
    found = [read_at(rng.standard_normal((15, 4)), labels) for _ in range(200)]
    p_values = np.array([reading.p_value for reading in found])
    for level in (0.05, 0.2, 0.5, 0.8):
        error = math.sqrt(level * (1.0 - level) / 200)
        assert abs(np.mean(p_values <= level) - level) < 3.0 * error
    inside = np.mean([reading.null_low <= reading.within <= reading.null_high for reading in found])
    assert abs(inside - 0.95) < 3.0 * math.sqrt(0.05 * 0.95 / 200)


def test_every_deal_of_few_walkers_is_found_as_often_as_it_is_dealt() -> None:
    """Two pairs at the corners of a long rectangle: one of three deals is as close as the true one."""
    x = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 0.0], [9.0, 1.0]])
    p_value = read_at(x, [0, 0, 1, 1]).p_value
    assert abs(p_value - 1 / 3) < 4.0 * math.sqrt(2 / 9 / SHUFFLES)
    assert read_at(x, [0, 1, 0, 1]).p_value > 0.6


@pytest.mark.parametrize(
    ("labels", "reason"),
    [([0, 0, 0, 0], "needs two groups"), ([0, 1, 2, 3], "no group has two walkers")],
)
def test_groups_that_cannot_be_compared_say_why(labels: list[int], reason: str) -> None:
    found = read_at(np.random.default_rng(0).standard_normal((4, 3)), labels)
    assert found.reason == reason
    assert found.within is found.between is found.ratio is found.p_value is found.null_low is None


def test_starts_without_groups_say_so_and_nothing_is_copied() -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=5), workers=1)
    assert read(simulation).reason == "starts come in no groups"
    assert len(MEASURES["groups"].collect(simulation.state()).positions) == 0


def test_walkers_that_coincide_or_diverged_have_no_groups() -> None:
    assert read_at(np.full((4, 3), 2.0), [0, 0, 1, 1]).reason == "all walkers coincide"
    for bad in (np.nan, np.inf, 1e200):
        x = np.random.default_rng(0).standard_normal((4, 3))
        x[2, 1] = bad
        assert read_at(x, [0, 0, 1, 1]).reason == "some walkers diverged"


def test_groups_are_those_of_the_walkers_that_are_compared() -> None:
    found = read(grouped(groups=4, walkers=SAMPLE + 40, dim=2))
    assert (found.walkers, found.groups) == (SAMPLE, 4)
    assert read(grouped(groups=200, walkers=210, dim=2)).groups == 200


# --- cohorts -----------------------------------------------------------------------------------------


def beside(*rules: str, walkers: int = 7, dim: int = 6, **entries: object) -> Simulation:
    more = tuple(Cohort(rule) for rule in rules)
    experiment = Experiment(landscape="rastrigin", dim=dim, walkers=walkers, more_cohorts=more, **entries)
    return Simulation(experiment, workers=1)


def apart(simulation: Simulation, place: int = 0) -> CohortDistancesReading:
    reading = simulation.read("cohort-distances").cohorts[place].readings["cohort-distances"]
    assert isinstance(reading, CohortDistancesReading)
    return reading


@pytest.mark.parametrize("place", [0, 1, 2])
def test_same_and_different_walkers_of_every_other_cohort(place: int) -> None:
    simulation = beside("adam", "null")
    simulation.advance(30)
    found = apart(simulation, place)
    others = [other for other in range(3) if other != place]
    assert (found.place, found.cohorts, found.reason) == (place, 3, "")
    assert [each.place for each in found.apart] == others
    for each in found.apart:
        here, there = simulation.positions(place), simulation.positions(each.place)
        same = np.linalg.norm(here - there, axis=1)
        assert each.same.median == pytest.approx(np.median(same), rel=1e-9)
        distances = cdist(here, there)
        off = ~np.eye(7, dtype=bool)
        assert each.different == pytest.approx(distances[off].mean(), rel=1e-12)
        rest = [np.delete(np.delete(distances, i, 0), i, 1)[~np.eye(6, dtype=bool)].mean() for i in range(7)]
        assert each.error == pytest.approx(np.std(rest) * math.sqrt(6), rel=1e-9)


def test_cohorts_that_have_not_moved_stand_together() -> None:
    (only,) = apart(beside("adam")).apart
    assert (only.same.min, only.same.max) == (0.0, 0.0)
    assert only.different > 0.0


def test_one_cohort_has_nothing_to_be_compared_with() -> None:
    simulation = beside()
    found = apart(simulation)
    assert (found.reason, found.apart, found.cohorts) == ("there is one cohort", (), 1)
    assert MEASURES["cohort-distances"].collect(simulation.state()).positions[0].size == 0


def test_one_walker_is_compared_with_itself_alone() -> None:
    simulation = beside("adam", walkers=1)
    simulation.advance(5)
    (only,) = apart(simulation).apart
    assert only.same.median > 0.0 and only.different is only.error is None
    (two,) = apart(beside("adam", walkers=2)).apart
    assert two.different > 0.0 and two.error is None


def test_a_cohort_that_diverged_is_left_out_and_without_it_nobody_is_if_it_is_the_chosen_one() -> None:
    simulation = beside("adam", "null")
    simulation.cohorts[1].whole[3] = np.nan
    found = apart(simulation, 0)
    assert found.apart[0].same is found.apart[0].different is None
    assert found.apart[1].same is not None
    assert apart(simulation, 1).apart == ()
    simulation.cohorts[1].whole[3] = 1e200
    assert apart(simulation, 1).reason == "some walkers diverged"


def test_the_trace_has_a_column_for_every_place_and_how_many_cohorts_there_were() -> None:
    simulation = beside("adam", "null")
    simulation.advance(10)
    apart(simulation)
    simulation.apply(RemoveCohort(1))
    simulation.advance(10)
    trace = simulation.read("cohort-distances").traces["cohort-distances"]
    assert trace.column("cohorts").tolist() == [3.0, 2.0]
    assert np.isnan(trace.column("same_1")).all() and np.isfinite(trace.column("same_2")).all()
    assert np.isfinite(trace.column("different_3")).tolist() == [True, False]


def test_as_many_walkers_are_compared_as_cohorts_leave_room_for() -> None:
    simulation = beside("adam", walkers=40, dim=1000)
    collect = MEASURES["cohort-distances"].collect
    assert [len(x) for x in collect(simulation.state(0, 2e7)).positions] == [10, 10]
    assert [len(x) for x in collect(simulation.state()).positions] == [40, 40]
