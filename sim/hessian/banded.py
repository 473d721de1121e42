"""How many eigenvalues of a sparse matrix with a narrow band are below a number, exactly and in O(d b²).

By Sylvester's law, the blocks of D in A − s = L D Lᵀ have the signs of the eigenvalues of A − s. Here A has
entries at most b places from its diagonal, and all that an elimination changes at a time is in a front of
b + 1 rows that moves along it. Pivots on the diagonal alone would lose all digits where one is small: so one
is taken only where it is no less than a tenth of the entries beside it, or two at once, as a block of two
rows (Bunch and Parlett 1971, Duff and Reid 1983); a row of which neither holds stays in the front, until it
does. Then L is never large, the entries of the front hardly grow, and rounding amounts to a change of every
entry of A by a few units in the last place of the largest.

That they did not grow is observed, not assumed: counts come with the largest entry that there has been.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Integers, np
from sim.kernel import ROW, inline, kernel

LIST = "i8[::1]"

THRESHOLD = 0.1
"""A pivot is at least this share of what is beside it: with less more is delayed, with more entries grow."""

LATER = 32
"""Rows that may stay in the front longer than the band asks for."""

ROUNDING = 2.0**-38
"""Rounding moves an eigenvalue by less than this share of the bound: a band is made wider by it."""

GROWTH = 1024.0
"""An entry that has grown beyond so many bounds makes a count one that is not relied on."""

COUNTING = 10.0
"""A multiplication in the front takes as long as so many of those that are counted."""

Sparse = tuple[Floats, Integers, Integers, Floats]
"""The diagonal (a,), and for each row i in turn those entries beside it that come later: where they begin and
end (a + 1,) in the list of their columns (m,), ascending, and of the entries (m,)."""


def sparse(middle: Floats, rows: Integers, columns: Integers, entries: Floats, places: Integers) -> Sparse:
    """A symmetric matrix in another order, in which row i is in places[i]; entries of one pair add up.

    `entries` (m,) are in rows (m,) and columns (m,), on either side of the diagonal but once for each pair.
    """
    d = len(middle)
    one, other = places[rows], places[columns]
    keys, at = np.unique(np.minimum(one, other) * d + np.maximum(one, other), return_inverse=True)
    added = np.zeros(len(keys))
    np.add.at(added, at, entries)
    ordered = np.empty_like(middle)
    ordered[places] = middle
    begin = np.searchsorted(keys, np.arange(d + 1) * d)
    return ordered, begin, keys % d, added


def half_width(matrix: Sparse) -> int:
    """The farthest that an entry is from the diagonal."""
    middle, begin, columns, _ = matrix
    rows = np.repeat(np.arange(len(middle)), np.diff(begin))
    return int(np.max(columns - rows, initial=0))


def gershgorin(matrix: Sparse) -> float:
    """A bound of every |λ|: the largest sum of magnitudes in a row; NaN if an entry is not finite."""
    middle, begin, columns, entries = matrix
    sums, rows = np.abs(middle), np.repeat(np.arange(len(middle)), np.diff(begin))
    np.add.at(sums, rows, np.abs(entries))
    np.add.at(sums, columns, np.abs(entries))
    bound = float(np.max(sums))
    return bound if math.isfinite(bound) else math.nan


def work(directions: int, width: int) -> float:
    """About how many multiplications both ends of a zero band take."""
    return 2.0 * COUNTING * directions * (width + 8.0) ** 2


def counts(matrix: Sparse, width: int, bound: float, band: float) -> tuple[int, int, int] | None:
    """How many eigenvalues are below −band, within and above it; None where rounding may have mattered.

    `bound` is what `gershgorin` returns, and finite.
    """
    d = len(matrix[0])
    if bound == 0.0:
        return 0, d, 0
    # A power of two, so that no entry is rounded and no product overflows; any further edge counts the same.
    scale = math.ldexp(1.0, min(-math.frexp(bound)[1], 1000))
    edge = scale * min(band, 2.0 * bound)
    (negative, first), (up_to, second) = (below(*matrix, width, scale, side) for side in (-edge, edge))
    if not max(first, second) <= GROWTH * scale * bound:
        return None
    return negative, up_to - negative, d - up_to


@inline
def read_row(front: Floats, row: int, out: Floats) -> None:
    """A row of the front, of which what is on and above the diagonal is kept."""
    for j in range(row):
        out[j] = front[j, row]
    for j in range(row, len(out)):
        out[j] = front[row, j]


@inline
def clear(front: Floats, row: int) -> None:
    """Nothing in a row, and in its column."""
    for j in range(row):
        front[j, row] = 0.0
    for j in range(row, front.shape[0]):
        front[row, j] = 0.0


@inline
def largest_beside(values: Floats, p: int, q: int) -> float:
    """The largest magnitude in a row (size,) of the front, without two of its columns."""
    found = 0.0
    for j in range(len(values)):
        if j != p and j != q:
            found = max(found, abs(values[j]))
    return found


@inline
def take_one(front: Floats, p: int, row: Floats) -> int:
    """Eliminate by the pivot at p, with its row; how many eigenvalues below that makes."""
    pivot = row[p]
    clear(front, p)
    row[p] = 0.0
    if pivot != 0.0:
        for i in range(len(row)):
            share = row[i] / pivot
            if share != 0.0:
                target, source = front[i, i:], row[i:]  # views in one dimension are what vectorises
                for j in range(len(target)):
                    target[j] -= share * source[j]
    return 1 if pivot < 0.0 else 0


@inline
def take_two(front: Floats, p: int, q: int, row: Floats, second: Floats) -> int:
    """The same by the block of two rows at p and q."""
    a, b, c = row[p], row[q], second[q]
    determinant = a * c - b * b
    for s in (p, q):
        clear(front, s)
        row[s] = second[s] = 0.0
    for i in range(len(row)):
        if row[i] != 0.0 or second[i] != 0.0:
            along = (c * row[i] - b * second[i]) / determinant
            across = (a * second[i] - b * row[i]) / determinant
            target, source, other = front[i, i:], row[i:], second[i:]
            for j in range(len(target)):
                target[j] -= along * source[j] + across * other[j]
    if determinant < 0.0:
        return 1
    return 2 if a + c < 0.0 else 0


@inline
def shares_of_pair(p: int, q: int, row: Floats, second: Floats) -> tuple[float, float]:
    """The largest share that the block of two at p and q may make, and the largest entry beside it."""
    a, b, c = row[p], row[q], second[q]
    beside_p, beside_q = largest_beside(row, p, q), largest_beside(second, p, q)
    along = abs(c) * beside_p + abs(b) * beside_q
    across = abs(a) * beside_q + abs(b) * beside_p
    return max(along, across) / abs(a * c - b * b), max(beside_p, beside_q)


@inline
def partner(row: Floats, waiting: Integers, count: int, at: int) -> int:
    """Which of the waiting rows has the largest entry beside one of them, `at`; −1 for none."""
    best, found = 0.0, -1
    for k in range(count):
        entry = abs(row[waiting[k]])
        if k != at and entry > best:
            best, found = entry, k
    return found


@kernel(f"Tuple((i8, f8))({ROW}, {LIST}, {LIST}, {ROW}, i8, f8, f8)")
def below(
    middle: Floats, begin: Integers, columns: Integers, entries: Floats, width: int, scale: float, edge: float
) -> tuple[int, float]:
    """How many eigenvalues of scale × A are below the edge, and the largest entry that the front has held.

    Row i of A is in the slot i modulo the size of the front, unless that is taken by one that was delayed.
    """
    d, size = len(middle), width + 1 + LATER
    front, slots = np.zeros((size, size)), np.full(d, -1)
    row, second = np.zeros(size), np.zeros(size)
    taken, waiting, count = np.zeros(size, dtype=np.bool_), np.empty(size, dtype=np.int64), 0
    found, largest, entered = 0, 0.0, 0
    for i in range(d):
        while entered <= min(i + width, d - 1):  # all that row i is linked with
            slot = entered % size
            while taken[slot]:
                slot = (slot + 1) % size
            taken[slot], slots[entered] = True, slot
            front[slot, slot] = scale * middle[entered] - edge
            entered += 1
        for k in range(begin[i], begin[i + 1]):
            one, other = slots[i], slots[columns[k]]
            front[min(one, other), max(one, other)] += scale * entries[k]
        waiting[count] = slots[i]
        count += 1
        at, room = 0, LATER - 1 if i < d - 1 else 0
        while at < count or count > room:
            forced = at >= count  # nothing is good enough, and there is no room to wait: the best there is
            if forced:
                at = 0
                for k in range(1, count):
                    if abs(front[waiting[k], waiting[k]]) > abs(front[waiting[at], waiting[at]]):
                        at = k
            p, other, share = waiting[at], -1, 0.0
            read_row(front, p, row)
            beside = largest_beside(row, p, p)
            if not forced and abs(row[p]) < THRESHOLD * beside:
                other = partner(row, waiting, count, at)
                if other >= 0:
                    read_row(front, waiting[other], second)
                    share, beside = shares_of_pair(p, waiting[other], row, second)
                if other < 0 or not THRESHOLD * share <= 1.0:
                    at += 1
                    continue
            largest = max(largest, abs(row[p]), beside)
            if other < 0:
                if beside > 0.0:
                    largest = max(largest, beside * (beside / abs(row[p])))
                found += take_one(front, p, row)
            else:
                q = waiting[other]
                largest = max(largest, abs(row[q]), abs(second[q]), 2.0 * share * beside)
                found += take_two(front, p, q, row, second)
                taken[q] = False
                waiting[other] = waiting[count - 1]
                count -= 1
                at = other if at == count else at
            taken[p] = False
            waiting[at] = waiting[count - 1]
            count -= 1
            at = 0
    return found, largest
