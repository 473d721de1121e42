"""The same experiment gives the same bits, whatever the threads and however the steps are cut."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from pairs import PAIRS, with_followers
from problems import experiment_on, goes_with, locks_directions
from toys import bowl

from sim import LANDSCAPES, Cohort, Experiment, Simulation
from sim.arrays import Floats, Keys
from sim.commands import Command, Graft, RemoveCohort, Reseed, Rewind, Set
from sim.kernel import gradient_kernel
from sim.rng import fill_row

STEPS = 31
"""Of the thousands of walkers that fill two blocks in 1 and 7 dimensions, more than a piece of the record."""


def an_experiment(landscape: str, optimizer: str, dim: int) -> Experiment:
    """One with two whole blocks of walkers and a third that is not full."""
    experiment = experiment_on(landscape, dim, optimizer=optimizer, seed=9)
    rows = LANDSCAPES[landscape].block_rows(experiment.dim)
    return experiment.with_value("walkers", 2 * rows + rows // 2 + 1)


def a_rule(landscape: str) -> str:
    """Adam, which remembers most, or a rule with less to remember that the landscape takes."""
    return "adam" if goes_with(landscape, "adam") else "momentum"


def fingerprint(simulation: Simulation) -> str:
    """A hash of the positions and of every step's record, of all cohorts."""
    digest = hashlib.blake2b()
    for place, cohort in enumerate(simulation.read("loss", "gradient-norm").cohorts):
        digest.update(simulation.positions(place).tobytes())
        for name, trace in sorted(cohort.traces.items()):
            digest.update(name.encode() + trace.steps.tobytes() + trace.rows.tobytes())
    return digest.hexdigest()


def after(experiment: Experiment, chunks: Sequence[int], workers: int) -> str:
    simulation = Simulation(experiment, workers=workers)
    for steps in chunks:
        simulation.advance(steps)
    assert simulation.step == sum(chunks)
    return fingerprint(simulation)


@pytest.mark.parametrize("dim", [1, 7, 64])
@pytest.mark.parametrize(("landscape", "optimizer"), PAIRS)
def test_threads_and_chunks_leave_no_trace(landscape: str, optimizer: str, dim: int) -> None:
    experiment = an_experiment(landscape, optimizer, dim)
    expected = after(experiment, [STEPS], workers=1)
    assert after(experiment, [STEPS], workers=2) == expected
    assert after(experiment, [16, 15], workers=3) == expected
    assert after(experiment, [1, 0, 2, 28], workers=3) == expected


@pytest.mark.parametrize("landscape", LANDSCAPES.names)
def test_one_step_at_a_time_is_the_same(landscape: str) -> None:
    experiment = an_experiment(landscape, a_rule(landscape), 7)
    assert after(experiment, [1] * STEPS, workers=2) == after(experiment, [STEPS], workers=2)


def test_a_long_advance_is_recorded_whole() -> None:
    """Longer than one piece of the record, and than the history."""
    experiment = Experiment(landscape="rastrigin", dim=1, walkers=3)
    assert after(experiment, [10_001], workers=1) == after(experiment, [4096, 5000, 905], workers=2)


@pytest.mark.parametrize("landscape", LANDSCAPES.names)
def test_rewinding_repeats_the_run(landscape: str) -> None:
    simulation = Simulation(an_experiment(landscape, "momentum", 7))
    starts = simulation.positions()
    simulation.advance(STEPS)
    expected = fingerprint(simulation)
    for _ in range(2):
        simulation.apply(Rewind())
        assert simulation.step == 0
        np.testing.assert_array_equal(simulation.positions(), starts)
        assert simulation.read("loss").traces["loss"].steps.tolist() == [0]
        simulation.advance(STEPS)
        assert fingerprint(simulation) == expected


def test_placing_begins_again_from_there() -> None:
    simulation = Simulation(an_experiment("rastrigin", "adam", 7))
    starts = simulation.positions()
    simulation.advance(STEPS)
    expected = fingerprint(simulation)
    simulation.place(starts)
    simulation.advance(STEPS)
    assert fingerprint(simulation) == expected


