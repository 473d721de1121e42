"""The spectrum of one walker: every direction is in the histogram once, whatever it is made from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim import LANDSCAPES, MEASURES, Experiment, Simulation
from sim.hessian import Spectrum, spectra
from sim.histogram import counted, round_limits, spread_out
from sim.measures.spectrum import SpectrumReading, histogram

# --- histograms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "limits"),
    [
        (-19.3, 21.5, (-20.0, 25.0)),
        (0.0, 10.0, (0.0, 10.0)),
        (-0.00031, 0.0, (-0.00035, 0.0)),
        (1e8, 1.03e8, (1e8, 1.03e8)),
        (3.0, 3.0, (1.5, 4.5)),
        (0.0, 0.0, (-1.0, 1.0)),
    ],
)
def test_limits_are_round_numbers_about_the_values(
    low: float, high: float, limits: tuple[float, float]
) -> None:
    assert round_limits(low, high) == pytest.approx(limits)


def test_limits_move_rarely() -> None:
    """A spectrum that widens to three times its size passes a handful of limits, not a hundred."""
    found = {round_limits(-1.0 - 0.02 * k, 1.0 + 0.01 * k) for k in range(100)}
    assert len(found) < 25
    for low, high in [(-1.0, 2.0), (-7.3, 0.4), (0.01, 0.013)]:
        wide = round_limits(low, high)
        assert wide[0] <= low < high <= wide[1]
        assert wide[1] - wide[0] <= 1.6 * (high - low), "the values fill most of it"


def test_weights_are_spread_between_their_neighbours_and_none_is_lost() -> None:
    edges = np.linspace(0.0, 4.0, 9)
    values, weights = np.array([0.5, 1.5, 3.5]), np.array([4.0, 8.0, 2.0])
    found = spread_out(values, weights, math.inf, edges)
    # The first reaches from 0.5 to 1, the second from 1 to 2.5, the last from 2.5 to 3.5.
    np.testing.assert_allclose(found, [0.0, 4.0, 8 / 3, 8 / 3, 8 / 3, 1.0, 1.0, 0.0], atol=1e-14)
    narrow = spread_out(values, weights, 0.5, edges)
    np.testing.assert_allclose(narrow, [0.0, 4.0, 4.0, 4.0, 0.0, 0.0, 2.0, 0.0], atol=1e-14)
    assert narrow.sum() == found.sum() == 14.0
    alone = spread_out(np.array([4.0]), np.array([7.0]), 1.0, edges)
    np.testing.assert_array_equal(alone, [0.0] * 7 + [7.0])


def test_the_nodes_of_a_quadrature_look_like_the_density_they_stand_for() -> None:
    """Twelve nodes of a semicircle's Gauss rule, in 24 bins: within a few per cent of its density."""
    k = np.arange(1, 13)
    nodes, weights = np.sort(np.cos(np.pi * k / 13)), 2.0 / 13 * np.sin(np.pi * k / 13) ** 2
    edges = np.linspace(-1.0, 1.0, 25)
    found = spread_out(nodes, 1000.0 * weights, math.inf, edges)
    centres = 0.5 * (edges[1:] + edges[:-1])
    expected = 1000.0 * 2.0 / math.pi * np.sqrt(1.0 - centres**2) / 12.0
    assert found.sum() == pytest.approx(1000.0)
    assert np.abs(found - expected)[3:-3].max() < 0.06 * expected.max()


def test_a_value_on_an_edge_is_counted_once() -> None:
    np.testing.assert_array_equal(
        counted(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0])), [1.0, 3.0]
    )


# --- the measure --------------------------------------------------------------------------------------


def read(work: float = math.inf, steps: int = 0, **experiment: Any) -> tuple[SpectrumReading, Simulation]:
    simulation = Simulation(Experiment(**{"walkers": 2, **experiment}))
    simulation.advance(steps)
    return simulation.read("spectrum", work=work).readings["spectrum"], simulation


CASES = [
    {"landscape": "gaussian-field", "dim": 40},
    {"landscape": "gaussian-field", "dim": 40, "active_dim": 7},
    {"landscape": "rastrigin", "dim": 300},
    {"landscape": "polynomial-chain", "dim": 50},
    {"landscape": "polynomial-chain", "dim": 150},
    {"landscape": "polynomial-chain", "dim": 150, "parameters": {"ends": "periodic"}},
    {"landscape": "spin-glass", "dim": 30},
    {"landscape": "spin-glass", "dim": 600},
    {"landscape": "network"},
    {"landscape": "rosenbrock", "dim": 2},
]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("work", [math.inf, 1e6])
def test_every_direction_is_in_the_histogram_once(
    case: dict[str, Any], work: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spectra, "CHAIN_LIMIT", 100)  # longer chains are counted in bins
    reading, simulation = read(work, **case)
    assert reading.edges is not None and reading.counts is not None and not reading.reason
    assert reading.directions == simulation.problem.directions(simulation.experiment.active)
    assert reading.counts.sum() == pytest.approx(reading.directions, rel=1e-9)
    assert np.all(reading.counts >= -1e-9) and np.all(np.diff(reading.edges) > 0.0)
    assert reading.edges[0] <= min(reading.lowest, 0.0) and max(reading.highest, 0.0) <= reading.edges[-1]
    filled = np.flatnonzero(reading.counts > 1e-9)
    width = reading.edges[1] - reading.edges[0]
    assert reading.edges[filled[0]] <= reading.lowest + width
    assert reading.edges[filled[-1] + 1] >= reading.highest - width
    if reading.exact:
        eigenvalues = np.linalg.eigvalsh(
            simulation.problem.hessian(simulation.positions()[0], simulation.experiment.active)
        )
        slack = reading.error + 1e-9 * np.abs(eigenvalues).max()
        assert reading.lowest == pytest.approx(eigenvalues[0], abs=slack)
        assert reading.highest == pytest.approx(eigenvalues[-1], abs=slack)
        if "bins" not in reading.method:
            np.testing.assert_array_equal(reading.counts, np.histogram(eigenvalues, reading.edges)[0])


