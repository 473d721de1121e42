"""The structured map: what it multiplies by, how little it stores, and what that does to a spectrum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import LANDSCAPES, BadInput, Experiment, Simulation
from sim.arrays import Floats
from sim.fields.hadamard import block_length
from sim.fields.packed import Field
from sim.landscape import Problem

FIELD = LANDSCAPES["gaussian-field"]


def hadamard(v: Floats) -> Floats:
    """H v, where H₂ₙ = [[Hₙ, Hₙ], [Hₙ, −Hₙ]]: sums and differences of halves, then of their halves."""
    parts = v.reshape(1, -1)
    while parts.shape[1] > 1:
        first, second = np.split(parts, 2, axis=1)
        parts = np.stack([first + second, first - second], axis=1).reshape(2 * len(parts), -1)
    return parts[:, 0]


def field(problem: Problem) -> Field:
    return Field(problem.parameters, problem.dim)


def textbook_turns(problem: Problem, x: Floats) -> Floats:
    """The angles w·x of every feature, by H D₁ H D₂ H D₃."""
    f, features = field(problem), int(problem.settings["M"])
    signs = f.signs.reshape(len(f.signs), 3, f.block)
    padded = np.concatenate([x, np.zeros(f.block - len(x))])
    blocks = [hadamard(d1 * hadamard(d2 * hadamard(d3 * padded))) for d1, d2, d3 in signs]
    return np.concatenate(blocks)[:features] * f.lengths


@pytest.mark.parametrize(
    ("dim", "features"),
    [(1, 100), (64, 64), (65, 130), (700, 5000), (1500, 3000), (4096, 5000), (100_000, 140_000)],
)
def test_the_transforms_are_those_of_the_textbook(dim: int, features: int) -> None:
    """Small ones, ones of several rows, of several strips of columns, and blocks that are not full."""
    problem, rng = FIELD.build(dim, seed=3, M=features, map="structured"), np.random.default_rng(0)
    x, y = rng.standard_normal((2, dim))
    f = field(problem)
    turns = f.turns(x) - f.phases
    np.testing.assert_allclose(turns, textbook_turns(problem, x), rtol=0, atol=1e-12 * np.abs(turns).max())
    slope = problem.value_and_gradient(x)[1] - 0.01 * x
    changes = -f.height * math.tau * np.sin(math.tau * f.turns(x))
    along = changes @ textbook_turns(problem, y)
    assert slope @ y == pytest.approx(along, rel=1e-9, abs=1e-12 * np.linalg.norm(slope) * np.linalg.norm(y))


def test_frequencies_of_a_block_are_orthogonal_and_as_long_as_normal_vectors() -> None:
    dim = 256
    f = field(FIELD.build(dim, seed=1, M=2 * dim, map="structured", length_scale=0.5))
    frequencies = math.tau * 0.5 * np.array([f.turns(unit) - f.phases for unit in np.eye(dim)]).T
    for block in np.split(frequencies, 2):
        overlaps = block @ block.T
        np.testing.assert_allclose(overlaps, np.diag(np.diag(overlaps)), rtol=0, atol=1e-9)
    squares = (frequencies**2).sum(axis=1)
    assert squares.mean() == pytest.approx(dim, rel=4.0 * math.sqrt(2.0 / dim / len(squares)))
    assert squares.var() == pytest.approx(2.0 * dim, rel=4.0 * math.sqrt(2.0 / len(squares)))
    assert (frequencies**4).mean() == pytest.approx(3.0, rel=0.05)


def test_both_signs_are_drawn_and_every_diagonal_is_another() -> None:
    f = field(FIELD.build(1000, map="structured"))
    diagonals = f.signs.reshape(-1, f.block).astype(float)
    assert set(np.unique(diagonals)) == {-1.0, 1.0}
    overlaps = diagonals @ diagonals.T / f.block - np.eye(len(diagonals))
    assert np.abs(overlaps).max() < 5.0 / math.sqrt(f.block)


@pytest.mark.parametrize("map_", ["dense", "structured"])
def test_a_single_field_averages_to_its_covariance(map_: str) -> None:
    """The mean of cos w·r over the features: within four standard errors of independent ones."""
    dim, features = 1000, 4096
    f = field(FIELD.build(dim, seed=5, M=features, map=map_))
    direction = np.random.default_rng(0).standard_normal(dim)
    for r in (0.3, 1.0, 2.0, 4.0):
        for u in (direction / np.linalg.norm(direction), np.eye(dim)[7], np.full(dim, dim**-0.5)):
            c = math.exp(-0.5 * r**2)
            found = np.cos(math.tau * (f.turns(r * u) - f.phases)).mean()
            assert abs(found - c) < 4.0 * math.sqrt((0.5 * (1.0 + c**4) - c**2) / features)


@pytest.mark.parametrize(("map_", "error"), [("dense", 0.0095), ("structured", 0.003)])
def test_the_covariance_of_one_field_is_as_far_off_as_the_page_says(map_: str, error: float) -> None:
    """At r = l: the standard deviation over directions."""
    dim, rng, found = 1000, np.random.default_rng(0), []
    for seed in range(3):
        problem = FIELD.build(dim, seed, map=map_)
        assert problem.settings["M"] == 2048
        f = field(problem)
        for _ in range(40):
            u = rng.standard_normal(dim)
            found.append(np.cos(math.tau * (f.turns(u / np.linalg.norm(u)) - f.phases)).mean())
    assert np.sqrt(np.mean((np.array(found) - math.exp(-0.5)) ** 2)) == pytest.approx(error, rel=0.2)


def semicircle(x: Floats) -> Floats:
    """The share of eigenvalues below x, for variance 1."""
    x = np.clip(x, -2.0, 2.0)
    return 0.5 + x * np.sqrt(4.0 - x * x) / (4.0 * math.pi) + np.arcsin(0.5 * x) / math.pi


def kesten(x: Floats, n: int) -> Floats:
    """The same for the sum of n free signs (Kesten 1959), by the trapezoidal rule."""
    edge = 2.0 * math.sqrt(n - 1.0)
    angles = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 4001)
    at = edge * np.sin(angles)
    density = n * np.sqrt(edge**2 - at**2) / (2.0 * math.pi * (n**2 - at**2)) * edge * np.cos(angles)
    below = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(angles))])
    return np.interp(x, at / math.sqrt(n), below)


def test_the_spectrum_is_that_of_free_rotations_and_nearer_to_the_semicircle_than_the_dense_one() -> None:
    """B blocks of orthogonal waves are 2B free signs; dense ones give a free compound Poisson law.

    Their fourth moments are 2 − 0.5 d/M and 2 + 1.5 d/M, the semicircle's is 2.
    """
    dim, blocks = 256, 2
    spectra = {}
    for map_ in ("dense", "structured"):
        settings = {"M": blocks * dim, "mu": 0.0, "planted": "yes", "level": 0.0, "map": map_}
        fields = (FIELD.build(dim, seed, **settings) for seed in range(16))
        spectra[map_] = np.array([np.linalg.eigvalsh(f.hessian(np.zeros(dim))) for f in fields])
        spectra[map_] /= math.sqrt(dim)
        assert (spectra[map_] ** 2).mean() == pytest.approx(1.0, rel=0.04)
    fourth = {name: (found**4).mean() / (found**2).mean() ** 2 for name, found in spectra.items()}
    assert fourth["structured"] == pytest.approx(2.0 - 0.5 / blocks, rel=0.03)
    assert fourth["dense"] == pytest.approx(2.0 + 1.5 / blocks, rel=0.03)
    levels = np.linspace(-1.9, 1.9, 39)
    shares = {name: (found[:, :, None] < levels).mean(axis=(0, 1)) for name, found in spectra.items()}
    assert np.abs(shares["structured"] - kesten(levels, 2 * blocks)).max() < 0.01
    assert np.abs(shares["dense"] - kesten(levels, 2 * blocks)).max() > 0.05
    away = {name: np.abs(share - semicircle(levels)).max() for name, share in shares.items()}
    assert away["structured"] < 0.03 < 0.04 < away["dense"]


def test_a_million_dimensions_take_forty_megabytes() -> None:
    dim = 1 << 20
    problem = FIELD.build(dim, seed=2)
    assert problem.parameters.nbytes == FIELD.packed_bytes(dim, problem.settings) < 40e6
    rng = np.random.default_rng(0)
    x, (u, v) = rng.uniform(-3.0, 3.0, dim), rng.standard_normal((2, dim)) / 1024.0
    values, slopes = problem.value_and_gradient(x + np.array([-1e-3, 0.0, 1e-3])[:, None] * u)
    assert (values[2] - values[0]) / 2e-3 == pytest.approx(slopes[1] @ u, rel=1e-4)
    bent = problem.hessian_product(x, u)
    np.testing.assert_allclose((slopes[2] - slopes[0]) / 2e-3, bent, rtol=0, atol=1e-5)
    assert bent @ v == pytest.approx(problem.hessian_product(x, v) @ u, rel=1e-9)
    assert slopes[1] @ slopes[1] == pytest.approx(dim, rel=0.01)  # E |∇f|² = d σ²/l², and 0.03 % for the bowl


def test_memory_grows_as_the_dimension_does() -> None:
    sizes = [FIELD.packed_bytes(dim, FIELD.build(dim).settings) for dim in (1 << 15, 1 << 20, 1 << 40)]
    assert sizes[1] == pytest.approx(32 * sizes[0], rel=1e-3)
    assert sizes[2] == pytest.approx(2**20 * sizes[1], rel=1e-3)


@pytest.mark.parametrize("dim", [10**12, 10**15])
def test_a_dimension_that_no_map_fits_is_refused_with_the_bytes(dim: int) -> None:
    with pytest.raises(BadInput, match=r"^memory: .* needed, .* free; accepted: fewer dimensions or walkers"):
        Simulation(Experiment(dim=dim, walkers=1))


@pytest.mark.parametrize("odd", [np.nan, -np.inf])
def test_a_walker_that_is_not_finite_leaves_the_others_alone(odd: float) -> None:
    problem = FIELD.build(3000, seed=3)
    x = np.random.default_rng(1).uniform(-3.0, 3.0, (3, 3000))
    values, slopes = problem.value_and_gradient(x)
    x[1, 2999] = odd
    found, gradients = problem.value_and_gradient(x)
    assert np.isnan(found[1])
    np.testing.assert_array_equal(found[[0, 2]], values[[0, 2]])
    np.testing.assert_array_equal(gradients[[0, 2]], slopes[[0, 2]])


def test_threads_chunks_and_locked_directions_leave_no_trace() -> None:
    experiment = Experiment(dim=200_000, active_dim=150_000, walkers=9, optimizer="adam", seed=4)
    once, cut = Simulation(experiment, workers=1), Simulation(experiment, workers=3)
    once.advance(3)
    cut.advance(1)
    cut.advance(2)
    np.testing.assert_array_equal(once.positions(), cut.positions())
    assert (once.positions()[:, 150_000:] == 0.0).all()
    value, _ = once.problem.value_and_gradient(once.positions())
    np.testing.assert_allclose(once.state().value, value, rtol=1e-9)


def test_n_is_the_next_power_of_two() -> None:
    assert [block_length(dim) for dim in (1, 64, 65, 1000, 1 << 20)] == [64, 64, 128, 1024, 1 << 20]