@pytest.mark.parametrize("landscape", LANDSCAPES.names)
@pytest.mark.parametrize("dim", [1, 2, 5])
def test_the_first_walkers_of_a_larger_population_are_the_same_walkers(landscape: str, dim: int) -> None:
    few = Simulation(experiment_on(landscape, dim, walkers=3, seed=4)).positions()
    many = Simulation(experiment_on(landscape, dim, walkers=100, seed=4)).positions()
    np.testing.assert_array_equal(few, many[:3])
    if dim > 1 or not LANDSCAPES[landscape].constraint:  # in one dimension, a sphere is two points
        assert len({row.tobytes() for row in many}) == 100


def test_walkers_of_a_larger_dimension_begin_above_the_same_points() -> None:
    flat = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=4)).positions()
    deep = Simulation(Experiment(landscape="rastrigin", dim=8, walkers=4)).positions()
    np.testing.assert_array_equal(flat, deep[:, :3])


def test_a_new_seed_is_another_run_and_the_old_seed_the_old_one() -> None:
    simulation = Simulation(an_experiment("gaussian-field", "gd", 7))
    simulation.advance(STEPS)
    expected = fingerprint(simulation)
    simulation.apply(Reseed(10))
    assert simulation.experiment.seed == 10
    simulation.advance(STEPS)
    assert fingerprint(simulation) != expected
    simulation.apply(Reseed(9))
    simulation.advance(STEPS)
    assert fingerprint(simulation) == expected


def test_a_change_under_the_walkers_is_exact_too() -> None:
    """Half the run, another learning rate and amplitude, the other half: however it is driven."""
    ends = []
    for chunks, workers in (([40], 1), ([15, 25], 2)):
        simulation = Simulation(an_experiment("rastrigin", "momentum", 7), workers=workers)
        for command in (Set("lr", 1e-4), Set("A", 5.0)):
            for steps in chunks:
                simulation.advance(steps)
            simulation.apply(command)
        ends.append(fingerprint(simulation))
    assert ends[0] == ends[1]


FOUR = Experiment(
    dim=12,
    walkers=75,
    seed=3,
    optimizer="langevin",
    schedule="cosine",
    more_cohorts=(Cohort("adam"), Cohort("null"), Cohort("null", {"of": 2})),
)


def test_cohorts_that_draw_noise_and_follow_one_another_are_the_same() -> None:
    expected = after(FOUR, [STEPS], workers=1)
    assert after(FOUR, [STEPS], workers=3) == expected
    assert after(FOUR, [1, 0, 2, 28], workers=2) == expected


def test_a_cohort_moves_as_it_would_alone() -> None:
    together, alone = Simulation(FOUR), Simulation(FOUR.with_cohorts((Cohort("adam"),)))
    for simulation in (together, alone):
        simulation.advance(STEPS)
    np.testing.assert_array_equal(together.positions(1), alone.positions())


def test_the_others_go_on_as_if_a_removed_cohort_had_never_been_there() -> None:
    less, whole = Simulation(FOUR), Simulation(FOUR)
    less.advance(13)
    less.apply(RemoveCohort(3))
    less.advance(18)
    whole.advance(STEPS)
    for place in range(3):
        np.testing.assert_array_equal(less.positions(place), whole.positions(place))


@pytest.mark.parametrize("landscape", filter(locks_directions, LANDSCAPES))
def test_directions_that_open_and_close_leave_no_trace_of_threads_and_chunks(landscape: str) -> None:
    """Seen by the kernels alone, or with the others: a slice that walkers share, and one of each."""
    experiment = with_followers(experiment_on(landscape, 7, walkers=50)).with_value("active_dim", 2)
    turns: list[Command] = [Set("active_dim", k) for k in (4, 3, experiment.dim)]
    ends = []
    for chunks, workers in (([40], 1), ([15, 25], 2)):
        simulation = Simulation(experiment, workers=workers)
        for command in turns:
            for steps in chunks:
                simulation.advance(steps)
            simulation.apply(command)
        simulation.advance(3)
        ends.append(fingerprint(simulation))
    assert ends[0] == ends[1]


