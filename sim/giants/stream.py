"""The sign counts of one random Hessian of any size, streamed through a memory that holds none of it.

    H = G/√d + t        G symmetric, Gᵢⱼ ~ N(0, 1), Gᵢᵢ ~ N(0, 2)

as `random-quadratic` has it, but for 10¹⁵ directions, too. Its eigenvalues are those of a chain of
independent entries (`sim.giants.entries`), which are drawn, used for one step of two recurrences
(`sim.giants.pivots`) and forgotten. One recurrence counts the eigenvalues below −band, the other those below
+band; band is what rounding may do, so a count is exact for the matrix that was drawn, but for eigenvalues
that it says are zero.

Two ends go towards a fixed middle, and each is a value: whoever has it can go on from there, with the same
bits whatever the slices were. From the front, the counts are those of the leading block of so many rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sim.errors import BadInput
from sim.giants.entries import ROWS
from sim.giants.pivots import Pair, from_back, from_front
from sim.ranges import check_range, shown
from sim.rng import Stream as Purpose
from sim.rng import stream_keys

if TYPE_CHECKING:
    from sim.rng import Word

SHIFTS = (-1e3, 1e3)
"""What the shift may be."""

EDGE = 2.0
"""Where the spectrum of G/√d ends, for large d."""

ROUNDING = 2.0**-50
"""Rounding moves an eigenvalue by less than this share of |t| + 2 + 8/√d: see `Matrix.tolerance`."""


@dataclass(frozen=True)
class Matrix:
    """Which matrix: its size d, the shift t of all curvatures, and the seed. Raises BadInput."""

    dim: int
    shift: float
    seed: int

    def __post_init__(self) -> None:
        check_range("dim", self.dim)
        check_range("seed", self.seed)
        low, high = SHIFTS
        if not low <= self.shift <= high:
            raise BadInput(
                "shift", f"{shown(self.shift)} is out of range", f"a number from {low:g} to {high:g}"
            )

    @property
    def tolerance(self) -> float:
        """The band about 0 that counts as zero, in the units of H.

        With u = 2⁻⁵³, rounding changes (aₖ + t√d) by 3u of itself, t√d by 3u before, and bₖ by u, by 1.5u at
        the join. Entries are up to 9.5 standard deviations, so |aₖ| ≤ 9.5 √2 and bₖ ≤ √d + 9.5/√2, of which a
        row has two: eigenvalues move by no more than u (6|t| + 3 + 60/√d) (Weyl, Gershgorin).
        """
        return ROUNDING * (abs(self.shift) + EDGE + 8.0 / math.sqrt(self.dim))

    @property
    def blocks(self) -> int:
        """How many blocks of rows there are, the last one perhaps not full."""
        return -(-self.dim // ROWS)

    @property
    def middle(self) -> int:
        """How many blocks are counted from the front; the others from the back."""
        return self.blocks // 2

    @cached_property
    def key(self) -> Word:
        """The key of its entries."""
        key: Word = stream_keys(self.seed, Purpose.GIANTS, 1)[0]
        return key

    @property
    def shifts(self) -> Pair:
        """What is added to the diagonal of G to count below −band and below +band."""
        root = math.sqrt(self.dim)
        return root * (self.shift + self.tolerance), root * (self.shift - self.tolerance)


@dataclass(frozen=True)
class End:
    """How far the count has come from one end.

    `rows` are done; `below` of their pivots are negative at −band and `up_to` at +band; `low` and `high` are
    the two recurrences' last values there.
    """

    rows: int = 0
    below: int = 0
    up_to: int = 0
    low: Pair = (1.0, 0.0)
    high: Pair = (1.0, 0.0)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Negative, zero and positive pivots so far; from the front, signs of the leading block."""
        return self.below, self.up_to - self.below, self.rows - self.up_to


@dataclass(frozen=True)
class Stream:
    """A matrix, and how far its count has come from both ends."""

    matrix: Matrix
    front: End = End()
    back: End = End()

    @property
    def rows(self) -> int:
        """Rows done, of both ends."""
        return self.front.rows + self.back.rows

    @property
    def finished(self) -> bool:
        """Whether the ends have met."""
        return self.rows == self.matrix.dim

    def counts(self) -> tuple[int, int, int]:
        """How many eigenvalues of H are below −band, within and above it; once the ends have met."""
        if not self.finished:
            raise ValueError(f"{self.matrix.dim - self.rows} rows are left")
        below = self.front.below + self.back.below + _at_the_join(self.front.low, self.back.low)
        up_to = self.front.up_to + self.back.up_to + _at_the_join(self.front.high, self.back.high)
        return below, up_to - below, self.matrix.dim - up_to


def advanced(stream: Stream, blocks: int) -> Stream:
    """The count with so many blocks more at each end, or as many as are left; in the calling thread."""
    return replace(
        stream,
        front=front_advanced(stream.matrix, stream.front, blocks),
        back=back_advanced(stream.matrix, stream.back, blocks),
    )


def front_advanced(matrix: Matrix, end: End, blocks: int) -> End:
    """The front end, up to so many blocks further."""
    first = end.rows // ROWS
    beyond = min(first + blocks, matrix.middle)
    if first >= beyond:
        return end
    counts, low, high = from_front(matrix.key, first, beyond, matrix.shifts, end.low, end.high)
    return End(beyond * ROWS, end.below + counts[0], end.up_to + counts[1], low, high)


def back_advanced(matrix: Matrix, end: End, blocks: int) -> End:
    """The back end, up to so many blocks further."""
    left = matrix.dim - end.rows
    beyond = -(-left // ROWS)
    first = max(beyond - blocks, matrix.middle)
    if first >= beyond:
        return end
    counts, low, high = from_back(matrix.key, left, first, beyond, matrix.shifts, end.low, end.high)
    return End(matrix.dim - first * ROWS, end.below + counts[0], end.up_to + counts[1], low, high)


def compile_kernels() -> None:
    """Have what `advanced` needs compiled, or read from the cache."""
    for kernel in (from_front, from_back):
        _ = kernel.compiled


def _at_the_join(front: Pair, back: Pair) -> int:
    """What the meeting of both ends adds to their sign changes: −1, 0 or 1.

    The last row from the front has the whole determinant in its pivot, and no longer that of its block alone.
    """
    (p, before), (r, taken) = front, back
    whole = p * r - before * taken
    return (_sign(whole) * _sign(r) != _sign(before)) - (_sign(p) != _sign(before))


def _sign(v: float) -> float:
    """1 or −1: a zero has a sign bit, too, and either is right."""
    return math.copysign(1.0, v)
