"""Hessians known by their products alone: operators, Lanczos' method, spectra, and the largest curvature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from problems import built, points
from toys import bowl, with_bands, with_hessian

from sim import LANDSCAPES
from sim.arrays import Floats
from sim.hessian import Krylov, Operator, lanczos, largest_curvature, operator, spectrum_of
from sim.hessian.quadrature import Probes, mass_below, mass_beyond, plausible
from sim.hessian.spectra import CHAIN_LIMIT, ENOUGH, SMALL
from sim.landscape import Dense, Problem


def with_eigenvalues(eigenvalues: Floats) -> Problem:
    """A problem whose Hessian is diagonal, which only its products know."""
    entries = np.array(eigenvalues, dtype=np.float64)
    known = Dense(
        lambda problem, x, active: np.diag(entries)[:active, :active], lambda problem, x, v: v * entries
    )
    return bowl(hessian=known).build(len(entries))


def of(matrix: Floats) -> Operator:
    return operator(with_hessian(matrix), np.zeros(len(matrix)))


def symmetric(dim: int, seed: int = 0) -> Floats:
    matrix = np.random.default_rng(seed).standard_normal((dim, dim))
    return matrix + matrix.T


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("active", [None, 1, 5])
def test_the_operator_is_the_hessian(name: str, active: int | None) -> None:
    problem = built(name, 12, seed=1)
    constraint = problem.landscape.constraint
    if active is not None and (constraint or active > problem.dim):
        return
    x = points(problem, 1)[0]
    found = operator(problem, x, active)
    assert found.directions == problem.directions(active)
    vectors = found.probes(3, key=7)
    along = constraint.along(problem, x, vectors) if constraint else vectors
    matrix, image = problem.hessian(x, active), found.times(vectors)
    if constraint:
        np.testing.assert_allclose(image @ x, 0.0, atol=1e-10 * np.abs(image).max())
        image = constraint.along(problem, x, image)
    np.testing.assert_allclose(image, along @ matrix, atol=1e-10 * max(np.abs(matrix).max(), 1e-300))


def test_probes_are_uniform_on_the_sphere_and_the_same_again() -> None:
    problem = built("spin-glass", 4, seed=1)
    x = points(problem, 1)[0]
    found = operator(problem, x)
    drawn = found.probes(20_000, key=3)
    np.testing.assert_array_equal(drawn, found.probes(20_000, key=3))
    assert not np.array_equal(drawn[0], found.probes(1, key=4)[0])
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(drawn @ x, 0.0, atol=1e-14)
    along = problem.landscape.constraint.along(problem, x, drawn)
    # Var of a squared coordinate of a uniform point on the sphere of 3 directions is 4/45.
    np.testing.assert_allclose((along**2).mean(axis=0), 1 / 3, atol=5 * math.sqrt(4 / 45 / 20_000))
    np.testing.assert_allclose(along.mean(axis=0), 0.0, atol=5 * math.sqrt(1 / 3 / 20_000))


@pytest.mark.parametrize("dim", [1, 2, 3, 10, 60])
def test_all_steps_find_all_eigenvalues(dim: int) -> None:
    matrix = symmetric(dim)
    found = lanczos(of(matrix), np.ones(dim), dim)
    values = found.ritz()[0]
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix), atol=1e-12 * np.abs(matrix).sum())
    assert found.residual == 0.0
    np.testing.assert_allclose(found.basis @ found.basis.T, np.eye(dim), atol=1e-13)


def test_the_basis_stays_orthonormal_where_three_terms_would_not() -> None:
    eigenvalues = np.concatenate((np.linspace(0.0, 1.0, 400), [1e3, 1e3 + 1e-6, -1e4]))
    found = lanczos(operator(with_eigenvalues(eigenvalues), np.zeros(403)), np.ones(403), 120)
    np.testing.assert_allclose(found.basis @ found.basis.T, np.eye(120), atol=1e-13)
    assert np.count_nonzero(found.ritz()[0] > 500.0) <= 2, "no ghosts"


def test_a_space_with_few_eigenvalues_ends_early() -> None:
    eigenvalues = np.repeat([-2.0, 0.0, 3.0], [10, 70, 20])
    found = lanczos(operator(with_eigenvalues(eigenvalues), np.zeros(100)), np.ones(100), 50)
    assert len(found.alpha) == 3 and found.residual == 0.0
    values, vectors = found.ritz()
    np.testing.assert_allclose(values, [-2.0, 0.0, 3.0], atol=1e-13)
    np.testing.assert_allclose(vectors[0] ** 2, [0.1, 0.7, 0.2], atol=1e-13)
    assert mass_below(found, -1.0) == pytest.approx((0.1, 0.1), abs=1e-11)


@pytest.mark.parametrize("scale", [1e-150, 1e-10, 1e150])
def test_neither_overflow_nor_underflow(scale: float) -> None:
    matrix = symmetric(30)
    one, other = (lanczos(of(s * matrix), np.ones(30), 12) for s in (1.0, scale))
    np.testing.assert_allclose(other.alpha / scale, one.alpha, rtol=1e-9)
    np.testing.assert_allclose(other.beta / scale, one.beta, rtol=1e-9)
    found = largest_curvature(with_hessian(scale * symmetric(SMALL + 1)), np.zeros(SMALL + 1))
    assert found.value / scale == pytest.approx(np.linalg.eigvalsh(symmetric(SMALL + 1))[-1], rel=1e-6)


def test_nothing_at_all() -> None:
    for dim in (1, 2, SMALL + 5):
        found = largest_curvature(with_eigenvalues(np.zeros(dim)), np.zeros(dim))
        assert (found.value, found.error) == (0.0, 0.0)
        assert np.linalg.norm(found.vector) == pytest.approx(1.0)
        assert np.all(
            spectrum_of(with_eigenvalues(np.zeros(dim)), np.zeros(dim), work=0.0).eigenvalues == 0.0
        )


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("dim", [1, 5, SMALL + 5])
def test_what_is_not_finite_has_no_spectrum(dim: int, bad: float) -> None:
    entries = np.ones(dim)
    for problem, x in (
        (with_eigenvalues(np.where(np.arange(dim) == dim // 2, bad, entries)), np.zeros(dim)),
        (with_eigenvalues(entries), np.full(dim, bad)),
        (with_bands(np.where(np.arange(dim) == 0, bad, entries), np.zeros(dim - 1)), np.zeros(dim)),
    ):
        assert spectrum_of(problem, x) is None
        assert spectrum_of(problem, x, work=0.0) is None
        assert largest_curvature(problem, x) is None


def test_the_sphere_in_one_dimension_has_no_directions() -> None:
    problem = built("spin-glass", 1)
    assert spectrum_of(problem, np.ones(1)) is None
    assert largest_curvature(problem, np.ones(1)) is None


@pytest.mark.parametrize("name", LANDSCAPES.names)
def test_the_spectrum_of_every_landscape(name: str) -> None:
    problem = built(name, 30, seed=2)
    x = points(problem, 1)[0]
    matrix = problem.hessian(x)
    known, largest = np.linalg.eigvalsh(matrix), np.abs(matrix).max()
    found = spectrum_of(problem, x)
    assert found.exact and found.weights.sum() == problem.directions()
    np.testing.assert_allclose(found.eigenvalues, known, atol=1e-12 * len(known) * largest)
    assert (found.lowest, found.highest) == (found.eigenvalues[0], found.eigenvalues[-1])
    sharpest = largest_curvature(problem, x)
    assert -1e-12 * largest * len(known) <= known[-1] - sharpest.value <= sharpest.error + 1e-12 * largest


def test_a_spectrum_by_quadrature_has_the_moments_of_the_probes() -> None:
    matrix = symmetric(300)
    found = spectrum_of(with_hessian(matrix), np.zeros(300), work=0.0)
    assert not found.exact and found.method == "Lanczos, 1 probe of 16 steps"
    assert found.weights.sum() == pytest.approx(300.0)
    probe = of(matrix).probes(1, 0)[0]
    for power in range(16):  # exact up to degree 2k − 1
        moment = probe @ np.linalg.matrix_power(matrix / 50.0, power) @ probe
        assert found.weights @ (found.eigenvalues / 50.0) ** power / 300.0 == pytest.approx(moment, abs=1e-9)
    known = np.linalg.eigvalsh(matrix)
    assert known[0] >= found.lowest - found.extreme_error
    assert known[-1] <= found.highest + found.extreme_error
    better = spectrum_of(with_hessian(matrix), np.zeros(300), work=0.9 * 5.0 * 300**3)
    assert not better.exact and better.method.startswith("Lanczos, ")
    assert better.extreme_error < 0.1 * found.extreme_error


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
def test_the_spectrum_of_a_long_chain_is_counted_in_bins(ring: bool) -> None:
    dim = CHAIN_LIMIT + 1
    rng = np.random.default_rng(4)
    middle, beside = rng.standard_normal(dim), rng.standard_normal(dim if ring else dim - 1)
    problem = with_bands(middle, beside)
    found = spectrum_of(problem, np.zeros(dim))
    known = np.linalg.eigvalsh(problem.hessian(np.zeros(dim)))
    assert found.exact and found.method == f"{'cyclic' if ring else 'tridiagonal'}, counted in 200 bins"
    assert found.lowest == pytest.approx(known[0], abs=1e-12) and found.highest == pytest.approx(known[-1])
    counts, edges = np.histogram(known, 200, (found.lowest - 1e-13, found.highest + 1e-13))
    np.testing.assert_array_equal(found.weights, counts[counts > 0])
    np.testing.assert_allclose(found.eigenvalues, 0.5 * (edges[1:] + edges[:-1])[counts > 0], atol=1e-11)
    sharpest = largest_curvature(problem, np.zeros(dim))
    assert sharpest.value == pytest.approx(known[-1], abs=1e-12) and sharpest.error < 1e-12


def test_the_largest_curvature_by_lanczos_is_within_its_error() -> None:
    """Of 200 spectra with outliers, gaps and edges; the error is wrong one time in a thousand."""
    missed = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        outliers = 1.0 + rng.uniform(0.0, 1.0, seed % 4) ** 2
        eigenvalues = np.concatenate((rng.uniform(-1.0, 1.0, SMALL + seed) ** (1 + 2 * (seed % 3)), outliers))
        problem = with_eigenvalues(eigenvalues)
        found = largest_curvature(problem, np.zeros(problem.dim))
        top = eigenvalues.max()
        assert found.value <= top + 1e-12
        missed += found.value + found.error < top
        image = problem.hessian_product(np.zeros(problem.dim), found.vector)
        assert found.vector @ image == pytest.approx(found.value, abs=1e-10)
        assert found.error < 2.0 * ENOUGH * np.abs(eigenvalues).max() or "200 steps" in found.method
    assert missed <= 2  # more of 200 at 99.9 %: once in a thousand


def test_a_bound_of_what_is_beyond_holds() -> None:
    eigenvalues = np.linspace(-1.0, 1.0, 500) ** 3
    probe = operator(with_eigenvalues(eigenvalues), np.zeros(500))
    for steps in (1, 2, 5, 20):
        start = probe.normals(1, steps)[0]
        found = lanczos(probe, start, steps)
        weights = start**2 / (start @ start)
        for t in np.linspace(-1.1, 1.1, 111):
            low, high = mass_below(found, t)
            assert low <= weights[eigenvalues < t].sum() <= weights[eigenvalues <= t].sum() <= high
            if t > found.ritz()[0][-1] + 1e-9:
                assert weights[eigenvalues >= t].sum() <= mass_beyond(found, t)
                assert 1.0 - low >= mass_beyond(found, t) - 1e-9


def test_a_million_directions_fit_into_the_memory_that_is_allowed() -> None:
    problem = LANDSCAPES["separable-logistic"].build(1 << 20, samples=3)
    found = largest_curvature(problem, np.zeros(problem.dim))
    known = np.linalg.eigvalsh(small_gram(problem))[-1]
    assert found.value == pytest.approx(known, rel=1e-9) and found.error <= 1e-6 * known


def small_gram(problem: Problem) -> Floats:
    """The matrix (m, m) with the nonzero eigenvalues of a logistic landscape's Hessian at 0."""
    z = problem.parameters[1 + 3 :].reshape(3, problem.dim)
    return 0.25 / 3.0 * z @ z.T


def test_counts_that_are_plausible() -> None:
    assert plausible(0.0, 0.0, 1, 100) == (0, 0)
    assert plausible(1.0, 1.0, 1, 100) == (100, 100)
    assert plausible(0.0, 1.0, 3, 100) == (0, 100)
    low, high = plausible(0.5, 0.5, 4, 1000)
    assert low + high == 1000 and 20 < 500 - low < 45  # two standard deviations √(2 · ¼ / 4000) are 32
    assert plausible(0.0, 1.0, 1, 1) == (0, 1)


def test_probes_average_as_their_squares() -> None:
    one = Krylov(np.array([0.0]), np.empty(0), 0.0, np.empty((0, 1)))
    other = Krylov(np.array([2.0]), np.empty(0), 0.0, np.empty((0, 1)))
    both = Probes([one, other], np.array([0.25, 0.75]), 10)
    assert both.mass_below(1.0) == pytest.approx((0.25, 0.25), abs=1e-11)
    values, weights = both.nodes()
    assert values.tolist() == [0.0, 2.0] and weights.tolist() == [2.5, 7.5]
