"""The rows of one endless random matrix, each a function of its key and its number.

A matrix of the Gaussian orthogonal ensemble (variance 1 off the diagonal, 2 on it) has the eigenvalues of a
chain whose entries are independent (Dumitriu and Edelman 2002): row k has N(0, 2) on the diagonal, and the
square of its link to the next row is a χ² with k degrees of freedom. In this order, the smallest first, the
first k rows are such a matrix themselves, of size k; the same key gives the same first rows at every size.

Both normals of a row come from 128 random bits (Box and Muller 1958): 64 for the radius, so that they go up
to 9.5 standard deviations, 53 for the angle. The 11 that are left begin the binary digits of 1 − u, where u
is the uniform by which Marsaglia and Tsang's method takes or refuses a normal. From 2¹⁹ degrees on it
refuses none unless all of the 11 are 0: only then are further digits drawn, for one row in 2048.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.arrays import Floats, np
from sim.giants.chi_square import chi_square_excess, excess_of, is_taken
from sim.kernel import ROW, inline, kernel
from sim.numerics import log_of_unit, sin_cos_turns
from sim.rng import philox, unit

if TYPE_CHECKING:
    from sim.rng import Word

VERSION = 1
"""Another one for every change that changes an entry: what was counted before does not go on with it."""

ROWS = 1024
"""Rows of a block: two columns of them fit into the first cache."""

CHUNK = 64
"""Rows that are looked through where one of them needs more digits."""

LARGE = 2**19
"""From so many degrees on, |z| ≤ 9.5 is taken unless 1 − u < 2⁻¹¹: z⁴/108D < 0.0003 < 0.00049."""

LAST_BITS, THEIR_SHARE = 2**11 - 1, 2.0**-11

BOTH, DIGITS, DEGREES = 0, 1, 2
"""The steps at which a row's normals, further digits and a χ² in the general way are drawn."""


@inline
def normals(key: Word, index: Word) -> tuple[float, float, Word]:
    """Two independent standard normals and 11 random bits that they do not depend on."""
    first, second = philox(key, np.uint64(BOTH), index)
    radius = np.sqrt(-2.0 * log_of_unit((np.float64(first) + 0.5) * 2.0**-64))
    sine, cosine = sin_cos_turns(unit(second))
    return radius * cosine, radius * sine, second & np.uint64(LAST_BITS)


@inline
def root_of(degrees: float) -> float:
    """√D of Marsaglia and Tsang's method."""
    return math.sqrt(0.5 * degrees - 1.0 / 3.0)


@inline
def settled(key: Word, degrees: int) -> float:
    """The square of a link whose 11 bits were 0."""
    _, z, _ = normals(key, np.uint64(degrees))
    digits, _ = philox(key, np.uint64(DIGITS), np.uint64(degrees))
    root = root_of(float(degrees))
    if is_taken(z, root, math.log1p(-THEIR_SHARE * unit(digits))):
        return degrees + excess_of(z, root)
    return degrees + chi_square_excess(key, DEGREES, degrees, float(degrees))


@inline
def fill_chunk(key: Word, first: int, diagonal: Floats, squares: Floats) -> None:
    """CHUNK rows from the degrees `first` on, LARGE or more; those that need more digits are settled."""
    unsettled = 0
    for i in range(np.uint64(CHUNK)):
        index = np.uint64(first) + np.uint64(i)
        on_it, z, bits = normals(key, index)
        degrees = np.float64(np.int64(index))
        square = degrees + excess_of(z, root_of(degrees))
        more = bits == np.uint64(0)
        unsettled += more
        diagonal[np.uint64(i)] = math.sqrt(2.0) * on_it
        squares[np.uint64(i)] = -square if more else square
    if unsettled:
        for i in range(CHUNK):
            if squares[i] < 0.0:
                squares[i] = settled(key, first + i)


@inline
def fill_block(key: Word, block: int, diagonal: Floats, squares: Floats) -> None:
    """`diagonal` and `squares` (ROWS,) get the entries of rows block · ROWS + 1 and on.

    A row's square is that of its link to the row before, whose number is its degrees of freedom; the first
    row has none, and 0.
    """
    first = block * ROWS
    if first >= LARGE:
        for begin in range(0, ROWS, CHUNK):
            end = begin + CHUNK
            fill_chunk(key, first + begin, diagonal[begin:end], squares[begin:end])
        return
    for i in range(ROWS):
        degrees = first + i
        on_it, _, _ = normals(key, np.uint64(degrees))
        diagonal[i] = math.sqrt(2.0) * on_it
        squares[i] = 0.0
        if degrees > 0:
            squares[i] = degrees + chi_square_excess(key, DEGREES, degrees, float(degrees))


@kernel(f"void(u8, i8, {ROW}, {ROW})")
def fill_entries(key: Word, block: int, diagonal: Floats, squares: Floats) -> None:
    """One block, as `fill_block` gives it to the elimination."""
    fill_block(key, block, diagonal, squares)
