"""How many eigenvalues of a chain's or a ring's Hessian are below a number, exactly and in O(d).

By Sylvester's law, the pivots of an elimination T − s = LDLᵀ have the signs of the eigenvalues of T − s. In
a chain a pivot follows from the one before it,

    qₖ = (aₖ − s) − bₖ₋₁² / qₖ₋₁

and rounding amounts to a change of every entry of T by a few units in the last place, whatever the pivots
are. A pivot of 0 needs no care: its reciprocal is infinite, the next pivot infinite with the other sign, and
after that the chain goes on as if it began there (Demmel, Dhillon and Ren 1995, Flcnt_IEEE; the limit of
LAPACK's dlaebz, which puts the smallest normal number in its place). Eliminating from both ends at once and
joining in the middle keeps the divider busy, which is what this waits for.

A ring has an entry in the corner. All but its last coordinate are a chain, and to eliminate them with pivots
on the diagonal would lose the digits of what is left, wherever a pivot is small: so rows are exchanged
(partial pivoting). The signs of the leading determinants, which that gives as well (Martin and Wilkinson
1967), count the chain's eigenvalues, and the sign of the last one says whether the ring has one more.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Integers, np
from sim.kernel import ROW, inline, kernel

ROUNDING = 2.0**-49
"""Rounding moves an eigenvalue by less than this share of the bound: a band is made wider by it."""

NEGLIGIBLE = 2.0**-52
"""A link below this share of the bound does not close a ring."""

UNCOUPLED = 2.0**-1000
"""Added to the square of a link, so that no pivot is 0/0."""


@inline
def is_negative(v: float) -> bool:
    """The sign bit, which a zero has too: a pivot of −0 is followed by +∞, and one of +0 by −∞."""
    return bool(np.float64(v).view(np.int64) < 0)


@kernel(f"f8({ROW}, {ROW})")
def gershgorin(middle: Floats, beside: Floats) -> float:
    """A bound of every |λ|: the largest sum of magnitudes in a row (Gershgorin); NaN if one is not finite."""
    d, bound, beyond = len(middle), 0.0, 0
    for i in range(1, d - 1):
        row = abs(beside[i - 1]) + abs(middle[i]) + abs(beside[i])
        bound = max(bound, row)
        beyond += not row < np.inf
    corner = abs(beside[d - 1]) if len(beside) == d else 0.0
    for i in (0, d - 1):
        row = corner + abs(middle[i])
        if d > 1:
            row += abs(beside[min(i, d - 2)])
        bound = max(bound, row)
        beyond += not row < np.inf
    return bound if beyond == 0 else np.nan


@kernel(f"UniTuple(i8, 2)({ROW}, {ROW}, f8, f8, f8)")
def below_in_chain(middle: Floats, beside: Floats, scale: float, low: float, high: float) -> tuple[int, int]:
    """How many eigenvalues of scale × T, for a chain T, are below `low` and below `high`.

    `top` and `end` are what the rows eliminated from either end take from the next diagonal entry.
    """
    d = len(middle)
    each = (d - 1) // 2
    below_low = below_high = 0
    top_low = top_high = end_low = end_high = 0.0
    for i in range(each + (d + 1) % 2):
        a, b = scale * middle[i], scale * beside[i]
        square = b * b + UNCOUPLED
        pivot_low, pivot_high = (a - low) - top_low, (a - high) - top_high
        below_low += is_negative(pivot_low)
        below_high += is_negative(pivot_high)
        top_low, top_high = square / pivot_low, square / pivot_high
        if i < each:
            a, b = scale * middle[d - 1 - i], scale * beside[d - 2 - i]
            square = b * b + UNCOUPLED
            pivot_low, pivot_high = (a - low) - end_low, (a - high) - end_high
            below_low += is_negative(pivot_low)
            below_high += is_negative(pivot_high)
            end_low, end_high = square / pivot_low, square / pivot_high
    # ∞ − ∞ only if both halves have an eigenvalue at the shift; then so has T, and either sign is right.
    a = scale * middle[d // 2]
    below_low += is_negative((a - low) - top_low - end_low)
    below_high += is_negative((a - high) - top_high - end_high)
    return below_low, below_high


Row = tuple[float, float, float]
Elimination = tuple[Row, Row, bool, bool, int]
"""The row to go on with and the ring's last row, each with its entries in the column to be eliminated, the
next one and the last one; whether the determinant of what has been eliminated is negative; whether that of
the leading rows and columns was; and how often it changed its sign, once for each eigenvalue below."""


@inline
def eliminated(
    state: Elimination, entry: float, diagonal: float, beyond: float, border: float, corner: float
) -> Elimination:
    """The next column eliminated, by the row whose entry there is larger in magnitude.

    `entry`, `diagonal`, `beyond` and `border` are what the next row has in this column, the two that follow
    and the last one; `corner` is what the last row has in the second that follows.
    """
    (first, second, side), (foot, foot_second, foot_side), flipped, before, count = state
    now = flipped ^ is_negative(first)
    count += now ^ before
    if abs(first) >= abs(entry):
        factor, share = entry / first, foot / first
        row = (diagonal - factor * second, beyond, border - factor * side)
        last = (foot_second - share * second, corner, foot_side - share * side)
        return row, last, now, now, count
    factor, share = first / entry, foot / entry
    row = (second - factor * diagonal, -factor * beyond, side - factor * border)
    last = (foot_second - share * diagonal, corner - share * beyond, foot_side - share * border)
    return row, last, not (flipped ^ is_negative(entry)), now, count


@inline
def counted(state: Elimination) -> int:
    """The count once two rows are left, of the ring's last two columns."""
    (first, _, side), (foot, _, foot_side), flipped, before, count = state
    chain, ring = flipped ^ is_negative(first), flipped ^ is_negative(first * foot_side - side * foot)
    return count + (chain ^ before) + (ring ^ chain)


