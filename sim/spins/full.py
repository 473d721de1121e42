"""A homogeneous polynomial of degree p = 2, 3 or 4 with all its coefficients, in matrix products.

    H(x) = c Σ Sᵢⱼₐᵦ xᵢxⱼxₐxᵦ,   i ≥ j ≥ a ≥ b

The sum runs over sorted indices, so that each product of coordinates has one coefficient. The last two
indices make a quadratic form: for p = 4 one for each pair (i, j), for p = 3 one for each i, for p = 2 one
alone. Such a stem xᵢxⱼ times the form of a symmetric matrix of the first m coordinates, m = the smaller of i
and j, is what everything here loops over; where a stem is shorter, a coordinate that is always 1 takes the
empty place. The matrices hold d², d³/3 and d⁴/12 numbers and are read once for a block of walkers, by as
many multiplications a walker: for p = 3 a third of the tensor and of the work of x·J, at the same rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.arrays import Floats, Keys, np
from sim.kernel import KEYS, ROW, inline, kernel
from sim.rng import NOISE, Stream, fill_row, stream_keys


def count(dim: int, p: int) -> float:
    """How many numbers the matrices hold."""
    d = float(dim)
    return {2: d * d, 3: d * (d + 1.0) * (2.0 * d + 1.0) / 6.0, 4: d * (d + 1.0) ** 2 * (d + 2.0) / 12.0}[p]


def stems(dim: int, p: int) -> Iterator[tuple[int, int, int]]:
    """Indices i and j of each stem, `dim` for the coordinate that is always 1, and its matrix's size m."""
    for i in range(dim) if p > 2 else (dim,):
        for j in range(i + 1) if p > 3 else (dim,):
            yield i, j, min(i, j, dim - 1) + 1


@kernel(f"void({KEYS}, i8, i8, {ROW})")
def fill(keys: Keys, dim: int, p: int, couplings: Floats) -> None:
    """Draw the matrices, stem by stem, each from its own key, so that the coefficients nest in d.

    A coefficient stands for as many entries of a tensor of independent N(0, 1) as its indices have orders,
    p! over the factorials of how often each occurs: it has that variance.
    """
    row = np.empty(dim)
    orders = math.gamma(p + 1.0)
    at, stem = 0, 0
    for i in range(0 if p > 2 else dim, dim if p > 2 else dim + 1):
        for j in range(0 if p > 3 else dim, i + 1 if p > 3 else dim + 1):
            m = min(i, j, dim - 1) + 1
            for a in range(m):
                fill_row(keys[stem], a, NOISE, row[: a + 1])
                for b in range(a + 1):
                    run, repeats = 1.0, 1.0
                    for equal in (i == j and i < dim, min(i, j) == a, a == b):
                        run = run + 1.0 if equal else 1.0
                        repeats *= run
                    coefficient = math.sqrt(orders / repeats) * row[b]
                    couplings[at + a * m + b] = coefficient if a == b else 0.5 * coefficient
                    couplings[at + b * m + a] = couplings[at + a * m + b]
            at += m * m
            stem += 1


def draw(dim: int, seed: int, p: int, couplings: Floats) -> None:
    """Fill `couplings` with the matrices of this seed."""
    keys = stream_keys(seed, Stream.LANDSCAPE, {2: 1, 3: dim, 4: dim * (dim + 1) // 2}[p])
    fill(keys, dim, p, couplings)


@inline
def gradient(x: Floats, p: int, couplings: Floats, value: Floats, gradient: Floats) -> None:
    """H/c and its gradient; a product with a block of walkers for each stem.

    Walkers are columns inside, so that the first m coordinates of all of them are one piece of memory.
    """
    n, d = x.shape
    columns, slopes, products = np.ones((d + 1, n)), np.zeros((d + 1, n)), np.empty((d, n))
    form = np.empty(n)
    for k in range(d):
        for i in range(n):
            columns[k, i] = x[i, k]
    for i in range(n):
        value[i] = 0.0
    at = 0
    for first in range(0 if p > 2 else d, d if p > 2 else d + 1):
        for second in range(0 if p > 3 else d, first + 1 if p > 3 else d + 1):
            m = min(first, second, d - 1) + 1
            np.dot(couplings[at : at + m * m].reshape((m, m)), columns[:m], products[:m])
            at += m * m
            form[:] = 0.0
            one, other = columns[first], columns[second]
            for k in range(m):
                for i in range(n):
                    form[i] += columns[k, i] * products[k, i]
                    slopes[k, i] += 2.0 * one[i] * other[i] * products[k, i]
            for i in range(n):
                value[i] += one[i] * other[i] * form[i]
                slopes[first, i] += other[i] * form[i]
                slopes[second, i] += one[i] * form[i]
    for k in range(d):
        for i in range(n):
            gradient[i, k] = slopes[k, i]


def hessian(x: Floats, p: int, couplings: Floats) -> Floats:
    """The second derivatives (d, d) of H/c at x (d,), exactly symmetric."""
    d = len(x)
    padded = np.append(x, 1.0)
    matrix, half = np.zeros((d, d)), np.zeros((d + 1, d + 1))
    at = 0
    for i, j, m in stems(d, p):
        form = couplings[at : at + m * m].reshape(m, m)
        at += m * m
        product = form @ x[:m]
        matrix[:m, :m] += (2.0 * padded[i] * padded[j]) * form
        half[i, :m] += 2.0 * padded[j] * product
        half[j, :m] += 2.0 * padded[i] * product
        half[i, j] += x[:m] @ product
    half = half[:d, :d]
    half += half.T
    matrix += half
    return matrix
