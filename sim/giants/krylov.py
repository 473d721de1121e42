"""A random quadratic of any size, along the directions that walkers come to by going down it.

G is from the Gaussian orthogonal ensemble of d dimensions, and n walkers start at independent standard normal
points. None of their distances, losses or gradient norms changes when all of space is turned, so one may
choose the axes. Turn them until walker 0 is on the first axis, walker 1 in the plane of the first two, and so
on: then the starts are the rows of a lower triangular matrix L (Bartlett 1933)

    L_ij ~ N(0, 1) for j < i        L_ii = χ with d − i degrees of freedom, i = 0, 1, …, n − 1

G is independent of the starts, and turned it is drawn from the same ensemble. Then turn the axes from n on,
until the part of the first column of G that is below row n − 1 lies along axis n, then those from n + 1 on
until that of the second column lies along axis n + 1, and so on (Householder's reduction, Trotter 1984; by
blocks, as in block Lanczos). That leaves the starts where they are, and of G a band (i from 0)

    G_ii ~ N(0, 2)        G_(i+m)i ~ N(0, 1) for 0 < m < n        G_(i+n)i = χ with d − n − i degrees

all of them independent, until the matrix ends at d. It is the very law of d dimensions, not a limit.

A gradient Gx reaches n axes further than x does. So after k steps of a rule whose step is a combination of
gradients, walkers have nothing but zeros beyond the first n (k + 1) coordinates, and their gradients beyond
the first n (k + 2): k steps take no more memory or time in 10¹⁵ dimensions than in 10⁵.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.giants.chi_square import chi_square_excess
from sim.kernel import KEYS, ROW, kernel
from sim.rng import Stream, fill_normal, stream_keys

NORMALS, LENGTHS = 0, 1
"""Steps of the streams: the normal numbers of a row, and its χ."""


def stored(dim: int, block: int, steps: int) -> int:
    """How many coordinates hold `block` walkers for so many steps, and their gradients after the last."""
    return min(dim, block * (steps + 2))


def band_width(rows: int, block: int) -> int:
    """How far from the diagonal the entries of the first rows go."""
    return min(block, rows - 1)


@kernel(f"void({KEYS}, i8, {ROW}, {ROW})")
def fill_lengths(keys: Keys, step: int, degrees: Floats, out: Floats) -> None:
    """Entry i of `out` (m,) gets a χ with degrees[i] degrees of freedom, drawn from keys[i] at `step`."""
    for i in range(len(out)):
        excess = chi_square_excess(keys[i], step, 0, degrees[i])
        out[i] = np.sqrt(max(degrees[i] + excess, 0.0))


def lengths(keys: Keys, dim: int, first: int) -> Floats:
    """χ (m,) with first, first − 1, … degrees of freedom, one from each key; no more than `dim` of them."""
    degrees = float(first) - np.arange(min(len(keys), dim), dtype=np.float64)
    found = np.empty(len(degrees))
    fill_lengths(keys[: len(degrees)], LENGTHS, degrees, found)
    return found


def starts(seed: int, dim: int, out: Floats) -> None:
    """Fill in the first coordinates (n, m) of n independent standard normal points of `dim` dimensions.

    All others are 0; m is n or more, or `dim`. A walker's own are the same whatever n and m are.
    """
    keys, corner = stream_keys(seed, Stream.STARTS, len(out)), min(len(out), dim)
    out[:] = 0.0
    drawn = np.empty((len(out), corner))
    fill_normal(keys, NORMALS, drawn)
    out[:, :corner] = np.tril(drawn, -1)
    out[np.diag_indices(corner)] = lengths(keys[:corner], corner, dim)


def band(seed: int, dim: int, block: int, rows: int) -> Floats:
    """The first rows of G: (rows, w + 1), entry [i, m] couples coordinates i and i + m.

    An entry is the same whatever `rows` is; those that would lie beyond d are 0.
    """
    keys, width = stream_keys(seed, Stream.LANDSCAPE, rows), band_width(rows, block)
    found = np.zeros((rows, width + 1))
    normals = np.empty((rows, min(block, width + 1)))
    fill_normal(keys, NORMALS, normals)
    found[:, : normals.shape[1]] = normals
    found[:, 0] *= math.sqrt(2.0)
    if width == block:
        far = lengths(keys, dim - block, dim - block)
        found[: len(far), block] = far
    if rows == dim:
        for m in range(1, width + 1):
            found[rows - m :, m] = 0.0
    return found