SEQUENCES: list[tuple[Experiment, list[Command | int]]] = [
    (
        Experiment(
            landscape="relu-teacher",
            walkers=17,
            parameters={"neurons": 6, "teacher": 6},
            more_cohorts=(Cohort("adam"), Cohort("null")),
        ),
        [10, Graft(), 7, Graft(2), 9, RemoveCohort(1), 5],
    ),
    (
        Experiment(dim=150, walkers=50, more_cohorts=(Cohort("langevin"),)),
        [
            7,
            Set("active_dim", 20),
            9,
            Set("map", "dense"),
            5,
            Set("active_dim", 150),
            5,
            Set("planted", "yes"),
            4,
        ],
    ),
    (
        Experiment(landscape="polynomial-chain", dim=300, walkers=200, optimizer="adam"),
        [
            7,
            Set("couplings", "random"),
            9,
            Set("ends", "periodic"),
            5,
            Set("active_dim", 31),
            5,
            Set("order", 2),
            4,
        ],
    ),
    (
        Experiment(
            landscape="spin-glass", dim=60, walkers=70, optimizer="adam", more_cohorts=(Cohort("gd"),)
        ),
        [7, Set("p", 4), 9, Set("couplings", "diluted"), 5, Set("p", 2), 5, RemoveCohort(1), 3],
    ),
    (
        Experiment(landscape="polynomial-lattice", walkers=200, optimizer="momentum"),
        [7, Set("couplings", "random"), 9, Set("active_dim", 31), 5, Set("ends", "periodic"), 4],
    ),
]


def followed(
    experiment: Experiment, sequence: list[Command | int], workers: int, longest: int
) -> list[Floats]:
    """Where every cohort ends after these commands and numbers of steps, at most `longest` at a time."""
    simulation = Simulation(experiment, workers=workers)
    for item in sequence:
        if isinstance(item, int):
            for first in range(0, item, longest):
                simulation.advance(min(longest, item - first))
        else:
            simulation.apply(item)
    return [simulation.positions(place) for place in range(len(simulation.cohorts))]


@pytest.mark.parametrize(
    ("experiment", "sequence"), SEQUENCES, ids=[experiment.landscape for experiment, _ in SEQUENCES]
)
def test_changes_in_a_row_leave_no_trace_of_threads_and_chunks(
    experiment: Experiment, sequence: list[Command | int]
) -> None:
    """Words, directions that close and open, neurons that are added, and cohorts that go."""
    expected = followed(experiment, sequence, workers=1, longest=1000)
    assert all(np.isfinite(positions).all() for positions in expected)
    for workers, longest in ((2, 1), (3, 3)):
        found = followed(experiment, sequence, workers, longest)
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_array_equal(one, other)


@gradient_kernel
def sampled(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """½ |x − s|², s the mean of four normal samples that each walker draws anew at each step: a minibatch."""
    batch = np.empty(4 * x.shape[1])
    for i in range(x.shape[0]):
        fill_row(keys[i], step, 0, batch)
        value[i] = 0.0
        for j in range(x.shape[1]):
            centre = 0.25 * (batch[4 * j] + batch[4 * j + 1] + batch[4 * j + 2] + batch[4 * j + 3])
            gradient[i, j] = x[i, j] - centre
            value[i] += 0.5 * gradient[i, j] ** 2


def test_a_minibatch_that_draws_its_own_samples_is_the_same(register) -> None:
    register(LANDSCAPES, "sampled", bowl(gradient=sampled))
    experiment = Experiment(landscape="sampled", dim=5, walkers=11, optimizer="langevin", hyper={"lr": 0.1})
    expected = after(experiment, [STEPS], workers=1)
    assert after(experiment, [1, 0, 2, 28], workers=3) == expected
    simulation = Simulation(experiment)
    before = simulation.read("loss").readings["loss"].spread.median
    simulation.advance(1)
    assert simulation.read("loss").readings["loss"].spread.median != before


SCRIPT = """
import test_same_bits as t
for landscape in t.LANDSCAPES:
    print(landscape, t.after(t.an_experiment(landscape, t.a_rule(landscape), 7), [10, 21], workers=2))
"""


def test_another_process_gets_the_same_bits() -> None:
    script = f"import sys; sys.path[:0] = {sys.path!r}\n{SCRIPT}"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    expected = [
        f"{name} {after(an_experiment(name, a_rule(name), 7), [STEPS], workers=1)}" for name in LANDSCAPES
    ]
    assert found.stdout.splitlines() == expected
