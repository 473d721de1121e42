"""Signs that are counted in narrow bands, and signs that are estimated from probes with an interval."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from problems import built, points
from test_hessian_products import with_eigenvalues
from toys import bowl, with_hessian

from sim import LANDSCAPES, BadInput, Signs, signs
from sim.arrays import Floats, Integers
from sim.hessian import ZERO_BAND, banded, estimated_signs, operator
from sim.hessian.estimate import counted_by_mass
from sim.hessian.inertia import DENSE_LIMIT, MOST, banded_signs
from sim.hessian.quadrature import LEAST_STEPS, plan, probed
from sim.landscape import Banded, Dense

Counts = tuple[int, int, int]


def counts(found: Signs) -> Counts:
    return found.negative, found.zero, found.positive


def known(eigenvalues: Floats, band: float) -> Counts:
    below, above = np.count_nonzero(eigenvalues < -band), np.count_nonzero(eigenvalues > band)
    return int(below), len(eigenvalues) - int(below + above), int(above)


# --- narrow bands -----------------------------------------------------------------------------------


def entries_of(matrix: Floats) -> tuple[Floats, Integers, Integers, Floats]:
    rows, columns = np.nonzero(np.triu(matrix, 1))
    return np.diag(matrix).copy(), rows, columns, matrix[rows, columns]


def told(matrix: Floats, tolerance: float | None, rng: np.random.Generator) -> tuple[Signs, Counts | None]:
    """What is counted, and what LAPACK says where no eigenvalue is too near an edge of the band to tell."""
    d = len(matrix)
    order = np.arange(d) if rng.integers(2) else rng.permutation(d)
    packed = banded.sparse(*entries_of(matrix), order)
    found = banded_signs(packed, banded.half_width(packed), tolerance)
    eigenvalues = np.linalg.eigvalsh(matrix)
    unclear = 2.0 * banded.ROUNDING * np.abs(matrix).sum(axis=1).max()
    if np.abs(np.abs(eigenvalues) - found.tolerance).min() <= unclear:
        return found, None
    return found, known(eigenvalues, found.tolerance)


def drawn(kind: str, d: int, rng: np.random.Generator) -> Floats:
    """A symmetric matrix with entries near its diagonal."""
    width = int(rng.integers(1, 7))
    near = np.abs(np.subtract.outer(np.arange(d), np.arange(d))) <= width
    whole = rng.standard_normal((d, d))
    if kind == "integers":  # zero pivots, and blocks of two of determinant 0
        whole = rng.integers(-1, 2, (d, d)).astype(float)
    elif kind == "no diagonal":
        whole = whole * (1.0 - np.eye(d))
    elif kind == "graded":
        scales = 10.0 ** rng.uniform(-8.0, 0.0, d)
        whole = whole * np.sqrt(np.outer(scales, scales))
    elif kind == "weakly linked":
        whole = whole * np.where(np.eye(d) > 0.0, 1.0, 10.0 ** rng.uniform(-14.0, -6.0))
    elif kind == "repeated":
        block = rng.integers(-2, 3, (3, 3)).astype(float)
        whole = np.kron(np.eye(d // 3 + 1), block)[:d, :d]
    elif kind == "singular":
        thin = rng.standard_normal((d, max(1, d // 2))) * near[:, : max(1, d // 2)]
        return thin @ np.diag(rng.choice([-1.0, 1.0], thin.shape[1])) @ thin.T
    elif kind == "nearly singular":
        whole = whole * near
        whole = whole + whole.T
        return whole - np.eye(d) * (np.linalg.eigvalsh(whole)[d // 2] + rng.choice([0.0, 1e-13, 1e-7]))
    elif kind == "clustered":
        whole = np.diag(rng.choice([-1.0, 0.0, 1.0], d)) + 1e-6 * whole
    whole = np.triu(whole * near)
    return whole + np.triu(whole, 1).T


KINDS = (
    "normal", "integers", "no diagonal", "graded", "weakly linked", "repeated", "singular", "nearly singular",
    "clustered",
)  # fmt: skip


def compare(kind: str, seeds: range) -> None:
    clear = 0
    for seed in seeds:
        rng = np.random.default_rng((seed, KINDS.index(kind)))
        matrix = drawn(kind, int(rng.integers(1, 40)), rng)
        for tolerance in (None, 0.0, 1e-3, 1.0):
            found, expected = told(matrix, tolerance, rng)
            assert found.exact and found.method == "banded"
            assert sum(counts(found)) == len(matrix)
            clear += expected is not None
            assert expected is None or counts(found) == expected
    assert clear > len(seeds)


@pytest.mark.parametrize("kind", KINDS)
def test_narrow_bands_against_dense_eigenvalues(kind: str) -> None:
    compare(kind, range(120))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_narrow_bands_against_dense_eigenvalues_by_the_thousand(kind: str) -> None:
    compare(kind, range(1000, 2500))


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_narrow_bands_of_every_size(scale: float) -> None:
    rng = np.random.default_rng(1)
    matrix = drawn("integers", 30, rng)
    one, other = (
        banded_signs(banded.sparse(*entries_of(s * matrix), np.arange(30)), 6) for s in (1.0, scale)
    )
    assert counts(one) == counts(other)
    assert other.tolerance == pytest.approx(scale * one.tolerance, rel=1e-9)


def test_entries_that_have_grown_are_seen() -> None:
    """Without room to wait and without pairs, a pivot of 1e-9 would be taken, and digits lost."""
    rng = np.random.default_rng(0)
    matrix = drawn("normal", 200, rng)
    packed = banded.sparse(*entries_of(matrix), np.arange(200))
    bound, width = banded.gershgorin(packed), banded.half_width(packed)
    found, largest = banded.below(*packed, width, 1.0, 0.0)
    assert found == np.count_nonzero(np.linalg.eigvalsh(matrix) < 0.0)
    assert 0.1 * bound < largest < banded.GROWTH * bound


@pytest.mark.parametrize("ends", ["open", "periodic"])
@pytest.mark.parametrize("couplings", ["uniform", "random"])
@pytest.mark.parametrize("side", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("strength", [0.0, 0.25, 1.0])
def test_lattices_are_counted_in_bands(ends: str, couplings: str, side: int, strength: float) -> None:
    chosen = {"ends": ends, "couplings": couplings, "J": strength, "side": side}
    problem = LANDSCAPES["polynomial-lattice"].build(side * side, seed=side, **chosen)
    structure = problem.landscape.hessian
    assert isinstance(structure, Banded)
    for active in {1, max(1, problem.dim // 2), problem.dim}:
        packed = banded.sparse(*structure.entries(problem, np.ones(problem.dim), active), np.arange(active))
        assert banded.gershgorin(packed) == pytest.approx(
            np.abs(problem.hessian(np.ones(problem.dim), active)).sum(axis=1).max(), rel=1e-13
        )
        ordered = banded.sparse(
            *structure.entries(problem, np.ones(problem.dim), active), structure.order(problem, active)
        )
        assert banded.half_width(ordered) <= structure.width(problem, active)
        for x in (np.zeros(problem.dim), *points(problem, 3)):
            found = signs(problem, x, active=active)
            eigenvalues = np.linalg.eigvalsh(problem.hessian(x, active))
            assert found.method == "banded" and found.exact
            if np.abs(np.abs(eigenvalues) - found.tolerance).min() > 1e-12:
                assert counts(found) == known(eigenvalues, found.tolerance)


@pytest.mark.parametrize(("ends", "side"), [("open", 40), ("periodic", 30)])
def test_a_flat_lattice_has_the_counts_of_its_sines(ends: str, side: int) -> None:
    """At x = 0, λ = J: −1 + 4 (sin² + sin²) of all pairs of angles, among them exact zeros."""
    problem = LANDSCAPES["polynomial-lattice"].build(side * side, side=side, ends=ends)
    angles = np.pi * np.arange(side) / (side if ends == "periodic" else 2 * side)
    eigenvalues = np.add.outer(4.0 * np.sin(angles) ** 2, 4.0 * np.sin(angles) ** 2) - 1.0
    found = signs(problem, np.zeros(problem.dim))
    assert counts(found) == known(eigenvalues.ravel(), found.tolerance)


def test_a_lattice_that_would_take_too_long_is_estimated() -> None:
    problem = LANDSCAPES["polynomial-lattice"].build(4_000_000, side=2000)
    assert banded.work(problem.dim, 2000) > MOST
    side = 80
    problem = LANDSCAPES["polynomial-lattice"].build(side * side, side=side)
    exact = signs(problem, np.zeros(problem.dim))
    assert exact.exact and problem.dim > DENSE_LIMIT
    estimate = estimated_signs(operator(problem, np.zeros(problem.dim)), None, 0.0, 1e9)
    assert all(estimate.interval(s)[0] <= getattr(exact, s) <= estimate.interval(s)[1] for s in COUNTED)


# --- estimates --------------------------------------------------------------------------------------

COUNTED = ("negative", "zero", "positive")


def semicircle(d: int, share: float) -> Floats:
    """Quantiles of a semicircle, so many of them below 0."""
    u = (np.arange(d) + 0.5) / d
    x = np.linspace(-1.0, 1.0, 20_001)
    below = 0.5 + x * np.sqrt(1.0 - x * x) / np.pi + np.arcsin(x) / np.pi
    found = np.interp(u, below, x)
    at = round(share * d)
    edge = 0.5 * (found[at - 1] + found[at]) if 0 < at < d else (-1.1 if at == 0 else 1.1)
    return found - edge


def clusters(d: int, *parts: tuple[float, float, float]) -> Floats:
    """Shares of the eigenvalues, each spread evenly over an interval; the last takes the rest."""
    numbers = [round(share * d) for share, _, _ in parts[:-1]]
    numbers.append(d - sum(numbers))
    return np.concatenate(
        [np.linspace(low, high, n) for n, (_, low, high) in zip(numbers, parts, strict=True)]
    )


SPECTRA: dict[str, Callable[[int], Floats]] = {
    "none below": lambda d: np.linspace(0.1, 1.0, d),
    "none below, to the edge": lambda d: np.geomspace(1e-6, 1.0, d),
    "all below": lambda d: -np.linspace(0.1, 1.0, d),
    "one below": lambda d: np.concatenate(([-0.3], np.linspace(0.1, 1.0, d - 1))),
    "one just below": lambda d: np.concatenate(([-1e-4], np.linspace(0.1, 1.0, d - 1))),
    "a twentieth, no gap": lambda d: semicircle(d, 0.05),
    "a half, no gap": lambda d: semicircle(d, 0.5),
    "a half, a gap": lambda d: clusters(d, (0.5, -1.0, -0.5), (0.5, 0.5, 1.0)),
    "two numbers": lambda d: clusters(d, (0.3, -1.0, -1.0), (0.7, 2.0, 2.0)),
    "a third zero": lambda d: clusters(d, (1 / 3, 0.0, 0.0), (1 / 3, -1.0, -0.01), (1 / 3, 0.01, 1.0)),
    "zeros in a heap": lambda d: clusters(d, (0.5, -1e-4, 1e-4), (0.1, -1.0, -0.1), (0.4, 0.1, 3.0)),
    "graded": lambda d: np.geomspace(1e-14, 1.0, d) * np.where(np.arange(d) % 3, 1.0, -1.0),
    "outliers": lambda d: np.concatenate(([-50.0, 30.0, 100.0], semicircle(d - 3, 0.2))),
    "all zero": np.zeros,
}


HEAPED = {"none below, to the edge", "a third zero", "zeros in a heap", "graded"}
"""Those with so much so near the edge of the band that a few steps cannot tell on which side it is."""


def coverage(name: str, d: int, probes: int, steps: int, seeds: range) -> None:
    """How often each interval holds what is true: as often as it says, and by chance not much less often."""
    eigenvalues, n = SPECTRA[name](d), len(seeds)
    problem = with_eigenvalues(eigenvalues)
    hessian, largest = operator(problem, np.zeros(d)), np.abs(eigenvalues).max()
    true, held, widths = known(eigenvalues, ZERO_BAND * largest), np.zeros(3), np.zeros(3)
    extremes = 0
    for seed in seeds:
        probed_once = probed(hessian, probes, steps, key=1000 * seed)
        found = counted_by_mass(probed_once, ZERO_BAND * largest)
        assert sum(counts(found)) == d and not found.exact and found.confidence == 0.95
        for place, sign in enumerate(COUNTED):
            low, high = found.interval(sign)
            assert 0 <= low <= getattr(found, sign) <= high <= d
            held[place] += low <= true[place] <= high
            widths[place] += high - low
        highest, error = probed_once.extreme()
        assert highest <= eigenvalues.max() + 1e-11 * largest
        extremes += eigenvalues.max() <= highest + error + 1e-11 * largest
    assert held.min() >= 0.95 * n - 4.0 * math.sqrt(0.05 * 0.95 * n)
    assert extremes >= 0.999 * n - 4.0 * math.sqrt(0.001 * n) - 1.0
    if name not in HEAPED:
        assert widths.max() / n <= d * (3.0 / steps + 6.0 / math.sqrt(probes * d)) + 2.0


@pytest.mark.parametrize("name", SPECTRA)
def test_intervals_hold_what_is_true_as_often_as_they_say(name: str) -> None:
    coverage(name, 300, 2, 16, range(60))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize(("probes", "steps"), [(1, 5), (1, 40), (4, 12)])
def test_intervals_hold_what_is_true_over_many_seeds(name: str, probes: int, steps: int) -> None:
    coverage(name, 200, probes, steps, range(100, 500))


@pytest.mark.parametrize("name", SPECTRA)
def test_an_estimate_by_all_steps_is_sharp(name: str) -> None:
    """Simple eigenvalues are all found in as many steps, but for those lost in rounding: nothing is open."""
    eigenvalues = SPECTRA[name](60)
    found = estimated_signs(operator(with_eigenvalues(eigenvalues), np.zeros(60)), None, 0.0, math.inf)
    assert found.tolerance == pytest.approx(ZERO_BAND * np.abs(eigenvalues).max(), rel=0.02)
    if len(np.unique(eigenvalues)) == 60 and name not in HEAPED:
        true = known(eigenvalues, found.tolerance)
        assert counts(found) == true
        assert found.intervals == tuple((n, n) for n in true)
    assert found.highest == pytest.approx(eigenvalues.max(), abs=1e-9)
    assert found.lowest == pytest.approx(eigenvalues.min(), abs=1e-9)


def test_estimates_on_a_sphere() -> None:
    problem = built("spin-glass", 60, seed=2)
    x = points(problem, 1)[0]
    hessian, held = operator(problem, x), 0
    eigenvalues = np.linalg.eigvalsh(problem.hessian(x))
    band = ZERO_BAND * np.abs(eigenvalues).max()
    true = dict(zip(COUNTED, known(eigenvalues, band), strict=True))
    for seed in range(60):
        found = counted_by_mass(probed(hessian, 1, 12, key=1000 * seed), band)
        assert sum(counts(found)) == 59
        held += all(found.interval(s)[0] <= true[s] <= found.interval(s)[1] for s in COUNTED)
    assert held >= 60 * 0.9 - 4.0 * math.sqrt(60 * 0.1 * 0.9)


def test_a_large_field_is_estimated_and_says_how_well() -> None:
    problem = LANDSCAPES["gaussian-field"].build(DENSE_LIMIT + 1000, seed=1)
    found = signs(problem, np.full(problem.dim, 0.3), work=2e9)
    assert not found.exact and found.method.startswith("Lanczos, ") and found.confidence == 0.95
    assert found.directions == problem.dim
    low, high = found.interval("negative")
    assert low < found.negative < high < low + 0.2 * problem.dim
    again = signs(problem, np.full(problem.dim, 0.3), work=2e9)
    assert again == found, "the same probes at every call"


def test_more_work_makes_intervals_narrower() -> None:
    problem = LANDSCAPES["gaussian-field"].build(DENSE_LIMIT + 1, seed=1)
    widths = []
    for work in (0.0, 1e9, 1e10):
        low, high = signs(problem, np.zeros(problem.dim), work=work).interval("negative")
        widths.append(high - low)
    assert widths[0] > 1.5 * widths[1] > 2.0 * widths[2]


def test_plans_keep_to_the_work_and_the_memory() -> None:
    field = LANDSCAPES["gaussian-field"].build(4096)
    hessian = operator(field, np.zeros(4096))
    probes, steps = plan(hessian, math.inf)
    assert probes > 1 and steps > 100
    assert plan(hessian, 0.0) == (1, LEAST_STEPS)
    million = operator(LANDSCAPES["griewank"].build(1_000_000), np.zeros(1_000_000))
    assert plan(million, math.inf)[1] == 25
    assert plan(operator(with_eigenvalues(np.ones(3)), np.zeros(3)), 0.0) == (1, 3)


def test_probes_leave_none_of_their_vectors() -> None:
    hessian, steps = operator(with_eigenvalues(np.linspace(0.1, 1.0, 4000)), np.zeros(4000)), 50
    probed(hessian, 1, 2, key=0)  # compiles
    tracemalloc.start()
    try:
        found = probed(hessian, 3, steps, key=0)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    vectors = 8.0 * steps * hessian.size
    assert found.steps == steps
    assert most < 1.5 * vectors
    assert kept < 0.1 * vectors


def test_the_error_of_products_widens_the_band() -> None:
    entries = np.concatenate((np.linspace(0.1, 1.0, 50), np.full(50, 1e-4)))
    hessian = operator(with_eigenvalues(entries), np.zeros(100))
    found = estimated_signs(hessian, None, 1e-2, math.inf)
    assert found.tolerance == pytest.approx(1e-2) and found.interval("zero")[0] > 25
    assert found.extreme_error >= 1e-2


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_estimates_of_every_size(scale: float) -> None:
    eigenvalues = semicircle(100, 0.3)
    one, other = (
        estimated_signs(operator(with_eigenvalues(s * eigenvalues), np.zeros(100)), None, 0.0, 0.0)
        for s in (1.0, scale)
    )
    assert one.intervals == other.intervals and counts(one) == counts(other)


# --- what bad input gets ----------------------------------------------------------------------------


def test_a_point_outside_the_box_is_a_point() -> None:
    problem = LANDSCAPES["rastrigin"].build(4)
    x = np.array([0.0, 1.0, 100.5, -1e5])
    assert counts(signs(problem, x)) == known(np.diag(problem.hessian(x)), 0.0)


@pytest.mark.parametrize("shape", [(3,), (5,), (1, 4), (4, 1), ()])
def test_a_point_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput, match=r"^x: has shape .*; accepted: shape \(4,\)"):
        signs(LANDSCAPES["rastrigin"].build(4), np.zeros(shape))


@pytest.mark.parametrize("active", [0, -1, 5])
def test_directions_that_there_are_not_are_refused(active: int) -> None:
    for name in ("rastrigin", "gaussian-field", "polynomial-chain"):
        with pytest.raises(BadInput, match="^active: "):
            signs(LANDSCAPES[name].build(4), np.zeros(4), active=active)


@pytest.mark.parametrize("dim", [1, 2, 300, DENSE_LIMIT + 1])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_hessian_that_is_not_finite_is_refused_whatever_the_method(dim: int, bad: float) -> None:
    entries = np.where(np.arange(dim) == dim // 2, bad, 1.0)
    with pytest.raises(BadInput, match="^x: the Hessian there is not finite"):
        signs(with_eigenvalues(entries), np.zeros(dim))
    nowhere = (np.arange(0), np.arange(0), np.zeros(0))
    chords = Banded(
        lambda problem, x, active: np.diag(entries),
        lambda problem, x, v: v * entries,
        entries=lambda problem, x, active: (entries.copy(), *nowhere),
        order=lambda problem, active: np.arange(active),
        width=lambda problem, active: 0,
    )
    with pytest.raises(BadInput, match="^x: the Hessian there is not finite"):
        signs(bowl(hessian=chords).build(dim), np.zeros(dim))


def test_one_direction_whatever_the_method() -> None:
    for value, expected in ((-2.0, (1, 0, 0)), (0.0, (0, 1, 0)), (3.0, (0, 0, 1))):
        assert counts(signs(with_hessian(np.array([[value]])), np.zeros(1))) == expected
        found = estimated_signs(operator(with_eigenvalues(np.array([value])), np.zeros(1)), None, 0.0, 0.0)
        assert counts(found) == expected
        assert all(found.interval(s) == (n, n) for s, n in zip(COUNTED, expected, strict=True))
    assert isinstance(with_eigenvalues(np.ones(1)).landscape.hessian, Dense)


def test_the_sphere_in_one_dimension_has_no_signs() -> None:
    assert counts(signs(built("spin-glass", 1), np.ones(1))) == (0, 0, 0)