@kernel(f"UniTuple(i8, 2)({ROW}, {ROW}, f8, f8, f8)")
def below_in_ring(middle: Floats, beside: Floats, scale: float, low: float, high: float) -> tuple[int, int]:
    """How many eigenvalues of scale × T, for a ring T of three or more, are below `low` and below `high`."""
    n = len(middle) - 1  # rows of the chain
    start, end, link = scale * beside[n], scale * beside[n - 1], scale * beside[0]
    corner = end if n == 2 else 0.0
    a, b = scale * middle[0], scale * middle[n]
    at_low = ((a - low, link, start), (start, corner, b - low), False, False, 0)
    at_high = ((a - high, link, start), (start, corner, b - high), False, False, 0)
    for i in range(1, n):
        entry, a = scale * beside[i - 1], scale * middle[i]
        beyond, border = (scale * beside[i], 0.0) if i < n - 1 else (0.0, end)
        corner = end if i == n - 2 else 0.0
        at_low = eliminated(at_low, entry, a - low, beyond, border, corner)
        at_high = eliminated(at_high, entry, a - high, beyond, border, corner)
    return counted(at_low), counted(at_high)


def counts(middle: Floats, beside: Floats, bound: float, band: float) -> tuple[int, int, int]:
    """How many eigenvalues are below −band, within and above it.

    T has the diagonal `middle` (d,) and `beside` it (d − 1,), or (d,) for a ring, whose last entry couples
    the last coordinate with the first. `bound` is what `gershgorin` returns for it, and finite.
    """
    if bound == 0.0:
        return 0, len(middle), 0
    if len(beside) == len(middle):
        middle, beside = cut_where_loose(middle, beside, NEGLIGIBLE * bound)
    # A power of two, so that no entry is rounded and no square overflows; any further edge counts the same.
    scale = math.ldexp(1.0, min(-math.frexp(bound)[1], 1000))
    edge = scale * min(band, 2.0 * bound)
    below = below_in_ring if len(beside) == len(middle) else below_in_chain
    negative, up_to = below(middle, beside, scale, -edge, edge)
    return negative, up_to - negative, len(middle) - up_to


def below(middle: Floats, beside: Floats, bound: float, edges: Floats) -> Integers:
    """How many eigenvalues are below each of the edges (k,), for T as in `counts`, whose `bound` is not 0."""
    if len(beside) == len(middle):
        middle, beside = cut_where_loose(middle, beside, NEGLIGIBLE * bound)
    kernel = below_in_ring if len(beside) == len(middle) else below_in_chain
    scale = math.ldexp(1.0, min(-math.frexp(bound)[1], 1000))
    pairs = np.resize(scale * edges, (len(edges) + 1) // 2 * 2).reshape(-1, 2)
    found = [kernel(middle, beside, scale, low, high) for low, high in pairs]
    return np.array(found, dtype=np.int64).ravel()[: len(edges)]


def cut_where_loose(middle: Floats, beside: Floats, negligible: float) -> tuple[Floats, Floats]:
    """A ring as a chain that begins where there is no link to speak of; or as it is."""
    loose = int(np.argmin(np.abs(beside)))
    if abs(beside[loose]) > negligible:
        return middle, beside
    return np.roll(middle, -loose - 1), np.roll(beside, -loose - 1)[:-1]