def test_an_estimate_is_said_to_be_one_and_near_what_is_true() -> None:
    exact, _ = read(dim=400)
    estimate, _ = read(1e8, dim=400)
    assert exact.exact and not estimate.exact
    assert "probe" in estimate.method
    assert exact.edges is not None and estimate.edges is not None
    below = [np.cumsum(reading.counts)[len(reading.counts) // 2] for reading in (exact, estimate)]
    assert below[1] == pytest.approx(below[0], abs=0.1 * 400)
    assert estimate.highest <= exact.highest + 1e-9 <= estimate.highest + estimate.error + 1e-9


def test_what_was_counted_in_bins_is_not_smeared_over_gaps() -> None:
    """Two clusters: a bin of the finer count is spread over its own width alone."""
    values, weights = np.array([0.005, 0.015, 0.995]), np.array([400.0, 100.0, 500.0])
    found = Spectrum(values, weights, "tridiagonal, counted", True, 0.0, 1.0, 0.0)
    counts = histogram(found, 1000, np.linspace(0.0, 1.0, 21))
    np.testing.assert_allclose(counts, [500.0] + [0.0] * 18 + [500.0])


def test_the_law_is_that_of_the_height_where_the_walker_stands() -> None:
    reading, simulation = read(steps=50, dim=60, active_dim=20)
    problem, x = simulation.problem, simulation.positions()[0]
    assert reading.law == problem.semicircle(x, float(problem.value_and_gradient(x)[0]), 20)
    assert reading.law is not None and reading.law.radius == pytest.approx(2.0 * math.sqrt(20.0))
    assert read(landscape="rastrigin", dim=5)[0].law is None


def test_what_the_learning_rate_can_take_is_in_the_reading() -> None:
    reading, simulation = read(dim=10, hyper={"lr": 0.05})
    assert reading.edge == pytest.approx(40.0)
    simulation = Simulation(Experiment(dim=10, walkers=2, hyper={"lr": 2.0 / (reading.highest + 1.0)}))
    near = simulation.read("spectrum").readings["spectrum"]
    assert near.edge == pytest.approx(reading.highest + 1.0)
    assert near.edge <= near.edges[-1], "what is a little above the spectrum is on the axis"
    adam, _ = read(dim=10, optimizer="adam")
    assert adam.edge is None and adam.stable_below is None
    momentum, _ = read(dim=10, optimizer="momentum", hyper={"lr": 0.1, "momentum": 0.5})
    assert momentum.stable_below == pytest.approx(3.0) and momentum.edge == pytest.approx(30.0)


def test_one_direction_and_none() -> None:
    reading, simulation = read(landscape="rastrigin", dim=1)
    assert reading.directions == 1 and reading.lowest == reading.highest
    assert reading.highest == pytest.approx(
        float(simulation.problem.hessian(simulation.positions()[0])[0, 0])
    )
    nowhere, _ = read(landscape="spin-glass", dim=1)
    assert nowhere.reason == "there is no direction to curve in" and nowhere.edges is None


def test_a_walker_that_diverged_and_a_hessian_that_is_not_finite_say_so() -> None:
    simulation = Simulation(Experiment(landscape="rosenbrock", dim=3, walkers=2))
    simulation.place(np.array([[np.nan, 0.0, 0.0], [1.0, 1.0, 1.0]]))
    assert simulation.read("spectrum").readings["spectrum"].reason == "the walker diverged"
    simulation.place(np.array([[1e200, 0.0, 0.0], [1.0, 1.0, 1.0]]))
    assert simulation.read("spectrum").readings["spectrum"].reason == "the walker diverged"
    inputs = MEASURES["spectrum"].collect(simulation.state())
    problem = LANDSCAPES["rosenbrock"].build(3)
    far = type(inputs)(problem, 0, 0, np.array([1e200, 0.0, 0.0]), 3, None, None, math.inf)
    reading = MEASURES["spectrum"].reading(far)
    assert reading.reason == "the Hessian is not finite"
    assert all(math.isnan(value) for value in MEASURES["spectrum"].row(reading))


def test_only_the_focused_walker_is_copied() -> None:
    simulation = Simulation(Experiment(dim=50, walkers=64))
    inputs = MEASURES["spectrum"].collect(simulation.state())
    assert inputs.point.shape == (50,) and not np.shares_memory(inputs.point, simulation.cohorts[0].whole)
