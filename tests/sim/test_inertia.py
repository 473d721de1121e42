"""Signs of a Hessian's eigenvalues, against Hessians whose eigenvalues are known."""

from __future__ import annotations

import math

import naive
import numpy as np
import pytest
from problems import built, points
from toys import with_bands, with_hessian

from sim import LANDSCAPES, BadInput, Signs, signs
from sim.arrays import Floats
from sim.hessian import ZERO_BAND, chain, sturm
from sim.hessian.inertia import spectrum


def rotated(eigenvalues: list[float], seed: int = 0) -> Floats:
    """A symmetric matrix with these eigenvalues, in no particular direction."""
    directions, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))
    matrix = (directions * eigenvalues) @ directions.T
    return 0.5 * (matrix + matrix.T)


def counts(found: Signs) -> tuple[int, int, int]:
    return found.negative, found.zero, found.positive


def counted(matrix: Floats, tolerance: float | None = None) -> tuple[int, int, int]:
    return counts(signs(with_hessian(matrix), np.zeros(len(matrix)), tolerance))


@pytest.mark.parametrize("dim", [1, 2, 3, 10, 60])
@pytest.mark.parametrize("seed", range(5))
def test_random_hessians(dim: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((dim, dim))
    matrix = matrix + matrix.T
    assert counted(matrix) == naive.inertia(matrix.tolist(), ZERO_BAND * np.abs(matrix).sum())


ADVERSARIAL = {
    "nothing at all": ([0.0, 0.0, 0.0], (0, 3, 0)),
    "a flat direction": ([-1.0, 0.0, 2.0], (1, 1, 1)),
    "one in a million": ([-1e-6, 1.0, 1.0], (1, 0, 2)),
    "just inside the band": ([-0.5e-9, 0.5e-9, 1.0], (0, 2, 1)),
    "just outside the band": ([-2e-9, 2e-9, 1.0], (1, 0, 2)),
    "all equal": ([3.0] * 7, (0, 0, 7)),
    "large": ([-1e150, 1e150, 1e149], (1, 0, 2)),
    "small": ([-1e-150, 1e-150, 1e-151], (1, 0, 2)),
    "many of each": ([-1.0] * 11 + [0.0] * 7 + [1.0] * 13, (11, 7, 13)),
}


@pytest.mark.parametrize(("eigenvalues", "expected"), ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_adversarial_hessians(eigenvalues: list[float], expected: tuple[int, int, int]) -> None:
    assert counted(np.diag(eigenvalues)) == expected
    assert counted(rotated(eigenvalues)) == expected


def test_the_zero_band_can_be_chosen_and_is_said() -> None:
    matrix = np.diag([-3.0, -1.0, 0.5, 1.0, 3.0])
    problem, x = with_hessian(matrix), np.zeros(5)
    found = signs(problem, x, tolerance=1.0)
    assert counts(found) == (1, 3, 1)
    assert found.tolerance == 1.0
    assert counts(signs(problem, x, tolerance=0.0)) == (2, 0, 3)
    assert signs(problem, x).tolerance == pytest.approx(3.0 * ZERO_BAND)


@pytest.mark.parametrize("tolerance", [-1.0, math.nan])
def test_a_band_that_is_none_is_refused(tolerance: float) -> None:
    with pytest.raises(BadInput, match="tolerance"):
        signs(with_hessian(np.eye(2)), np.zeros(2), tolerance=tolerance)


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("dim", [1, 2, 7, 40])
def test_every_landscape(name: str, dim: int) -> None:
    problem = built(name, dim, seed=1)
    for x in points(problem, 4):
        found, directions = signs(problem, x), problem.directions()
        if directions:  # the sphere in one dimension has none
            assert counts(found) == naive.inertia(problem.hessian(x).tolist(), found.tolerance)
        assert sum(counts(found)) == directions
        assert found.exact


def test_the_diagonal_method_agrees_with_the_dense_one() -> None:
    problem = LANDSCAPES["rastrigin"].build(30)
    for x in np.random.default_rng(0).uniform(-5, 5, (5, 30)):
        found = signs(problem, x)
        assert found.method == "diagonal"
        assert counts(found) == counted(problem.hessian(x))


@pytest.mark.parametrize(("dim", "features"), [(5, 1), (20, 7), (50, 49)])
def test_a_field_with_fewer_features_than_dimensions_has_exact_zeros(dim: int, features: int) -> None:
    problem = LANDSCAPES["gaussian-field"].build(dim, seed=2, M=features, mu=0.0)
    for x in np.random.default_rng(1).uniform(-3, 3, (5, dim)):
        negative, zero, positive = counts(signs(problem, x))
        assert zero == dim - features
        assert negative + positive == features


@pytest.mark.parametrize("name", LANDSCAPES.names)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_point_that_is_not_finite_is_refused(name: str, bad: float) -> None:
    problem = built(name, 3)
    x = np.full(problem.dim, 0.1)
    x[1:2] = bad
    x[0] = bad if problem.dim == 1 else x[0]
    with pytest.raises(BadInput, match="^x: is not finite; accepted: "):
        signs(problem, x)


def test_a_hessian_that_overflows_is_refused() -> None:
    with pytest.raises(BadInput, match="^x: the Hessian there is not finite; accepted: "):
        signs(with_hessian(np.full((2, 2), math.inf)), np.zeros(2))


# --- chains and rings -------------------------------------------------------------------------------


def matrix_of(middle: Floats, beside: Floats) -> Floats:
    """The matrix (d, d), entry by entry."""
    d = len(middle)
    matrix = np.diag(middle).astype(float)
    for i, entry in enumerate(beside):
        matrix[i, (i + 1) % d] += entry
        matrix[(i + 1) % d, i] += entry
    return matrix


def expected(middle: Floats, beside: Floats, band: float) -> tuple[int, int, int] | None:
    """Counts by LAPACK's dense solver, unless an eigenvalue is too near an edge of the band to tell."""
    eigenvalues = np.linalg.eigvalsh(matrix_of(middle, beside))
    rounding = 1e-14 * np.abs(eigenvalues).max()
    if np.abs(np.abs(eigenvalues) - band).min() <= rounding:
        return None
    negative, positive = int(np.sum(eigenvalues < -band)), int(np.sum(eigenvalues > band))
    return negative, len(middle) - negative - positive, positive


def drawn(kind: str, d: int, links: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Bands that are hard in one way or another."""
    middle, beside = rng.standard_normal(d), rng.standard_normal(links)
    if kind == "whole numbers":  # zero pivots in exact arithmetic, and eigenvalues of exactly 0
        return rng.integers(-2, 3, d).astype(float), rng.choice([-1.0, 1.0], links)
    if kind == "nearly singular":
        return middle * rng.choice([0.0, 1e-8, 1e-12], d), rng.choice([-1.0, 1.0], links)
    if kind == "graded":
        return middle * 10.0 ** rng.uniform(-16, 0, d), beside * 10.0 ** rng.uniform(-16, 0, links)
    if kind == "hardly linked":
        return middle * rng.choice([1e-9, 1.0], d), 10.0 ** rng.uniform(-300, 0, links)
    if kind == "cut":
        return middle * rng.choice([0.0, 1.0], d), beside * rng.choice([0.0, 1.0], links)
    if kind == "uniform":
        return np.full(d, rng.choice([-0.5, 0.0, 1.0, 2.0])), np.full(links, -1.0)
    return middle, beside


KINDS = ("generic", "whole numbers", "nearly singular", "graded", "hardly linked", "cut", "uniform")


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
@pytest.mark.parametrize("kind", KINDS)
def test_chains_and_rings_against_all_of_their_eigenvalues(kind: str, ring: bool) -> None:
    rng, told = np.random.default_rng(KINDS.index(kind)), 0
    for _ in range(400):
        d = int(rng.integers(1, 25))
        middle, beside = drawn(kind, d, d if ring else d - 1, rng)
        problem = with_bands(middle, beside)
        for tolerance in (None, 1e-12, 1e-3, 1.0):
            found = signs(problem, np.zeros(d), tolerance)
            known = expected(middle, beside, found.tolerance)
            told += known is not None
            assert known is None or counts(found) == known
            assert sum(counts(found)) == d
    assert told > 400


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1.0, 1e150, 1e300])
def test_neither_overflow_nor_underflow(ring: bool, scale: float) -> None:
    rng = np.random.default_rng(0)
    middle, beside = rng.standard_normal(20), rng.standard_normal(20 if ring else 19)
    one, other = (signs(with_bands(s * middle, s * beside), np.zeros(20)) for s in (1.0, scale))
    assert counts(one) == counts(other)
    assert other.tolerance == pytest.approx(scale * one.tolerance, rel=1e-9)


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
@pytest.mark.parametrize(("diagonal", "share"), [(1.0, 1 / 3), (0.0, 1 / 2), (2.0, 0.0), (-2.0, 1.0)])
def test_a_million_equal_links(ring: bool, diagonal: float, share: float) -> None:
    """The eigenvalues are diagonal − 2 cos θ, θ at equal distances: all below 0 for which cos θ is larger."""
    d = 1_000_000
    problem = with_bands(np.full(d, diagonal), np.full(d if ring else d - 1, -1.0))
    negative, zero, positive = counts(signs(problem, np.zeros(d), tolerance=0.0))
    assert (negative + zero / 2) / d == pytest.approx(share, abs=2e-6)
    assert negative + zero + positive == d


def test_a_zero_that_is_exact_is_a_zero_even_with_the_narrowest_band() -> None:
    for d in range(3, 100, 3):
        assert counts(signs(with_bands(np.ones(d - 1), -np.ones(d - 2)), np.zeros(d - 1), 0.0))[1] == 1
        assert counts(signs(with_bands(np.ones(2 * d), -np.ones(2 * d)), np.zeros(2 * d), 0.0))[1] == 2
    for d in range(1, 30):
        assert counts(signs(with_bands(np.zeros(d), np.zeros(d - 1)), np.zeros(d))) == (0, d, 0)
        assert counts(signs(with_bands(np.zeros(d), np.zeros(d)), np.zeros(d), 0.0)) == (0, d, 0)


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
def test_the_bound_of_a_chain_is_one_and_the_band_is_made_of_it(ring: bool) -> None:
    rng = np.random.default_rng(3)
    for d in range(3, 40):
        middle, beside = rng.standard_normal(d), rng.standard_normal(d if ring else d - 1)
        bound = np.abs(matrix_of(middle, beside)).sum(axis=1).max()
        assert sturm.gershgorin(middle, beside) == pytest.approx(bound, rel=1e-14)
        found = signs(with_bands(middle, beside), np.zeros(d))
        assert found.tolerance == pytest.approx((ZERO_BAND + sturm.ROUNDING) * bound, rel=1e-14)
        assert found.method == ("cyclic" if ring else "tridiagonal")
        assert found.exact


@pytest.mark.parametrize("links", [4, 5], ids=["chain", "ring"])
def test_eigenvalues_at_the_edge_of_the_band_are_inside(links: int) -> None:
    problem = with_bands(np.array([1.0, -1.0, 1.0, 3.0, -3.0]), np.zeros(links))
    assert counts(signs(problem, np.zeros(5), tolerance=1.0)) == (1, 3, 1)
    assert counts(signs(problem, np.zeros(5), tolerance=0.999)) == (2, 0, 3)


def test_a_pivot_of_zero_where_a_link_is_zero_is_no_end_of_counting() -> None:
    """0/0 would be NaN from there on, and NaN has a sign bit."""
    for place in range(9):
        middle = np.full(9, 5.0)
        middle[place] = 1.0
        assert sturm.below_in_chain(middle, np.zeros(8), 1.0, 1.0, 1.0) in [(0, 0), (1, 1)]
    for place in range(6):  # and the ring is open there
        middle, beside = np.array([0.5, 2.0, -3.0, 2.5, -1.0, 4.0]), np.ones(6)
        middle[place], beside[place] = 0.5, 0.0
        bound = sturm.gershgorin(middle, beside)
        assert sturm.counts(middle, beside, bound, 0.5) == expected(middle, beside, 0.5)


def test_a_tolerance_beyond_everything_leaves_zeros_alone() -> None:
    for tolerance in (10.0, 1e300, math.inf):
        for links in (4, 5):
            assert counts(signs(with_bands(np.ones(5), np.ones(links)), np.zeros(5), tolerance)) == (0, 5, 0)


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
def test_a_chain_with_an_entry_that_is_not_finite_is_refused(place: int, bad: float, ring: bool) -> None:
    middle, beside = np.ones(6), np.ones(6 if ring else 5)
    for entries in (middle, beside):
        if place < len(entries):
            entries[place] = bad
            with pytest.raises(BadInput, match="^x: the Hessian there is not finite"):
                signs(with_bands(middle, beside), np.zeros(6))
            entries[place] = 1.0


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
@pytest.mark.parametrize("active", [1, 2, 3, 4, 8, 9])
def test_the_first_directions_of_a_chain_or_a_ring_are_a_chain(ring: bool, active: int) -> None:
    rng = np.random.default_rng(active)
    middle, beside = rng.standard_normal(9), rng.standard_normal(9 if ring else 8)
    problem = with_bands(middle, beside)
    found = signs(problem, np.zeros(9), active=active)
    assert counts(found) == naive.inertia(problem.hessian(np.zeros(9), active).tolist(), found.tolerance)
    assert sum(counts(found)) == active


@pytest.mark.parametrize("links_more", [0, 1], ids=["chain", "ring"])
@pytest.mark.parametrize("d", [1, 2, 3, 4, 5, 8, 30, 31])
def test_what_libraries_do_for_chains_and_rings(d: int, links_more: int) -> None:
    rng = np.random.default_rng(d)
    middle, beside = rng.standard_normal(d), rng.standard_normal(d - 1 + links_more)
    problem, right = with_bands(middle, beside), rng.standard_normal(d)
    eigenvalues = spectrum(problem, np.zeros(d))[1]
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(matrix_of(middle, beside)), atol=1e-13)
    x = chain.solution(*chain.leading((middle, beside), d), right)
    np.testing.assert_allclose(matrix_of(middle, beside) @ x, right, atol=1e-11)


def test_a_ring_is_solved_where_the_chain_in_it_cannot_be() -> None:
    """All but the last coordinate of this ring are a chain with an eigenvalue of exactly 0."""
    for d in (3, 9, 15, 21):
        middle, beside, right = np.ones(d), -np.ones(d), np.arange(1.0, d + 1.0)
        assert abs(np.linalg.det(matrix_of(middle[:-1], beside[:-2]))) < 1e-12
        np.testing.assert_allclose(
            matrix_of(middle, beside) @ chain.solution(middle, beside, right), right, atol=1e-11
        )
