"""The quadratic that is drawn along its walkers: its law against all of space, and what it says of itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from engines import running

from sim import LANDSCAPES, OPTIMIZERS, BadInput, Cohort, Experiment, Simulation, signs
from sim.arrays import Floats
from sim.commands import Advance, Graft, Rewind, Set
from sim.giants import krylov
from sim.giants.descent import expected_loss
from sim.giants.laws import negative_of_goe
from sim.landscape import Problem
from sim.memory import bytes_needed
from sim.optimizer import Trait
from sim.theory import Semicircle

HUGE = 175 * 10**9
NAME = "krylov-quadratic"

Step = Callable[[Floats], Floats]
"""Loss (n,) and gradient (n, m) at x (n, m) are what a rule needs; this one returns the gradient."""


def an_experiment(dim: int = HUGE, walkers: int = 4, **entries: Any) -> Experiment:
    return Experiment(landscape=NAME, dim=dim, walkers=walkers, **entries)


def descended(
    x: Floats, gradient: Step, lr: float, momentum: float, steps: int, nesterov: bool = False
) -> Iterator[tuple[Floats, Floats]]:
    """Walkers and their gradients after 0, 1, …, `steps` steps of heavy-ball momentum; 0 is plain descent.

    Nesterov's looks ahead: its step is the gradient and the share of the momentum that comes next.
    """
    x, slot = x.copy(), np.zeros_like(x)
    for step in range(steps + 1):
        g = gradient(x)
        yield x, g
        if step < steps:
            slot = momentum * slot + g
            x = x - lr * (g + momentum * slot if nesterov else slot)


def goe(rng: np.random.Generator, dim: int) -> Floats:
    """Symmetric, of variance 1 beside the diagonal and 2 on it."""
    drawn = rng.standard_normal((dim, dim))
    return np.tril(drawn, -1) + np.tril(drawn, -1).T + math.sqrt(2.0) * np.diag(np.diag(drawn))


# --- the frame ----------------------------------------------------------------------------------------


def reduced(matrix: Floats, starts: Floats) -> tuple[Floats, Floats]:
    """A matrix (d, d) and starts (n, d) in the frame that `sim.giants.krylov` describes, by reflections."""
    n, d = starts.shape
    turn = np.linalg.qr(starts.T, mode="complete")[0]
    matrix, starts = turn.T @ matrix @ turn, starts @ turn
    for i in range(min(n, d)):  # lengths are positive
        if starts[i, i] < 0.0:
            starts[:, i] *= -1.0
            matrix[i] *= -1.0
            matrix[:, i] *= -1.0
    for i in range(d - n):
        tail = matrix[i + n :, i].copy()
        tail[0] -= np.linalg.norm(tail)
        if (length := np.linalg.norm(tail)) > 0.0:
            tail /= length
            matrix[i + n :] -= 2.0 * np.outer(tail, tail @ matrix[i + n :])
            matrix[:, i + n :] -= 2.0 * np.outer(matrix[:, i + n :] @ tail, tail)
    return matrix, starts


def as_a_problem(matrix: Floats, block: int, reach: int) -> Problem:
    """The landscape whose band is that of a matrix (d, d)."""
    dim = len(matrix)
    problem = LANDSCAPES[NAME].build(dim=dim, block=block, reach=reach)
    width = problem.parameters.reshape(problem.size, -1).shape[1] - 1
    for m in range(width + 1):
        below = np.diag(matrix, -m)[: problem.size]
        problem.parameters.reshape(problem.size, -1)[:, m] = np.pad(below, (0, problem.size - len(below)))
    return problem


@pytest.mark.parametrize(("dim", "n", "reach"), [(30, 1, 4), (40, 3, 5), (60, 5, 4), (9, 4, 6), (3, 5, 3)])
@pytest.mark.parametrize("momentum", [0.0, 0.8])
def test_in_its_frame_a_descent_is_that_in_the_whole_space_up_to_the_reach(
    dim: int, n: int, reach: int, momentum: float
) -> None:
    rng = np.random.default_rng(dim)
    matrix = goe(rng, dim) / math.sqrt(dim) + np.eye(dim)
    x = rng.standard_normal((n, dim))
    turned, starts = reduced(matrix, x)
    assert np.abs(np.tril(turned, -n - 1)).max(initial=0.0) < 1e-13
    assert np.abs(np.triu(starts, 1)).max(initial=0.0) < 1e-13
    problem = as_a_problem(turned, n, reach)
    starts = np.where(np.tri(n, dim), starts, 0.0)[:, : problem.size]
    space = descended(x, lambda at: at @ matrix, 0.3, momentum, reach + 3)
    frame = descended(starts, lambda at: problem.value_and_gradient(at)[1], 0.3, momentum, reach + 3)
    for step, ((x, g), (y, h)) in enumerate(zip(space, frame, strict=True)):
        exact = np.allclose(x @ x.T, y @ y.T, rtol=1e-11) and np.allclose(g @ g.T, h @ h.T, rtol=1e-11)
        losses = 0.5 * np.einsum("ij,ij->i", x, g)
        assert step > reach or np.allclose(losses, problem.value_and_gradient(y)[0], rtol=1e-11)
        assert exact == (step <= reach or problem.size == dim)


# --- the law ------------------------------------------------------------------------------------------


def features(walks: Iterator[tuple[Floats, Floats]], dim: int) -> Floats:
    """Of the first two walkers after each step: losses, squared gradients, distance and products, over d."""
    found = []
    for x, g in walks:
        values = 0.5 * np.einsum("ij,ij->i", x, g)[:2]
        squares = np.einsum("ij,ij->i", g, g)[:2]
        apart = [0.5 * np.sum((x[0] - x[1]) ** 2), x[0] @ x[1], g[0] @ g[1]] if len(x) > 1 else []
        found += [*values, *squares, *apart]
    return np.array(found) / dim


def moments(samples: Floats) -> tuple[Floats, Floats]:
    """Means (f,) and all covariances (f (f + 1)/2,) of samples (s, f), and the standard errors of both."""
    count, columns = samples.shape
    about = samples - samples.mean(axis=0)
    first, second = np.triu_indices(columns)
    products = about[:, first] * about[:, second]
    found = np.concatenate((samples.mean(axis=0), products.mean(axis=0)))
    errors = np.concatenate((samples.std(axis=0), products.std(axis=0))) / math.sqrt(count)
    return found, errors


def in_space(dim: int, n: int, steps: int, momentum: float, count: int) -> Floats:
    """Features (count, f) of descents in all of space."""
    rng, found = np.random.default_rng(7), []
    for _ in range(count):
        matrix = goe(rng, dim) / math.sqrt(dim) + 1.5 * np.eye(dim)
        x = rng.standard_normal((n, dim))
        walks = descended(x, lambda at, matrix=matrix: at @ matrix, 0.25, momentum, steps)  # type: ignore[misc]
        found.append(features(walks, dim))
    return np.array(found)


def in_the_frame(dim: int, n: int, steps: int, momentum: float, count: int, block: int = 0) -> Floats:
    """Features (count, f) of descents on the landscape, each on one of its own."""
    found = []
    for seed in range(count):
        problem = LANDSCAPES[NAME].build(dim=dim, seed=seed, shift=1.5, block=block or n, reach=max(1, steps))
        x = np.empty((n, problem.size))
        problem.normal_starts(seed, x)
        walks = descended(
            x,
            lambda at, problem=problem: problem.value_and_gradient(at)[1],
            0.25,
            momentum,
            steps,  # type: ignore[misc]
        )
        found.append(features(walks, dim))
    return np.array(found)


def slow(*case: float) -> Any:
    return pytest.param(*case, marks=pytest.mark.slow)


LAWS = [
    (9, 2, 3, 0.9, 0),
    (14, 2, 2, 0.0, 5),  # drawn for more walkers than there are
    (3, 5, 3, 0.0, 0),
    slow(8, 1, 4, 0.0, 0),
    slow(8, 3, 0, 0.0, 0),
    slow(14, 3, 2, 0.0, 0),
    slow(4, 4, 3, 0.0, 0),
    slow(5, 4, 2, 0.0, 0),
    slow(1, 2, 3, 0.0, 0),
    slow(60, 5, 3, 0.0, 0),
]


@pytest.mark.parametrize(("dim", "n", "steps", "momentum", "block"), LAWS)
def test_losses_gradients_and_distances_have_the_law_of_the_whole_space(
    dim: int, n: int, steps: int, momentum: float, block: int
) -> None:
    """Means and all covariances, those of two walkers and of two steps among them."""
    count = 4000
    found, error = moments(in_the_frame(dim, n, steps, momentum, count, block))
    expected, other = moments(in_space(dim, n, steps, momentum, count))
    deviations = (found - expected) / np.hypot(error, other)
    assert np.abs(deviations).max() < 4.5, deviations
    assert np.sqrt(np.mean(deviations**2)) < 1.6


def test_lengths_and_entries_have_their_degrees() -> None:
    """E χ² is the number of degrees, and its variance twice that; off by one would be 20 standard errors."""
    dim, n, count = 12, 3, 20_000
    starts, bands = np.empty((count, n, dim)), np.empty((count, dim, n + 1))
    for seed in range(count):
        krylov.starts(seed, dim, starts[seed])
        bands[seed] = krylov.band(seed, dim, n, dim)
    for i in range(n):
        square = starts[:, i, i] ** 2
        assert square.mean() == pytest.approx(dim - i, abs=4.5 * math.sqrt(2.0 * (dim - i) / count))
        assert (starts[:, i, i + 1 :] == 0.0).all()
    for i in range(dim):
        assert bands[:, i, 0].var() == pytest.approx(2.0, abs=4.5 * math.sqrt(8.0 / count))
        for m in range(1, min(n, dim - i)):
            assert bands[:, i, m].var() == pytest.approx(1.0, abs=4.5 * math.sqrt(2.0 / count))
        degrees = dim - n - i
        if degrees > 0:
            square = bands[:, i, n] ** 2
            assert square.mean() == pytest.approx(degrees, abs=4.5 * math.sqrt(2.0 * degrees / count))
        assert (bands[:, i, max(dim - i, 0) :] == 0.0).all()


@pytest.mark.parametrize(("shift", "lr"), [(2.0, 0.22), (2.5, 0.2), (0.5, 0.1)])
def test_at_175_billion_dimensions_every_loss_is_on_the_curve_of_the_semicircle(
    shift: float, lr: float
) -> None:
    parameters = {"shift": shift, "reach": 20}
    simulation = Simulation(an_experiment(seed=1, parameters=parameters, hyper={"lr": lr}))
    for step in range(21):
        expected = expected_loss(HUGE, Semicircle(shift, 2.0), lr, step)
        np.testing.assert_allclose(simulation.state().value, expected, rtol=1e-4)
        if step < 20:
            simulation.advance(1)
    assert np.ptp(simulation.state().value) > 0.0


def test_distances_between_starts_are_those_of_175_billion_dimensions() -> None:
    """The mean is √(2d), and the spread tends to 1, not to 0."""
    simulation = Simulation(an_experiment(walkers=200, seed=2, parameters={"reach": 1}))
    reading = simulation.read("distances").readings["distances"]
    theory = reading.theory
    assert theory.mean == pytest.approx(math.sqrt(2.0 * HUGE), rel=1e-11)
    assert reading.mean == pytest.approx(theory.mean, abs=4.5 * reading.mean_error)
    assert math.log(reading.absolute_spread / theory.absolute_spread) == pytest.approx(0.0, abs=0.3)
    assert reading.effective.value > 1e4


def run(dim: int, n: int, seed: int, reach: int) -> Iterator[tuple[Floats, Floats]]:
    """What the program's own Nesterov does, step by step: walkers and gradients."""
    hyper, parameters = {"lr": 0.25, "momentum": 0.8}, {"shift": 1.5, "reach": max(1, reach)}
    simulation = Simulation(
        an_experiment(dim, n, optimizer="nesterov", hyper=hyper, parameters=parameters, seed=seed)
    )
    for step in range(reach + 1):
        x = simulation.positions()
        yield x, simulation.problem.value_and_gradient(x)[1]
        if step < reach:
            simulation.advance(1)


