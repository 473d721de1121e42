"""The streamed count: its entries, its recurrences and its law, each against something slower."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction

import naive
import numpy as np
import pytest
from scipy import linalg, stats

from sim.arrays import Floats
from sim.errors import BadInput
from sim.giants import pivots
from sim.giants.entries import LARGE, ROWS, fill_entries
from sim.giants.laws import expected_in_back, negative_of_goe
from sim.giants.stream import End, Matrix, Stream, _at_the_join, advanced, back_advanced
from sim.landscapes import random_quadratic
from sim.theory import Semicircle

ALL = 10**9
"""More blocks than any matrix of these tests has."""


def counted(dim: int, shift: float = 0.0, seed: int = 1) -> Stream:
    return advanced(Stream(Matrix(dim, shift, seed)), ALL)


def block_of(matrix: Matrix, block: int) -> tuple[Floats, Floats]:
    diagonal, squares = np.empty(ROWS), np.empty(ROWS)
    fill_entries(matrix.key, block, diagonal, squares)
    return diagonal, squares


def chain(matrix: Matrix) -> tuple[Floats, Floats]:
    """Diagonal (d,) and squared links (d − 1,) of G."""
    blocks = [block_of(matrix, block) for block in range(matrix.blocks)]
    diagonal, squares = (np.concatenate(parts)[: matrix.dim] for parts in zip(*blocks, strict=True))
    return diagonal, squares[1:]


def eigenvalues(matrix: Matrix) -> Floats:
    diagonal, squares = chain(matrix)
    root = math.sqrt(matrix.dim)
    return linalg.eigvalsh_tridiagonal(diagonal / root + matrix.shift, np.sqrt(squares) / root)


# --- entries ----------------------------------------------------------------------------------------


def uniform_words(key: int, step: int, index: int) -> tuple[int, int]:
    a, b, c, d = naive.philox4x32((*naive.words(index), *naive.words(step)), naive.words(key))
    return a + b * 2**32, c + d * 2**32


def normals_twin(key: int, index: int) -> tuple[float, float, int]:
    first, second = uniform_words(key, 0, index)
    radius = math.sqrt(-2.0 * math.log((first + 0.5) / 2**64))
    angle = 2.0 * math.pi * ((second >> 11) / 2**53)
    return radius * math.cos(angle), radius * math.sin(angle), second % 2**11


def is_taken_twin(z: float, u: Decimal, degrees: int) -> float | None:
    """Marsaglia and Tsang's χ² as it was published, in sixty digits; None where the normal is refused."""
    with localcontext() as context:
        context.prec = 60
        d = Decimal(degrees) / 2 - Decimal(1) / 3
        v = (1 + Decimal(z) / (9 * d).sqrt()) ** 3
        taken = v > 0 and u.ln() < Decimal(z) ** 2 / 2 + d - d * v + d * v.ln()
        return float(2 * d * v) if taken else None


def general_twin(key: int, degrees: int) -> float:
    """A χ² from attempts of its own, each with a normal and a uniform."""
    for attempt in itertools.count():
        z = naive.normals(key, 2 + (2 * attempt << 32), 1, first=degrees)[0]
        u = naive.uniform_pair(key, 2 + ((2 * attempt + 1) << 32), degrees)[0] + 2.0**-53
        found = z * z if degrees == 1 else is_taken_twin(z, Decimal(u), degrees)
        if found is not None:
            return found
    raise AssertionError


def row_twin(key: int, degrees: int) -> tuple[float, float]:
    """Diagonal and squared link of the row with so many degrees, by definition."""
    on_it, z, bits = normals_twin(key, degrees)
    diagonal = math.sqrt(2.0) * on_it
    if degrees < 2**19:
        return diagonal, general_twin(key, degrees) if degrees else 0.0
    more = uniform_words(key, 1, degrees)[0] >> 11
    found = is_taken_twin(z, 1 - (Decimal(bits) + Decimal(more) / 2**53) / 2**11, degrees)
    return diagonal, general_twin(key, degrees) if found is None else found


