"""λmax where walkers stand: against power iteration, and what is said where there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import LANDSCAPES, MEASURES, OPTIMIZERS, Cohort, Experiment, Simulation, measure
from sim.commands import Set
from sim.hessian import sturm
from sim.hessian.quadrature import LEAST_STEPS, probe_work
from sim.landscape import Problem
from sim.measures import sharpness
from sim.measures.sharpness import Sharpness, SharpnessReading, suggested_rate

SHARPNESS = MEASURES["sharpness"]


def read(simulation: Simulation, cohort: int = 0, work: float = math.inf) -> SharpnessReading:
    snapshot = simulation.read("sharpness", work=work)
    found: SharpnessReading = snapshot.cohorts[cohort].readings["sharpness"]
    return found


def power_iteration(problem: Problem, x: np.ndarray) -> float:
    """λmax by the oldest way: a vector times the shifted Hessian, which is positive, 2¹⁵ times.

    The matrix is squared 15 times, which is the same.
    """
    matrix = problem.hessian(x)
    power = matrix + np.abs(matrix).sum(axis=1).max() * np.eye(len(matrix))
    for _ in range(15):
        power = power @ power
        power /= np.abs(power).max()
    v = power @ np.random.default_rng(0).standard_normal(len(matrix))
    return float(v @ matrix @ v / (v @ v))


CASES = [
    ("quadratic", 20, {}),
    ("rastrigin", 20, {}),
    ("gaussian-field", 30, {}),
    ("random-quadratic", 25, {}),
    ("spin-glass", 12, {}),
    ("polynomial-chain", 21, {"ends": "periodic"}),
    ("network", None, {"samples": 32.0, "hidden": "4"}),
]


@pytest.mark.parametrize(("landscape", "dim", "parameters"), CASES)
def test_the_largest_eigenvalue_is_that_of_power_iteration(
    landscape: str, dim: int | None, parameters: dict[str, object]
) -> None:
    size = {} if dim is None else {"dim": dim}
    simulation = Simulation(Experiment(landscape=landscape, walkers=3, parameters=parameters, **size))
    reading = read(simulation)
    assert reading.focus is not None and len(reading.others) == 2
    for found, x in zip((reading.focus, *reading.others), simulation.positions(), strict=True):
        expected = power_iteration(simulation.problem, x)
        size_of_all = float(np.abs(np.linalg.eigvalsh(simulation.problem.hessian(x))).max())
        assert abs(found.value - expected) < 1e-4 * size_of_all + found.error


def at(landscape: str, x: np.ndarray, **entries: object) -> SharpnessReading:
    simulation = Simulation(Experiment(landscape=landscape, dim=x.shape[1], walkers=len(x), **entries))  # type: ignore[arg-type]
    simulation.place(x)
    return read(simulation)


def test_the_known_ones() -> None:
    anywhere = at("quadratic", np.full((2, 30), 3.0)).focus
    assert anywhere is not None and anywhere.value == pytest.approx(1.0, rel=1e-12)
    reading = at("rastrigin", np.zeros((1, 50)), hyper={"lr": 0.004})
    assert reading.focus is not None and reading.focus.value == pytest.approx(396.784176, rel=1e-8)
    assert reading.stable_below == 2.0
    assert reading.stable_below / reading.focus.value == pytest.approx(0.0050405236, rel=1e-7)
    assert suggested_rate(2.0, reading.focus.value) == 0.00252
    assert reading.edge == pytest.approx(500.0)


def test_the_edge_of_a_random_matrix() -> None:
    """GOE/√d ends at 2 + d^(−2/3) TW1, with TW1 = −1.2065 ± 1.2680 (Tracy and Widom 1996)."""
    dim, seeds = 300, 12
    found = []
    for seed in range(seeds):
        problem = LANDSCAPES["random-quadratic"].build(dim, seed, shift=1.0)
        simulation = Simulation(
            Experiment(landscape="random-quadratic", dim=dim, walkers=1, seed=seed, parameters={"shift": 1.0})
        )
        focus = read(simulation).focus
        assert focus is not None
        assert focus.value <= np.linalg.eigvalsh(problem.hessian(np.zeros(dim)))[-1] + 1e-9
        found.append(focus.value)
    spread = 1.2680 * dim ** (-2.0 / 3.0)
    assert abs(np.mean(found) - (3.0 - 1.2065 * dim ** (-2.0 / 3.0))) < 4.0 * spread / math.sqrt(seeds)


def test_focus_and_others_are_kept_apart_and_the_sharpest_is_found() -> None:
    x = np.zeros((3, 2))
    x[1], x[2] = 0.5, 0.25  # rastrigin curves down at ½, and little at ¼
    reading = at("rastrigin", x)
    assert reading.focus is not None and reading.focus.walker == 0
    assert [other.walker for other in reading.others] == [1, 2]
    assert reading.sharpest is reading.focus
    assert reading.of_others == pytest.approx(np.mean([other.value for other in reading.others]))
    row = dict(zip(SHARPNESS.columns, SHARPNESS.row(reading), strict=True))
    assert row == {"sharpness": reading.focus.value, "others": reading.of_others, "edge": reading.edge}
    turned = at("rastrigin", x[::-1])
    assert turned.sharpest is not None and turned.sharpest.walker == 2


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "null"])
def test_what_the_learning_rate_can_take_is_told_for_rules_that_have_an_edge(name: str) -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=3, walkers=1, optimizer=name))
    reading, edge = read(simulation), OPTIMIZERS[name].stable_below
    settings = simulation.experiment.hyperparameters
    if edge is None:
        assert reading.stable_below is reading.edge is None
    else:
        assert reading.edge == pytest.approx(edge(settings) / settings["lr"])
    assert reading.focus is not None and reading.rate == settings["lr"]


def test_the_null_control_and_a_rate_of_zero_have_no_edge() -> None:
    simulation = Simulation(
        Experiment(
            landscape="quadratic", dim=3, walkers=2, schedule="cosine", hyper={"horizon": 5.0},
            more_cohorts=(Cohort("null"),),
        )
    )  # fmt: skip
    reading = read(simulation, 1)
    assert reading.rate is reading.edge is None and reading.focus is not None
    assert read(simulation).edge == pytest.approx(2.0 / simulation.experiment.hyperparameters["lr"])
    simulation.advance(5)
    assert read(simulation).rate == 0.0 and read(simulation).edge is None


def test_a_walker_that_diverged_is_measured_where_it_began() -> None:
    experiment = Experiment(landscape="rastrigin", dim=3, walkers=9, hyper={"lr": 1e300})
    simulation = Simulation(experiment)
    at_start = read(simulation)
    simulation.advance(3)
    reading = read(simulation)
    assert reading.diverged == 4 and reading.focus is not None and at_start.focus is not None
    assert reading.focus == replace(at_start.focus, step=0)
    assert [found.step for found in (reading.focus, *reading.others)] == [0] * 4
    assert np.isnan(SHARPNESS.row(reading)[:2]).all(), "the trace is of where walkers are"
    assert reading.sharpest is not None and reading.of_others is None


def test_where_the_start_is_not_known_nothing_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=2, hyper={"lr": 1e300}))
    simulation.place(np.full((2, 3), 1.3))
    simulation.advance(3)
    reading = read(simulation)
    assert reading.focus is reading.sharpest is None and reading.others == () and reading.diverged == 2
    simulation.rewind()
    simulation.advance(3)
    assert read(simulation).focus is not None
    monkeypatch.setattr(sharpness, "DRAWN_ANEW", 2)
    assert read(simulation).focus is None, "too many numbers to draw anew"
    monkeypatch.undo()
    simulation.apply(Set("A", 5.0))
    assert read(simulation).focus is None, "the landscape was another one then"


@pytest.mark.parametrize("far", [np.inf, 1e9])
def test_one_of_those_that_diverged_is_among_those_that_are_looked_at(far: float) -> None:
    simulation = Simulation(Experiment(landscape="quadratic", dim=2, walkers=20))
    positions = simulation.positions()
    positions[9] = far
    simulation.place(positions)
    state = simulation.state()
    assert 9 not in state.looked_at(sharpness.SAMPLE)
    inputs = SHARPNESS.collect(state)
    assert 9 in inputs.walkers and inputs.walkers[0] == 0 and inputs.diverged.sum() == 1
    reading = SHARPNESS.reading(inputs)
    assert reading.diverged == 1 and reading.focus is not None
    assert {other.walker for other in reading.others} == set(inputs.walkers) - {0, 9}


def test_no_coordinates_are_read_but_of_those_that_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    state, read_rows = Simulation(Experiment(landscape="rastrigin", dim=3, walkers=50)).state(), []

    def counted(values: np.ndarray) -> np.ndarray:
        read_rows.append(len(values))
        return measure.largest(values)

    monkeypatch.setattr(measure, "gone", lambda problem, rows: counted(rows) > 1e9)
    inputs = SHARPNESS.collect(state)
    assert sum(read_rows) == len(inputs.walkers) + 1 == sharpness.SAMPLE + 2


@pytest.mark.parametrize("work", [1e6, 1e10])
def test_the_work_that_is_declared_is_that_of_the_largest_eigenvalue_alone(
    work: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = Simulation(Experiment(landscape="griewank", dim=2000, walkers=4))
    inputs, problem, products = SHARPNESS.collect(simulation.state(work=work)), simulation.problem, []

    def counted(x: np.ndarray, v: np.ndarray) -> np.ndarray:
        products.append(len(v))
        return Problem.hessian_product(problem, x, v)

    monkeypatch.setattr(problem, "hessian_product", counted)
    assert SHARPNESS.reading(inputs).focus is not None
    steps = sum(products) / 4
    declared, least = SHARPNESS.work(inputs), 4 * probe_work(problem.product_work(), 2000, LEAST_STEPS)
    assert 4 * probe_work(problem.product_work(), 2000, steps) <= declared <= max(work, least)
    assert declared < 0.1 * 4 * problem.hessian_work(2000)


def test_the_work_on_a_chain_is_that_of_its_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    below, numbers = sturm.below, []

    def counted(*chain: Any) -> np.ndarray:
        numbers.append(len(chain[-1]))
        return below(*chain)

    monkeypatch.setattr(sturm, "below", counted)
    simulation = Simulation(Experiment(landscape="polynomial-chain", dim=5000, walkers=1))
    inputs = SHARPNESS.collect(simulation.state())
    assert SHARPNESS.reading(inputs).focus is not None
    a_count = 0.5 * simulation.landscape.hessian.work(5000)  # one edge of the zero band
    assert 0.9 * SHARPNESS.work(inputs) < sum(numbers) * a_count <= SHARPNESS.work(inputs)


def test_a_hessian_that_is_not_finite_has_no_largest_eigenvalue() -> None:
    reading = at("ackley", np.zeros((2, 3)))
    assert reading.focus is None and reading.diverged == 0 and reading.sharpest is None


def test_one_walker_in_one_dimension_and_few_open_directions() -> None:
    reading = at("quadratic", np.ones((1, 1)))
    assert reading.focus is not None and reading.focus.value == 1.0 and reading.others == ()
    simulation = Simulation(Experiment(landscape="gaussian-field", dim=9, active_dim=2, walkers=2))
    reading = read(simulation)
    block = simulation.problem.hessian(simulation.positions()[0], 2)
    assert reading.focus is not None and reading.active == 2
    assert reading.focus.value == pytest.approx(np.linalg.eigvalsh(block)[-1])


def test_of_a_file_the_error_of_differences_is_told(tmp_path: Path) -> None:
    file = tmp_path / "well.py"
    file.write_text("def loss(x):\n    return 3.0 * (x * x).sum()\n")
    reading = read(Simulation(Experiment(landscape=str(file), dim=4, walkers=1)))
    assert reading.focus is not None and reading.focus.error > 0.0
    assert abs(reading.focus.value - 6.0) <= reading.focus.error == reading.focus.below


def test_a_million_dimensions_are_within_the_work() -> None:
    """Products alone, of one walker; the Hessian of the field is never written down."""
    experiment = Experiment(landscape="polynomial-chain", dim=10**6, walkers=2)
    inputs = SHARPNESS.collect(Simulation(experiment).state(work=1e10))
    assert inputs.points.shape == (1, 10**6) and SHARPNESS.work(inputs) < 1e10
    focus = SHARPNESS.reading(inputs).focus
    assert focus is not None and 2.0 < focus.value < 2.0 * experiment.scales.curvature


def test_the_suggested_rate_is_half_of_the_largest_stable_one() -> None:
    assert suggested_rate(2.0, 40.0) == 0.025
    assert suggested_rate(3.8, 3.0) == 0.633
    known = Sharpness(0, 5, 3.0, 0.0, "dense")
    reading = SharpnessReading(5, 0, known, (), 0, 0.5, 2.0, {}, 1)
    assert reading.edge == 4.0 and reading.sharpest is known


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lr", "begins", "ends"), [(0.3, (0.5, 0.7), (0.98, 1.02)), (0.05, (0.0, 0.2), (0.0, 0.3))]
)
def test_a_network_comes_to_the_edge_of_stability_and_stays_where_its_rate_lets_it(
    lr: float, begins: tuple[float, float], ends: tuple[float, float]
) -> None:
    """λmax over 2/lr of networks on the spirals under gradient descent (Cohen et al. 2021), at four walkers.

    At a sixth of the rate the edge is six times as far, and nobody comes there in as many steps.
    """
    experiment = Experiment(
        landscape="network", walkers=4, hyper={"lr": lr}, parameters={"data": "spirals", "hidden": "16"}
    )
    simulation = Simulation(experiment)

    def shares() -> list[float]:
        reading = read(simulation)
        assert reading.focus is not None and reading.edge == pytest.approx(2.0 / lr)
        return [found.value / reading.edge for found in (reading.focus, *reading.others)]

    low, high = begins
    assert all(low < share < high for share in shares())
    simulation.advance(16_000)
    found = []
    for _ in range(8):
        simulation.advance(500)
        found.append(shares())
    low, high = ends
    assert all(low < share < high for share in np.median(found, axis=0)), found