NESTEROV = [(9, 2, 3), slow(30, 1, 2), slow(12, 3, 2), slow(4, 4, 3)]


@pytest.mark.parametrize(("dim", "n", "steps"), NESTEROV)
def test_nesterovs_momentum_has_the_law_of_the_whole_space(dim: int, n: int, steps: int) -> None:
    """The program's rule in the frame, against dense matrices and the rule by definition."""
    count, rng, theirs = 1500, np.random.default_rng(3), []
    for _ in range(count):
        matrix = goe(rng, dim) / math.sqrt(dim) + 1.5 * np.eye(dim)
        x = rng.standard_normal((n, dim))
        walks = descended(x, lambda at, matrix=matrix: at @ matrix, 0.25, 0.8, steps, nesterov=True)  # type: ignore[misc]
        theirs.append(features(walks, dim))
    mine = np.array([features(run(dim, n, seed, steps), dim) for seed in range(count)])
    (found, error), (expected, other) = moments(mine), moments(np.array(theirs))
    deviations = (found - expected) / np.hypot(error, other)
    assert np.abs(deviations).max() < 4.5, deviations
    assert np.sqrt(np.mean(deviations**2)) < 1.6


# --- what it costs ------------------------------------------------------------------------------------


def test_what_is_stored_and_needed_does_not_depend_on_the_dimension() -> None:
    sizes = {an_experiment(dim, 64).size for dim in (10**5, 10**9, HUGE, 10**15)}
    assert sizes == {64 * 202}
    assert len({bytes_needed(an_experiment(dim, 64)) for dim in (10**5, HUGE, 10**15)}) == 1
    assert an_experiment(10**15, 64, parameters={"reach": 10}).size == 64 * 12
    for dim in (1, 2, 63, 64, 65, 64 * 202):
        assert (an_experiment(dim, 64).size, an_experiment(dim, 64).longest) == (dim, None)
    assert an_experiment(64 * 202 + 1, 64).longest == 200


