"""Distances between walkers, all pairs at once, and how well a mean over pairs is known.

Pairs that share a walker are not independent: of n walkers, n(n−1)/2 distances say about as much as n
numbers. So errors come from the jackknife over walkers (Efron and Stein 1981): everything is computed again
without each walker in turn, and

    error² = (n − 1)/n Σᵢ (without walker i − their mean)²

It is never too small on average, and too large where walkers alone say nothing and only pairs do: by a factor
of √2 for the mean distance on a sphere, and for the effective dimension where it is far above n.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sim.arrays import Flags, Floats, Integers, np
from sim.measure import State, largest

SAMPLE = 256
"""At most so many walkers are compared, the first ones: 32 640 pairs."""

LEAST = 6
"""So many are compared, if there are as many, however little work there is to spend."""

COPYING = 1000.0
"""How many multiplications of a reading's work let one coordinate be copied: on a screen, 80 MB."""

CANCELLED = 1e-4
"""Where a squared distance is a smaller share of the squares that it comes from, it is formed anew."""

TOGETHER = 1 << 20
"""How many numbers of such differences are formed at a time: 8 MB."""

MODERATE = 100
"""Powers of two up to which numbers can be squared twice and added up as they are."""


def compared(state: State, arrays: int = 1) -> int:
    """How many walkers, the first ones, can be compared where so many copies of them are taken."""
    copying = state.work / (COPYING * arrays * state.active)
    multiplying = math.sqrt(state.work / (arrays * state.active))
    return min(state.walkers, int(max(LEAST, min(SAMPLE, copying, multiplying))))


def lengths(x: Floats) -> Floats:
    """The Euclidean lengths (n,) of the rows of x (n, d), which may be scaled in place by a power of two."""
    exponent = _moderated(x)
    found: Floats = np.ldexp(np.sqrt(np.einsum("ij,ij->i", x, x)), exponent)
    return found


def pairwise_distances(x: Floats) -> Floats:
    """Euclidean distances of all pairs of rows of x (n, d): n(n−1)/2 of them, in the order of pdist."""
    squared, unit = squared_distances(np.array(x, dtype=np.float64))
    found: Floats = unit * np.sqrt(squared[np.triu_indices(len(x), k=1)])
    return found


def squared_distances(x: Floats) -> tuple[Floats, float]:
    """The squared distances (n, n) of all rows of x (n, d), in units of u², and u; x is written over.

    u is a power of two, 1 unless squares would overflow or vanish.

    Through one matrix product, |a|² + |b|² − 2a·b about the mean. Where that cancels to less than 1e-4 of
    the squares (relative error then up to about 1e-12), the difference is formed instead.
    """
    exponent = _moderated(x)
    x -= x.mean(axis=0)
    exponent += _moderated(x)
    squared, cancelled = _through_product(x, x)
    for first, second in _runs(np.triu(cancelled, k=1), x.shape[1]):
        squared[first, second] = squared[second, first] = _of_differences(x[first], x[second])
    np.fill_diagonal(squared, 0.0)
    return squared, math.ldexp(1.0, exponent)


def squared_distances_between(x: Floats, y: Floats) -> tuple[Floats, float]:
    """The same between the rows of x (n, d) and those of y (m, d): (n, m), in units of u², and u."""
    exponent = _moderated(x, y)
    mean = x.mean(axis=0)
    x -= mean
    y -= mean
    exponent += _moderated(x, y)
    squared, cancelled = _through_product(x, y)
    for first, second in _runs(cancelled, x.shape[1]):
        squared[first, second] = _of_differences(x[first], y[second])
    return squared, math.ldexp(1.0, exponent)


def _moderated(*arrays: Floats) -> int:
    """Brings huge or tiny arrays (n, d) to about 1, in place; the power of two that they were divided by."""
    _, exponent = math.frexp(max(float(largest(x).max()) for x in arrays))
    if abs(exponent) <= MODERATE:
        return 0
    for x in arrays:
        np.ldexp(x, -exponent, out=x)
    return exponent


def _through_product(x: Floats, y: Floats) -> tuple[Floats, Flags]:
    """Squared distances (n, m), and where (n, m) they are not good for much."""
    scale = np.einsum("ij,ij->i", x, x)[:, None] + np.einsum("ij,ij->i", y, y)
    squared = x @ y.T
    squared *= -2.0
    squared += scale
    cancelled = ~(squared > CANCELLED * scale) & (scale > 0.0)
    squared[~(scale > 0.0)] = 0.0
    return squared, cancelled