@pytest.mark.parametrize("block", [0, 1, LARGE // ROWS - 1, LARGE // ROWS, 10**6, 10**15 // ROWS])
def test_entries_are_those_of_the_slow_twin(block: int) -> None:
    matrix = Matrix(10, 0.0, 3)
    diagonal, squares = block_of(matrix, block)
    rows = [0, 1, 2, 63, 64, 500, ROWS - 1]
    expected = [row_twin(int(matrix.key), block * ROWS + row) for row in rows]
    np.testing.assert_allclose(diagonal[rows], [a for a, _ in expected], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(squares[rows], [b for _, b in expected], rtol=1e-15 if block > 1 else 1e-12)


def test_a_row_whose_first_digits_do_not_decide_is_settled() -> None:
    """Found by looking for them: rows whose 11 bits are 0, and one whose normal is then refused."""
    matrix = Matrix(10, 0.0, 3)
    key = int(matrix.key)
    first = LARGE // ROWS
    rows = [r for r in range(first * ROWS, (first + 8) * ROWS) if normals_twin(key, r)[2] == 0]
    assert len(rows) > 1
    for row in (*rows, 9220842):
        _, squares = block_of(matrix, row // ROWS)
        assert squares[row % ROWS] == pytest.approx(row_twin(key, row)[1], rel=1e-15)
    z = normals_twin(key, 9220842)[1]
    assert abs(row_twin(key, 9220842)[1] - is_taken_twin(z, Decimal(10) ** -9, 9220842)) > 1.0


@pytest.mark.parametrize("block", [0, LARGE // ROWS, 10**9])
def test_entries_have_their_law(block: int) -> None:
    parts = [block_of(Matrix(10, 0.0, seed), block) for seed in range(40)]
    diagonal, squares = (np.concatenate(each) for each in zip(*parts, strict=True))
    degrees = np.tile(np.arange(ROWS) + block * ROWS, 40)
    assert stats.kstest(diagonal / math.sqrt(2.0), "norm").pvalue > 1e-3
    linked = degrees > 0
    below = stats.chi2(degrees[linked]).cdf(squares[linked])
    assert stats.kstest(below, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(diagonal[linked], below)[0, 1]) < 4.0 / math.sqrt(len(below))
    assert abs(np.corrcoef(below[:-1], below[1:])[0, 1]) < 4.0 / math.sqrt(len(below))


def test_blocks_of_other_seeds_and_numbers_are_others() -> None:
    several = [
        block_of(Matrix(10, 0.0, seed), block)[0] for seed in (1, 2) for block in (0, 1, 512, 513, 10**9)
    ]
    assert len(np.unique(np.concatenate(several))) == len(several) * ROWS


# --- recurrences ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 2, 3, 5, 100, 1023, 1024, 1025, 2047, 2048, 2049, 3000, 5000])
@pytest.mark.parametrize("shift", [0.0, 0.5, -1.3, 2.0, -2.5, 1e3])
def test_counts_are_those_of_all_eigenvalues(dim: int, shift: float) -> None:
    stream = counted(dim, shift, seed=7)
    found = eigenvalues(stream.matrix)
    assert np.abs(found).min() > 1e3 * stream.matrix.tolerance
    assert stream.counts() == (np.count_nonzero(found < 0), 0, np.count_nonzero(found > 0))


def pivots_twin(diagonal: list[Fraction], squares: list[Fraction], shift: Fraction) -> list[Fraction]:
    """Of an elimination in fractions, with its divisions."""
    found = [diagonal[0] + shift]
    for a, square in zip(diagonal[1:], squares, strict=True):
        found.append(a + shift - square / found[-1])
    return found


@pytest.mark.parametrize("shift", [0.0, -0.7, 40.0])
def test_determinants_are_those_of_an_elimination_in_fractions(shift: float) -> None:
    """From both ends and with both shifts; a matrix of one block, which is counted from the back."""
    matrix = Matrix(80, shift, 5)
    diagonal, squares = ([Fraction(v) for v in part] for part in chain(matrix))
    stream = advanced(Stream(matrix), 1)
    scale = pivots.scale_of(0, matrix.shifts)
    padded = [np.concatenate((part, np.ones(ROWS - len(part)))) for part in block_of(matrix, 0)]
    top = pivots.upwards(*padded, matrix.dim, scale, matrix.shifts, (1.0, 0.0), (1.0, 0.0))
    assert (stream.back.below, stream.back.up_to) == top[0]
    for edge, pair, sign_changes in zip(matrix.shifts, top[1:], top[0], strict=True):
        exact = pivots_twin(diagonal[::-1], squares[::-1], Fraction(edge))
        assert sign_changes == sum(pivot < 0 for pivot in exact)
        assert 1.0 <= max(map(abs, pair)) < 2.0
    full = block_of(matrix, 0)
    for edges in (matrix.shifts, (shift + 30.0, shift - 30.0)):
        down = pivots.downwards(*full, pivots.scale_of(0, edges), edges, (1.0, 0.0), (1.0, 0.0))
        for edge, (p, before), sign_changes in zip(edges, down[1:], down[0], strict=True):
            rows = [[Fraction(v) for v in part] for part in (full[0], full[1][1:])]
            exact = pivots_twin(*rows, Fraction(edge))
            assert sign_changes == sum(pivot < 0 for pivot in exact)
            assert p / before == pytest.approx(float(exact[-1]), rel=1e-6)


def test_a_determinant_of_zero_needs_no_care() -> None:
    """A path's adjacency matrix: every second leading determinant is 0, half of all eigenvalues are below."""
    rows = np.zeros(ROWS), np.ones(ROWS)
    start = (1.0, 0.0)
    for scale in (1.0, 2.0**-5):
        down = pivots.downwards(*rows, scale, (0.0, 0.0), start, start)
        up = pivots.upwards(*rows, ROWS, scale, (0.0, 0.0), start, start)
        assert down[0] == up[0] == (ROWS // 2, ROWS // 2)
        odd = pivots.upwards(*rows, 7, scale, (0.0, 0.0), start, start)
        assert odd[1][0] == 0.0
        assert odd[0][0] in (3, 4)
        assert pivots.upwards(*rows, 7, scale, (1e-14, -1e-14), start, start)[0] == (3, 4)


def from_one_end(diagonal: list[int], squares: list[int], zero: float) -> tuple[int, list[float]]:
    """How often the leading determinants change sign, and all of them; 0 has the sign of `zero`."""
    found, before = [1.0], 0.0
    for a, square in zip(diagonal, [0, *squares], strict=True):
        before, p = found[-1], a * found[-1] - square * before
        found.append(p or math.copysign(0.0, zero))
    changes = sum(math.copysign(1.0, p) != math.copysign(1.0, q) for p, q in itertools.pairwise(found))
    return changes, found


@pytest.mark.parametrize(("front_zero", "back_zero"), itertools.product((1.0, -1.0), repeat=2))
def test_ends_may_meet_anywhere_whatever_the_signs_of_their_zeros(
    front_zero: float, back_zero: float
) -> None:
    """Chains of small whole numbers, whose determinants are 0 as often as not, joined after every row."""
    random, zeros = np.random.default_rng(6), 0
    for _ in range(400):
        dim = int(random.integers(2, 9))
        diagonal, links = random.integers(-1, 2, dim).tolist(), random.integers(1, 3, dim - 1).tolist()
        squares = [link * link for link in links]
        exact = linalg.eigvalsh_tridiagonal(np.array(diagonal, float), np.array(links, float))
        if np.abs(exact).min() < 1e-9:
            continue  # the whole determinant is 0: either count is right
        for rows in range(1, dim):
            above, down = from_one_end(diagonal[:rows], squares[: rows - 1], front_zero)
            below, up = from_one_end(diagonal[rows:][::-1], squares[rows:][::-1], back_zero)
            zeros += 0.0 in (down[-1], up[-1], down[-2], up[-2])
            met = _at_the_join((down[-1], down[-2]), (up[-1], squares[rows - 1] * up[-2]))
            assert above + below + met == np.count_nonzero(exact < 0.0)
    assert zeros > 500


@pytest.mark.parametrize(
    ("shift", "below"), [(1e10, 0), (-1e10, ROWS), (1e-3, ROWS * math.acos(1e-3 / 0.02) / math.pi)]
)
def test_determinants_stay_within_range(shift: float, below: float) -> None:
    """However much larger than the links a shift is, and however small it makes the rows."""
    rows = np.zeros(ROWS), np.full(ROWS, 1e-4)
    start, shifts = (1.0, 0.0), (shift, shift)
    scale = pivots.scale_of(0, shifts)
    for changes, pair, _ in (
        pivots.downwards(*rows, scale, shifts, start, start),
        pivots.upwards(*rows, ROWS, scale, shifts, start, start),
    ):
        assert abs(changes[0] - below) < 1.0
        assert 1.0 <= max(map(abs, pair)) < 2.0


def below_in_sixty_digits(matrix: Matrix, edge: Decimal) -> int:
    """How many eigenvalues of H are below the edge."""
    diagonal, squares = ([Decimal(v) for v in part] for part in chain(matrix))
    root = Decimal(matrix.dim).sqrt()
    p, before, changes = Decimal(1), Decimal(0), 0
    for a, square in zip(diagonal, [Decimal(0), *squares], strict=True):
        p, before = (a + root * (Decimal(matrix.shift) - edge)) * p - square * before, p
        changes += (p < 0) != (before < 0)
    return changes


@pytest.mark.parametrize("dim", [2, 30, 300])
@pytest.mark.parametrize("chosen", [min, max])
def test_the_tolerance_is_more_than_rounding_does(dim: int, chosen: Callable[..., float]) -> None:
    """An eigenvalue is zero where sixty digits have it well within the band, and is not where well beyond.

    A band of a hundredth, or of nothing, would be too small.
    """
    with localcontext() as context:
        context.prec = 60
        for seed in range(8):
            matrix = Matrix(dim, 0.0, seed)
            moved = chosen(eigenvalues(matrix), key=abs)
            for away in (0.0, 0.4, -0.4, 1.6, -1.6):
                near = replace(matrix, shift=float(away * matrix.tolerance - moved))
                edges = [
                    Decimal(side * size * near.tolerance)
                    for side, size in ((-1, 1.9), (-1, 0.1), (1, 0.1), (1, 1.9))
                ]
                outside, inside, up_inside, up_outside = (below_in_sixty_digits(near, edge) for edge in edges)
                negative, zero, _ = counted(dim, near.shift, seed).counts()
                assert outside <= negative <= inside
                assert up_inside <= negative + zero <= up_outside


@pytest.mark.parametrize("shift", [0.0, 1.9])
def test_the_band_holds_no_eigenvalue_of_a_trillion(shift: float) -> None:
    """But in one matrix of a hundred."""
    matrix = Matrix(10**12, shift, 1)
    density = Semicircle(shift, 2.0).density(0.0)
    assert 0.0 < matrix.dim * density * 2.0 * matrix.tolerance < 0.01
    low, high = matrix.shifts
    assert low > high, "the two recurrences are two"


@pytest.mark.parametrize("shift", [0.0, -0.8])
def test_the_front_counts_every_leading_block(shift: float) -> None:
    """One pass tells the signs at every size; a smaller matrix is the leading block of a larger one."""
    matrix = Matrix(9 * ROWS + 17, shift, 4)
    diagonal, squares = chain(matrix)
    stream, root = Stream(matrix), math.sqrt(matrix.dim)
    while stream.front.rows < 4 * ROWS:
        stream = advanced(stream, 1)
        k = stream.front.rows
        found = linalg.eigvalsh_tridiagonal(diagonal[:k] / root + shift, np.sqrt(squares[: k - 1]) / root)
        assert stream.front.counts == (np.count_nonzero(found < 0), 0, np.count_nonzero(found > 0))
        alone = counted(k, shift * math.sqrt(matrix.dim / k), seed=4)
        assert stream.front.counts == alone.counts()


def test_slices_do_not_matter() -> None:
    matrix = Matrix(40 * ROWS - 5, 0.3, 2)
    whole = advanced(Stream(matrix), ALL)
    random = np.random.default_rng(1)
    for _ in range(5):
        stream = Stream(matrix)
        while not stream.finished:
            stream = advanced(stream, int(random.integers(1, 7)))
        assert stream == whole
    assert advanced(whole, 3) is not whole
    assert advanced(whole, 3) == whole


def test_what_is_not_finished_has_no_counts() -> None:
    stream = advanced(Stream(Matrix(10 * ROWS, 0.0, 1)), 2)
    assert (stream.rows, stream.finished) == (4 * ROWS, False)
    with pytest.raises(ValueError, match="6144 rows are left"):
        stream.counts()


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_large_rows_count_like_the_semicircle(shift: float) -> None:
    """Past 2¹⁹ rows, where normals are taken unseen: deviations over seeds are those of the law."""
    dim, seeds = 2 * 10**6, 25
    law = negative_of_goe(dim, shift)
    counts = [counted(dim, shift, seed).counts() for seed in range(seeds)]
    assert all(sum(each) == dim and each[1] == 0 for each in counts)
    deviations = np.array([(each[0] - law.mean) / law.standard_deviation for each in counts])
    assert abs(deviations.mean()) < 4.0 / math.sqrt(seeds)
    assert 1e-4 < stats.chi2(seeds).cdf((deviations**2).sum()) < 1.0 - 1e-4


@pytest.mark.parametrize("shift", [0.0, 0.5, -1.9, 3.0])
def test_the_last_rows_of_the_largest_matrix_count_as_they_should(shift: float) -> None:
    """Millions of rows with 10¹⁵ degrees of freedom, to within a few."""
    matrix = Matrix(10**15, shift, 2)
    end = back_advanced(matrix, End(), 4000)
    assert end.rows == pytest.approx(4000 * ROWS, abs=ROWS)
    assert end.below == end.up_to
    assert abs(end.below - expected_in_back(matrix.dim, shift, end.rows)) < 5.0


# --- the law ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dim", "expected"), [(1, 0.5), (2, 0.14644661), (3, 0.02492092)])
def test_all_directions_of_a_few_rise_as_often_as_they_should(dim: int, expected: float) -> None:
    seeds = 2500
    rising = sum(counted(dim, seed=seed).counts()[2] == dim for seed in range(seeds))
    assert abs(rising / seeds - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / seeds)


def test_eigenvalues_are_those_of_the_landscapes_matrix() -> None:
    """Both ends of the spectrum of three directions, against the dense matrices of random-quadratic."""
    settings = {"scale": 1.0, "shift": 0.7}
    dense = [
        np.linalg.eigvalsh(random_quadratic.pack(3, seed, settings)[3:].reshape(3, 3)) for seed in range(1200)
    ]
    streamed = [eigenvalues(Matrix(3, 0.7, seed)) for seed in range(1200)]
    for place in range(3):
        one, other = (np.array(found)[:, place] for found in (dense, streamed))
        assert stats.ks_2samp(one, other).pvalue > 1e-3
        assert stats.ks_2samp(one, other * math.sqrt(2.0)).pvalue < 1e-9


@pytest.mark.parametrize(("dim", "shift"), [(100, 0.0), (2000, 0.0), (2000, 1.0)])
def test_counts_vary_as_the_law_says(dim: int, shift: float) -> None:
    """Mean and variance over many seeds; a factor √2, or signs for themselves, would be far off."""
    seeds = 2500
    found = np.array([counted(dim, shift, seed).counts()[0] for seed in range(seeds)])
    law = negative_of_goe(dim, shift)
    deviation = law.standard_deviation
    assert abs(found.mean() - law.mean) < 4.0 * deviation / math.sqrt(seeds)
    assert abs(found.var() / deviation**2 - 1.0) < 4.0 * math.sqrt(2.0 / seeds)


# --- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dim": 0}, "dim: 0 is out of range; accepted: a whole number from 1 to 1e"),
        ({"dim": 10**16}, "dim: 1e.16 is out of range"),
        ({"shift": math.nan}, "shift: nan is out of range; accepted: a number from -1000 to 1000"),
        ({"shift": -1001.0}, "shift: -1001.0 is out of range"),
        ({"seed": -1}, "seed: -1 is out of range; accepted: a whole number from 0 to 9"),
    ],
)
def test_what_is_no_matrix_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Matrix(**{"dim": 5, "shift": 0.0, "seed": 1, **wrong})