def test_more_walkers_than_memory_holds_are_refused_with_the_bytes() -> None:
    with pytest.raises(BadInput, match="^memory: .*B needed, .*B free; accepted: .*, or a smaller reach$"):
        Simulation(an_experiment(walkers=100_000))


# --- the reach --------------------------------------------------------------------------------------


def test_more_steps_than_it_is_drawn_for_are_refused_before_any_is_taken() -> None:
    simulation = Simulation(an_experiment(parameters={"reach": 5}))
    simulation.advance(3)
    accepted = "up to 5, or reach = 6"
    with pytest.raises(
        BadInput, match=f"^steps: 6 are more than the 5 that {NAME} is drawn for; accepted: {accepted}$"
    ):
        simulation.advance(3)
    assert simulation.step == 3
    simulation.advance(2)
    with pytest.raises(BadInput, match="^steps: 6 are more"):
        simulation.apply(Advance(1))
    assert not simulation.broken
    simulation.apply(Rewind())
    simulation.advance(5)
    assert simulation.possible(10) == 1
    Simulation(an_experiment(dim=20, walkers=4, parameters={"reach": 3})).advance(1000)  # all of space


def test_gradients_at_the_reach_are_whole() -> None:
    """A longer reach changes nothing of what a shorter one has."""
    states = []
    for reach in (6, 30):
        simulation = Simulation(an_experiment(walkers=3, parameters={"reach": reach}, optimizer="momentum"))
        simulation.advance(6)
        reading = simulation.read("decrease").readings["decrease"]
        state = simulation.state()
        states.append((state.value.copy(), state.gradient_norm.copy(), reading.focus))
    np.testing.assert_array_equal(states[0][0], states[1][0])
    np.testing.assert_allclose(states[0][1], states[1][1], rtol=1e-15)
    assert states[0][2].measured == pytest.approx(states[1][2].measured, rel=1e-14)
    assert states[0][2].ratio == pytest.approx(1.0, rel=1e-9)