def _runs(where: Flags, dim: int) -> Iterator[tuple[Integers, Integers]]:
    """The rows and columns at which a matrix is true, as many at a time as can be worked on at once."""
    rows, columns = np.nonzero(where)
    at_once = max(1, TOGETHER // dim)
    for begin in range(0, len(rows), at_once):
        run = slice(begin, begin + at_once)
        yield rows[run], columns[run]


def _of_differences(x: Floats, y: Floats) -> Floats:
    """Squared distances (k,) of the rows of x (k, d), which is written over, to those of y (k, d)."""
    x -= y
    found: Floats = np.einsum("ij,ij->i", x, x)
    return found


@dataclass(frozen=True, eq=False)
class PairMeans:
    """Means over different walkers i, j, k, l of a symmetric matrix K: over all n walkers, then without each.

    `first` (n + 1,) is that of K_ij, `second` of K_ij², `sharing` of K_ij K_ik, `apart` of K_ij K_kl.
    """

    first: Floats
    second: Floats
    sharing: Floats
    apart: Floats


def pair_means(matrix: Floats) -> PairMeans:
    """Of a symmetric matrix (n, n) whose diagonal is 0, by O(n²) operations.

    Where there are too few different walkers, there is no such mean: NaN.
    """
    n = len(matrix)
    rows, squares = matrix.sum(axis=1), np.einsum("ij,ij->i", matrix, matrix)
    total, twice, shared = rows.sum(), squares.sum(), rows @ rows
    sums = (
        np.append(total, total - 2.0 * rows),
        np.append(twice, twice - 2.0 * squares),
        np.append(shared, shared - rows * rows - 2.0 * (matrix @ rows) + squares),
    )
    left = np.append(float(n), np.full(n, n - 1.0))
    pairs = left * (left - 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        threes, fours = pairs * (left - 2.0), pairs * (left - 2.0) * (left - 3.0)
        return PairMeans(
            sums[0] / pairs,
            sums[1] / pairs,
            (sums[2] - sums[1]) / threes,
            (sums[0] * sums[0] - 4.0 * sums[2] + 2.0 * sums[1]) / fours,
        )


def jackknife(without_each: Floats) -> float | None:
    """The standard error of a number, from what it would be without each walker (n,).

    None where it is not defined without one of them.
    """
    n = len(without_each)
    if n < 2 or not np.isfinite(without_each).all():
        return None
    return float(np.sqrt((n - 1.0) / n * np.sum((without_each - without_each.mean()) ** 2)))


def spread_errors(about: Floats, mean: float) -> tuple[float | None, float | None, float | None]:
    """The standard errors of the mean of distances, and of the logarithms of relative and absolute spread.

    `about` (n, n), whose diagonal is written over, is how far each is from that mean. None with fewer than
    four walkers.
    """
    np.fill_diagonal(about, 0.0)
    means = pair_means(about)
    with np.errstate(all="ignore"):
        variances = means.second - means.first**2
        absolute = 0.5 * np.log(variances)
        relative = absolute - np.log(mean + means.first)
    enough = len(about) >= 4
    found = (jackknife(each[1:]) if enough else None for each in (means.first, relative, absolute))
    first, second, third = found
    return first, second, third


def traces(squared: Floats) -> tuple[Floats, Floats]:
    """Estimates of (tr Σ)² and tr Σ² for the covariance Σ that n walkers are drawn from, from their squared
    distances (n, n): with all of them, and without each in turn (n + 1,).

    Both are exactly unbiased for independent walkers, whatever their law (U-statistics of order 4, as in
    Himeno and Yamada 2014): no product has a walker twice, which is where the usual (tr S)² and tr S² go
    wrong by (tr Σ)²/n. With y the coordinates about the mean, |x − x'|²/2 averages to tr Σ, and

        tr Σ² = E (yᵢ·yⱼ)² − 2 E (yᵢ·yⱼ)(yᵢ·yₖ) + E (yᵢ·yⱼ)(yₖ·yₗ)
    """
    half = 0.5 * squared
    means = half.mean(axis=0)
    products = means[:, None] + means - half - means.mean()
    np.fill_diagonal(products, 0.0)
    found = pair_means(products)
    return pair_means(half).apart, found.second - 2.0 * found.sharing + found.apart
