"""Waves whose frequencies are rows of random rotations: M of them in d dimensions for O(M) memory.

Feature m of block b has the frequency w = s (row m of Q_b) / l, of which the first d ≤ N coordinates count.
Its length s is drawn from the chi law with N degrees of freedom, the law of a normal vector's: so each w is
nearly normal, but frequencies of one block are exactly orthogonal.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.fields.hadamard import (
    COLUMNS,
    DIAGONALS,
    ROTATIONS,
    Signs,
    fill_signs,
    gather,
    hadamard,
    project,
    workspace,
)
from sim.fields.waves import slopes_of_waves
from sim.kernel import BLOCK, ROW, inline, kernel
from sim.rng import normal_pair, philox, unit


@inline
def structured_waves(
    x: Floats, phases: Floats, rest: Floats, block: int, height: float, value: Floats, gradient: Floats
) -> None:
    """Adds the waves at x (n, d) to value (n,) and gradient (n, d).

    For N = `block`; phases (M,), and `rest` are the lengths (M,) and, in bytes, the signs of the rotations.
    """
    features, columns = len(phases), min(block, COLUMNS)
    lengths = rest[:features]
    rotations = ((features + block - 1) // block, DIAGONALS, block // columns, columns)
    signs = rest[features:].view(np.int8).reshape(rotations)
    work, strip = workspace(signs)
    for i in range(x.shape[0]):
        for b in range(signs.shape[0]):
            project(x[i], signs[b], work, strip)
            for r in range(work.shape[0]):
                first, turns = b * work.size + r * columns, work[r]
                hadamard(turns, 1)
                scales = lengths[first : first + columns]  # as many as there are
                multiply(turns, scales)
                value[i] += slopes_of_waves(turns, phases[first : first + columns], height)
                multiply(turns, scales)
                hadamard(turns, 1)
            gather(work, signs[b], strip, gradient[i])


@inline
def multiply(v: Floats, factors: Floats) -> None:
    """Each number times its factor, and those that have none become 0."""
    for k in range(len(factors)):
        v[k] *= factors[k]
    for k in range(len(factors), len(v)):
        v[k] = 0.0


@kernel(f"void({ROW}, {ROW}, {ROTATIONS}, {ROW})")
def structured_turns(x: Floats, lengths: Floats, signs: Signs, turns: Floats) -> None:
    """The angles w·x in turns (M,) at one point x (d,)."""
    work, strip = workspace(signs)
    columns = work.shape[1]
    for b in range(signs.shape[0]):
        project(x, signs[b], work, strip)
        for r in range(work.shape[0]):
            first = b * work.size + r * columns
            hadamard(work[r], 1)
            wanted = turns[first : first + columns]  # the last row may have more
            for k in range(len(wanted)):
                wanted[k] = work[r, k] * lengths[first + k]


@kernel(f"void({BLOCK}, {ROW}, {ROW}, {ROTATIONS}, {BLOCK})")
def structured_product(v: Floats, weights: Floats, lengths: Floats, signs: Signs, product: Floats) -> None:
    """Wᵀ diag(weights) W times the rows of v (k, d), for weights (M,), into `product` (k, d)."""
    work, strip = workspace(signs)
    columns = work.shape[1]
    for i in range(v.shape[0]):
        for j in range(v.shape[1]):
            product[i, j] = 0.0
        for b in range(signs.shape[0]):
            project(v[i], signs[b], work, strip)
            for r in range(work.shape[0]):
                first, turns = b * work.size + r * columns, work[r]
                hadamard(turns, 1)
                scales = lengths[first : first + columns]
                multiply(turns, scales)
                multiply(turns, weights[first : first + columns])
                multiply(turns, scales)
                hadamard(turns, 1)
            gather(work, signs[b], strip, product[i])


def draw_structured(key: int, length_scale: float, phases: Floats, lengths: Floats, signs: Signs) -> None:
    """Phases (M,) in turns, lengths (M,) such that angles come in turns, and signs (blocks, 3, R, C)."""
    blocks, _, rows, columns = signs.shape
    n = rows * columns
    _draw_phases_and_normals(key, phases, lengths)
    fill_signs(key, 4, signs.reshape(blocks, DIAGONALS, n))
    # The cube root of a chi-squared number is nearly normal (Wilson and Hilferty 1931): here its mean is
    # right to (2/9N)³ < 1e-7 of itself.
    ninths = 2.0 / (9.0 * n)
    lengths *= math.sqrt(ninths)
    lengths += 1.0 - ninths
    np.power(lengths, 1.5, out=lengths)
    lengths /= math.tau * length_scale * n


@kernel(f"void(u8, {ROW}, {ROW})")
def _draw_phases_and_normals(key: int, phases: Floats, normals: Floats) -> None:
    for m in range(len(phases)):
        phases[m] = unit(philox(np.uint64(key), np.uint64(2), np.uint64(m))[0])
        normals[m] = normal_pair(np.uint64(key), np.uint64(3), np.uint64(m))[0]
