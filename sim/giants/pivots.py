"""How many eigenvalues of an endless chain are below a number, from both of its ends, in O(1) memory.

The leading determinants of T + s obey, with diagonal aₖ and squared links bₖ² (Givens 1954),

    pₖ = (aₖ + s) pₖ₋₁ − bₖ₋₁² pₖ₋₂

and pₖ/pₖ₋₁ is the pivot of row k: where the sign changes is an eigenvalue below −s (Sylvester). A division
would be waited for three times as long. Rounding amounts to a change of every aₖ + s by three units in the
last place and of every bₖ by one (of that at the join by one and a half), whatever the determinants are; so
the compiler has to keep the order of operations. A determinant of 0 needs no care: with either sign, it and
the next one change it once. From the last row backwards it is the same.

Rows are scaled by a power of two that makes them about 1, and so are the determinants every STRIDE rows, if
they left a range that they cannot leave again within as many: no digit changes. Both ends meet in

    p · r − p₋₁ · b² r₊₁        for p, p₋₁ of the last rows from the front and r, r₊₁ of those from the back

which is the determinant of the whole, and its sign tells whether the last pivot is negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays import Floats, np
from sim.giants.entries import ROWS, fill_block
from sim.kernel import inline, inline_as_written, kernel

if TYPE_CHECKING:
    from sim.rng import Word

STRIDE = 8
"""Rows between two looks at how large the determinants are."""

LEAST, MOST = 2.0**-100, 2.0**100
"""In eight rows, they grow by less than 2²⁰, and shrink by less than 10⁻²⁰⁰ even where s is 10¹⁰ links."""

EXPONENT = 0x7FF0000000000000
OPPOSITE = 2046 << 52

Pair = tuple[float, float]
"""The last two determinants from the front, with their true ratio; or from the back (r, b² r₊₁)."""

State = tuple[tuple[int, int], Pair, Pair]
"""How often the sign changed at either shift, and the pairs to go on with."""

PAIR = "UniTuple(f8, 2)"
STATE = f"Tuple((UniTuple(i8, 2), {PAIR}, {PAIR}))"


@inline
def inverse_power(v: float) -> float:
    """One over the largest power of two that is not above a normal v > 0 below 2¹⁰²³."""
    bits = np.float64(v).view(np.int64) & np.int64(EXPONENT)
    return np.int64(np.int64(OPPOSITE) - bits).view(np.float64)


@inline
def within_range(p: float, q: float) -> Pair:
    """Both by the same power of two, the larger made about 1, if it has left the range."""
    size = max(abs(p), abs(q))
    if LEAST < size < MOST:
        return p, q
    power = inverse_power(size)
    return power * p, power * q


@inline
def about_one(p: float, q: float) -> Pair:
    """Both by the same power of two, the larger from 1 to below 2: then they do not depend on the way."""
    power = inverse_power(max(abs(p), abs(q)))
    return power * p, power * q


@inline
def differ(p: float, q: float) -> bool:
    """Whether their sign bits do."""
    return bool((np.float64(p).view(np.int64) ^ np.float64(q).view(np.int64)) < 0)


@inline
def scale_of(block: int, shifts: Pair) -> float:
    """The power of two by which the rows of a block are made about 1."""
    return inverse_power(max(np.sqrt(np.float64((block + 1) * ROWS)), abs(shifts[0]), abs(shifts[1])))


@inline_as_written
def downwards(diagonal: Floats, squares: Floats, scale: float, shifts: Pair, low: Pair, high: Pair) -> State:
    """The rows of a block from its first to its last, for both shifts."""
    p, p_before, q, q_before = low[0], low[1] / scale, high[0], high[1] / scale
    below = up_to = 0
    for begin in range(0, ROWS, STRIDE):
        for step in range(STRIDE):
            i = np.uint64(begin) + np.uint64(step)
            square = scale * scale * squares[i]
            p, p_before = scale * (diagonal[i] + shifts[0]) * p - square * p_before, p
            q, q_before = scale * (diagonal[i] + shifts[1]) * q - square * q_before, q
            below += differ(p, p_before)
            up_to += differ(q, q_before)
        p, p_before = within_range(p, p_before)
        q, q_before = within_range(q, q_before)
    return (below, up_to), about_one(p, scale * p_before), about_one(q, scale * q_before)


@inline_as_written
def upwards(
    diagonal: Floats, squares: Floats, rows: int, scale: float, shifts: Pair, low: Pair, high: Pair
) -> State:
    """The first `rows` rows of a block from the last to the first, for both shifts."""
    p, p_taken, q, q_taken = low[0], low[1] * scale, high[0], high[1] * scale
    below = up_to = 0
    for begin in range((rows - 1) // STRIDE * STRIDE, -1, -STRIDE):
        for i in range(min(begin + STRIDE, rows) - 1, begin - 1, -1):
            j = np.uint64(i)
            square = scale * scale * squares[j]
            p_before, q_before = p, q
            p, p_taken = scale * (diagonal[j] + shifts[0]) * p - p_taken, square * p
            q, q_taken = scale * (diagonal[j] + shifts[1]) * q - q_taken, square * q
            below += differ(p, p_before)
            up_to += differ(q, q_before)
        p, p_taken = within_range(p, p_taken)
        q, q_taken = within_range(q, q_taken)
    return (below, up_to), about_one(p, p_taken / scale), about_one(q, q_taken / scale)


@kernel(f"{STATE}(u8, i8, i8, {PAIR}, {PAIR}, {PAIR})")
def from_front(key: Word, block: int, end: int, shifts: Pair, low: Pair, high: Pair) -> State:
    """The blocks from `block` to below `end`, from the first row to the last."""
    diagonal, squares = np.empty(ROWS), np.empty(ROWS)
    below = up_to = 0
    for each in range(block, end):
        fill_block(key, each, diagonal, squares)
        (more, more_up_to), low, high = downwards(
            diagonal, squares, scale_of(each, shifts), shifts, low, high
        )
        below += more
        up_to += more_up_to
    return (below, up_to), low, high


@kernel(f"{STATE}(u8, i8, i8, i8, {PAIR}, {PAIR}, {PAIR})")
def from_back(key: Word, last: int, block: int, end: int, shifts: Pair, low: Pair, high: Pair) -> State:
    """The blocks from below `end` down to `block`, from row `last` (in the last of them) to the first."""
    diagonal, squares = np.empty(ROWS), np.empty(ROWS)
    below = up_to = 0
    for each in range(end - 1, block - 1, -1):
        fill_block(key, each, diagonal, squares)
        rows = min(ROWS, last - each * ROWS)
        (more, more_up_to), low, high = upwards(
            diagonal, squares, rows, scale_of(each, shifts), shifts, low, high
        )
        below += more
        up_to += more_up_to
    return (below, up_to), low, high