def test_its_curvature_changes_under_the_walkers_and_its_frame_does_not() -> None:
    simulation = Simulation(an_experiment(parameters={"reach": 10}))
    simulation.advance(4)
    before = simulation.positions()
    simulation.apply(Set("shift", 3.0))
    np.testing.assert_array_equal(simulation.positions(), before)
    assert simulation.step == 4
    gain = simulation.state().value - Simulation(simulation.experiment).state().value
    assert (gain < 0.0).all()
    for name, value, size in (("reach", 12.0, 4 * 14), ("block", 6.0, 6 * 14), ("walkers", 8, 8 * 14)):
        simulation.advance(1)
        simulation.apply(Set(name, value))
        assert (simulation.step, simulation.problem.size) == (0, size)


def test_it_is_drawn_for_all_walkers_or_more() -> None:
    few, many = an_experiment(walkers=3), an_experiment(walkers=3, parameters={"block": 7})
    assert (few.settings["block"], many.settings["block"]) == (3.0, 7.0)
    assert many.with_value("walkers", 20).settings["block"] == 20.0
    assert an_experiment(walkers=9, parameters={"block": 2}).settings["block"] == 9.0
    assert Experiment.from_json(few.explicit().to_json()).settings == few.settings
    alone = Simulation(an_experiment(walkers=3, parameters={"block": 7, "reach": 4}))
    together = Simulation(an_experiment(walkers=7, parameters={"reach": 4}))
    for simulation in (alone, together):
        simulation.advance(4)
    np.testing.assert_array_equal(alone.state().value, together.state().value[:3])


