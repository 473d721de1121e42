"""Random rotations of a million dimensions: products of Hadamard matrices and random signs.

    Q = H D₁ H D₂ H D₃ / N^(3/2)        H the N × N Hadamard matrix, D diagonal, of random signs, N = 2^k

Q is exactly orthogonal. A row of it is nearly uniform on the sphere, and √N Q behaves like a matrix of
independent normals (Yu et al., "Orthogonal random features", NIPS 2016; Choromanski et al., "The
unreasonable effectiveness of structured random orthogonal embeddings", NIPS 2017). But it is multiplied by
in O(N log N), and is known by 3N signs.

The functions here leave out the factor N^(−3/2). N = R × C numbers are kept as a matrix (R, C): H is then
H_R along the columns and H_C along the rows, in any order. So the rows' part of one H, the signs after it and
the rows' part of the next H are done while a row is in the fastest cache, and likewise strips of columns:
three transforms take four passes over memory, not 3 log₂ N. `project` stops before the last transform of
the rows and `gather` begins after it: what is done to each number in between needs no pass of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arrays import Floats, np
from sim.kernel import BLOCK, ROW, inline, kernel
from sim.rng import philox

if TYPE_CHECKING:
    from typing import TypeAlias

    Signs: TypeAlias = np.typing.NDArray[np.int8]
else:
    Signs = Any

LEAST = 64
"""The smallest N, as the rows of smaller ones would be far from normal."""

COLUMNS = 1024
"""C: a row of doubles takes 8 kB, a sixth of the first cache."""

STRIP = 32768
"""How many numbers a strip of columns holds: 256 kB, of the second cache."""

DIAGONALS = 3

SIGNS, ROTATION, ROTATIONS = "i1[:, ::1]", "i1[:, :, ::1]", "i1[:, :, :, ::1]"


def block_length(dim: int) -> int:
    """N for vectors of `dim` numbers, filled up with zeros: the next power of two, LEAST or more."""
    return max(LEAST, 1 << (dim - 1).bit_length())


def shape(n: int, outputs: int) -> tuple[int, int, int, int]:
    """The shape (blocks, 3, R, C) of the signs of as many rotations as have `outputs` rows together."""
    columns = min(n, COLUMNS)
    return -(-outputs // n), DIAGONALS, n // columns, columns


@kernel(f"void({ROW}, i8)")
def hadamard(v: Floats, stride: int) -> None:
    """Multiply v, seen as a matrix of `stride` columns, by H from the left: all rows if the stride is 1.

    In place, by butterflies of eight neighbours (a stride of 1) and of four (a stride of 8 or more).
    """
    n = len(v)
    if stride == 1:
        for k in range(n >> 3):
            w = v[8 * k : 8 * k + 8]
            a0, a1, a2, a3 = w[0] + w[1], w[0] - w[1], w[2] + w[3], w[2] - w[3]
            a4, a5, a6, a7 = w[4] + w[5], w[4] - w[5], w[6] + w[7], w[6] - w[7]
            b0, b1, b2, b3 = a0 + a2, a1 + a3, a0 - a2, a1 - a3
            b4, b5, b6, b7 = a4 + a6, a5 + a7, a4 - a6, a5 - a7
            w[0], w[1], w[2], w[3] = b0 + b4, b1 + b5, b2 + b6, b3 + b7
            w[4], w[5], w[6], w[7] = b0 - b4, b1 - b5, b2 - b6, b3 - b7
        stride = 8
    while 4 * stride <= n:
        for first in range(0, n, 4 * stride):
            # As four arrays the compiler sees that they do not overlap, and vectorises.
            p, q = v[first : first + stride], v[first + stride : first + 2 * stride]
            r, s = v[first + 2 * stride : first + 3 * stride], v[first + 3 * stride : first + 4 * stride]
            for k in range(stride):
                a, b, c, d = p[k] + q[k], p[k] - q[k], r[k] + s[k], r[k] - s[k]
                p[k], q[k], r[k], s[k] = a + c, b + d, a - c, b - d
        stride *= 4
    if stride < n:
        p, q = v[:stride], v[stride:]
        for k in range(stride):
            p[k], q[k] = p[k] + q[k], p[k] - q[k]


@inline
def workspace(signs: Signs) -> tuple[Floats, Floats]:
    """A matrix (R, C) for N numbers, and a strip of some of its columns, for signs (blocks, 3, R, C)."""
    rows, columns = signs.shape[2:]
    return np.empty((rows, columns)), np.empty((rows, min(columns, max(8, STRIP // rows))))


@inline
def copy(source: Floats, target: Floats) -> None:
    """The numbers (k,) of one array into another that is as long or longer."""
    for k in range(len(source)):
        target[k] = source[k]


@inline
def flip(v: Floats, signs: Signs) -> None:
    """Each number (k,) times its sign."""
    for k in range(len(v)):
        v[k] *= signs[k]


@kernel(f"void({BLOCK}, {SIGNS})")
def mix_rows(work: Floats, signs: Signs) -> None:
    """Every row times H, signs, H."""
    for r in range(work.shape[0]):
        hadamard(work[r], 1)
        flip(work[r], signs[r])
        hadamard(work[r], 1)


@kernel(f"void({BLOCK}, {SIGNS}, {BLOCK})")
def mix_columns(work: Floats, signs: Signs, strip: Floats) -> None:
    """Every column times H, signs, H."""
    rows, width = strip.shape
    flat = strip.reshape(rows * width)
    for first in range(0, work.shape[1], width):
        for r in range(rows):
            copy(work[r, first : first + width], strip[r])
        hadamard(flat, width)
        for r in range(rows):
            flip(strip[r], signs[r, first : first + width])
        hadamard(flat, width)
        for r in range(rows):
            copy(strip[r], work[r, first : first + width])


@kernel(f"void({ROW}, {ROTATION}, {BLOCK}, {BLOCK})")
def project(x: Floats, signs: Signs, work: Floats, strip: Floats) -> None:
    """`work` becomes N^(3/2) Q x, but for the last transform of its rows; x (d,), signs (3, R, C)."""
    rows, width = strip.shape
    flat = strip.reshape(rows * width)
    columns = work.shape[1]
    for first in range(0, columns, width):
        for r in range(rows):
            begin, row = r * columns + first, strip[r]
            part = x[begin : begin + width]  # what there is of it
            copy(part, row)
            for k in range(len(part), width):
                row[k] = 0.0
            flip(row, signs[2, r, first : first + width])
        hadamard(flat, width)
        for r in range(rows):
            copy(strip[r], work[r, first : first + width])
    mix_rows(work, signs[1])
    mix_columns(work, signs[0], strip)


@kernel(f"void({BLOCK}, {ROTATION}, {BLOCK}, {ROW})")
def gather(work: Floats, signs: Signs, strip: Floats, total: Floats) -> None:
    """Add N^(3/2) Qᵀ y to `total` (d,), where `work` is y but for a first transform of its rows."""
    mix_columns(work, signs[0], strip)
    mix_rows(work, signs[1])
    rows, width = strip.shape
    flat = strip.reshape(rows * width)
    columns = work.shape[1]
    for first in range(0, columns, width):
        for r in range(rows):
            copy(work[r, first : first + width], strip[r])
        hadamard(flat, width)
        for r in range(rows):
            begin, row = r * columns + first, strip[r]
            flip(row, signs[2, r, first : first + width])
            part = total[begin : begin + width]
            for k in range(len(part)):
                part[k] += row[k]


@kernel(f"void(u8, i8, {ROTATION})")
def fill_signs(key: int, step: int, signs: Signs) -> None:
    """Draw the signs (blocks, 3, N) of so many rotations: number j of all is three bits of draw j."""
    blocks, diagonals, n = signs.shape
    for b in range(blocks):
        for j in range(n):
            bits = philox(np.uint64(key), np.uint64(step), np.uint64(b * n + j))[0]
            for k in range(diagonals):
                signs[b, k, j] = 1 - 2 * np.int8((bits >> np.uint64(k)) & np.uint64(1))