# --- what it takes and refuses ------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names)
def test_rules_that_space_can_be_turned_under_are_taken_and_others_refused_with_the_reason(
    optimizer: str,
) -> None:
    traits = OPTIMIZERS[optimizer].traits
    if not traits:
        assert optimizer in ("gd", "momentum", "nesterov")
        simulation = Simulation(
            an_experiment(optimizer=optimizer, schedule="cosine", parameters={"reach": 30})
        )
        before = simulation.state().value.copy()
        simulation.advance(30)
        assert (simulation.state().value < 0.5 * before).all()
        return
    with pytest.raises(
        BadInput, match=f"^optimizer: {optimizer} .*; on {NAME}, only the walkers' own directions"
    ):
        an_experiment(more_cohorts=(Cohort(optimizer),))
    assert traits & {Trait.COORDINATEWISE, Trait.NOISY}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"starts": "uniform"}, "^starts: .*uniform would be others; accepted: normal$"),
    ({"starts": "groups"}, "^starts: .*groups would be others; accepted: normal$"),
    ({"dim": 10, "active_dim": 5}, "^active_dim: .*no coordinates to lock; accepted: 10, all of them$"),
    ({"parameters": {"reach": 0}}, "^reach: 0 is out of range"),
    ({"parameters": {"block": 1.5}}, "^block: 1.5 is not a whole number"),
]


@pytest.mark.parametrize(("entries", "message"), REFUSED)
def test_what_it_cannot_take_is_refused_in_one_line(entries: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        an_experiment(**entries)


def test_walkers_are_not_placed_grafted_or_read_from_a_file(tmp_path) -> None:
    path = tmp_path / "starts.csv"
    path.write_text("1,2\n3,4\n")
    with pytest.raises(BadInput, match=r"^starts: .*starts.csv would be others; accepted: normal$"):
        an_experiment(2, 2, starts=str(path))
    simulation = Simulation(an_experiment(dim=5))
    with pytest.raises(BadInput, match="^positions: krylov-quadratic has no coordinates of its own"):
        simulation.place(np.zeros((4, 5)))
    with pytest.raises(BadInput, match="^graft: "):
        simulation.apply(Graft())


def test_going_to_it_and_back_takes_the_starts_along() -> None:
    there = Experiment(landscape="rastrigin", starts="groups", starts_parameters={"groups": 3}).with_value(
        "landscape", NAME
    )
    assert (there.starts, there.starts_parameters) == ("normal", {})
    assert there.with_value("landscape", "rastrigin").starts == "uniform"
    assert (
        Experiment(landscape="rastrigin", starts="normal").with_value("landscape", "saddle").starts
        == "normal"
    )


def test_wider_starts_are_as_many_times_further_out() -> None:
    one = Simulation(an_experiment(parameters={"reach": 3}))
    two = Simulation(an_experiment(parameters={"reach": 3}, starts_parameters={"spread": 2 * 0.577}))
    np.testing.assert_allclose(two.positions(), 2.0 * one.positions(), rtol=1e-15)
    theory = two.read("distances").readings["distances"].theory
    assert theory.mean == pytest.approx(2.0 * math.sqrt(2.0 * HUGE), rel=1e-9)


# --- what is measured on it ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    cohorts = (Cohort("momentum"),)
    found = Simulation(an_experiment(walkers=5, parameters={"reach": 40}, more_cohorts=cohorts))
    found.advance(10)
    return found


def test_nothing_is_said_of_all_directions_that_only_some_tell(simulation: Simulation) -> None:
    reason = f"only {5 * 42} of 175 000 000 000 directions are drawn, those that the walkers reach"
    names = ("signs", "spectrum", "uphill", "paths", "critical-points", "index-loss")
    readings = simulation.read(*names).readings
    for name in names:
        assert reason in readings[name].reason, name
    assert readings["signs"].focus is None and readings["signs"].directions == HUGE
    assert readings["signs"].law == negative_of_goe(HUGE, 2.0)
    assert readings["spectrum"].reason.endswith("; all have a semicircle's law, from 0 to 4")
    with pytest.raises(BadInput, match=f"^x: {reason}"):
        signs(simulation.problem, simulation.positions()[0])


@pytest.mark.parametrize(
    ("dim", "walkers", "parameters"),
    [
        (150, 64, {"shift": 1.8, "reach": 1}),  # reach limits nothing where all coordinates are stored
        (10**8, 4, {"shift": 1.9, "reach": 40}),
        (10**12, 4, {"shift": 1.999, "reach": 200}),
    ],
)
def test_where_losses_come_to_fall_below_zero_they_may(
    dim: int, walkers: int, parameters: dict[str, float]
) -> None:
    """Under momentum at nearly the largest stable learning rate, which grows them most quickly."""
    experiment = an_experiment(
        dim, walkers, optimizer="momentum", hyper={"lr": 0.92}, parameters=parameters, seed=3
    )
    simulation = Simulation(experiment)
    simulation.advance(int(max(parameters["reach"], 100 * (dim == 150))))
    assert simulation.state().value.min() < 0.0
    assert LANDSCAPES[NAME].can_be_negative(dim, experiment.settings)


@pytest.mark.parametrize("reach", [200, 1000])
def test_where_the_last_falling_direction_disappears_losses_have_a_logarithm(reach: int) -> None:
    experiment = an_experiment(walkers=64, parameters={"reach": reach})
    assert not LANDSCAPES[NAME].can_be_negative(HUGE, experiment.settings)
    small = an_experiment(dim=100, walkers=64, parameters={"shift": 2.5})
    assert not LANDSCAPES[NAME].can_be_negative(100, small.settings)


def test_a_walker_at_rest_is_not_called_at_a_minimum() -> None:
    experiment = an_experiment(walkers=3, parameters={"shift": 20.0, "reach": 60})
    found = Simulation(experiment)
    found.advance(60)
    assert (found.state().gradient_norm < 1e-6).all()
    assert set(found.read("outcomes").readings["outcomes"].outcomes) == {"not looked at"}


def test_the_largest_curvature_is_that_of_the_law(simulation: Simulation) -> None:
    reading = simulation.read("sharpness").readings["sharpness"]
    assert reading.focus.value == pytest.approx(4.0, abs=1e-6)
    assert reading.focus.method == "Tracy and Widom's law"
    assert 0.0 < reading.focus.error == reading.focus.below < 1e-6


def test_the_largest_curvature_is_given_by_the_middle_of_where_it_is() -> None:
    """Half below and half above; the largest of dense matrices of this size is within, and on both sides."""
    dim = 150
    reading = Simulation(an_experiment(dim, 1, parameters={"reach": 5})).read("sharpness")
    focus = reading.readings["sharpness"].focus
    rng = np.random.default_rng(5)
    largest = np.array([np.linalg.eigvalsh(goe(rng, dim))[-1] / math.sqrt(dim) + 2.0 for _ in range(40)])
    assert (focus.value - focus.below < largest).all() and (largest < focus.value + focus.error).all()
    assert focus.below == focus.error and abs(focus.value - largest.mean()) < 0.5 * focus.error


def test_travel_lines_and_cohorts_are_those_of_the_whole_space(simulation: Simulation) -> None:
    readings = simulation.read("travel", "barrier", "cohort-distances", "decrease").readings
    first, other, starts = *simulation.cohorts, Simulation(simulation.experiment).positions()
    gone = np.linalg.norm(first.whole - starts, axis=1)
    assert readings["travel"].from_start.median == pytest.approx(np.median(gone), rel=1e-12)
    assert readings["travel"].exact
    line = readings["barrier"].farthest
    middle = 0.5 * (first.whole[0] + first.whole[line.partner])
    x, g = middle, simulation.problem.value_and_gradient(middle)[1]
    assert line.line.barrier == 0.0 and 0.5 * x @ g < first.value.max()
    apart = np.linalg.norm(first.whole - other.whole, axis=1)
    assert readings["cohort-distances"].apart[0].same.median == pytest.approx(np.median(apart), rel=1e-9)
    assert readings["decrease"].focus.ratio == pytest.approx(1.0, rel=1e-9)


def test_in_few_dimensions_all_is_counted() -> None:
    found = Simulation(an_experiment(dim=50, walkers=3, parameters={"shift": 0.5}))
    found.advance(5)
    reading = found.read("signs", "spectrum").readings
    eigenvalues = np.linalg.eigvalsh(found.problem.hessian(found.positions()[0]))
    assert reading["signs"].focus.negative == np.count_nonzero(eigenvalues < 0.0)
    assert reading["signs"].focus.method == "banded"
    assert reading["spectrum"].highest == pytest.approx(eigenvalues[-1], rel=1e-12)
    assert found.problem.semicircle(found.positions()[0], 0.0) == Semicircle(0.5, 2.0)


def test_a_walker_that_is_as_far_as_it_should_be_has_not_diverged() -> None:
    found = Simulation(an_experiment(dim=10**15, walkers=2, parameters={"reach": 3}))
    assert np.abs(found.positions()).max() > 3e7
    assert found.read("outcomes").readings["outcomes"].counts["descending"] == 2


def test_threads_and_chunks_leave_no_trace_in_any_dimension() -> None:
    ends = []
    for chunks, workers in (([12], 1), ([5, 7], 3)):
        found = Simulation(an_experiment(walkers=70, parameters={"reach": 12}), workers=workers)
        for steps in chunks:
            found.advance(steps)
        ends.append((found.positions(), found.state().value.copy()))
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)
    assert replace(LANDSCAPES[NAME]).block_rows(1) < 70


def test_on_a_screen_the_walkers_stop_where_the_frame_ends_and_can_go_back() -> None:
    with running(an_experiment(parameters={"reach": 25})) as engine:
        stopped = engine.wait_for(lambda s: s.phase == "stopped", "loss")
        assert (stopped.step, stopped.failed) == (25, True)
        assert stopped.notice.startswith(
            f"steps: 26 are more than the 25 that {NAME} is drawn for; accepted: `rewind`,"
        )
        engine.send(Rewind())
        engine.wait_for(lambda s: s.step == 0 and not s.failed, "loss")
        engine.send(Advance(3))
        engine.wait_for(lambda s: s.step == 3, "loss")
