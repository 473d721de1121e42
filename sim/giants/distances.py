"""All distances between n independent normal points in any dimension, from their exact joint law.

Distances depend on the points' Gram matrix alone, and that of n points with d standard normal coordinates
is A Aᵀ in law for the triangle A (n, d) with

    aᵢⱼ ~ N(0, 1)  for j < i        aᵢᵢ² ~ χ² with d − i degrees of freedom, i = 0, 1, …

(Bartlett 1933): the same points, turned so that the first lies along the first axis, the second in the plane
of the first two, and so on. So no more than n² numbers are drawn, whatever d is; where there are fewer axes
than points, the points beyond them keep all of their d coordinates.

In 10¹⁵ dimensions squared distances are 2·10¹⁵ ± 10⁸, and doubles would lose what they differ by. With
aᵢᵢ² = d − i + eᵢ and sums Sᵢ of the squares left of the diagonal, their excess has no d in it:

    |Aᵢ − Aⱼ|² − 2d = rᵢ + rⱼ − 2 Σₖ aᵢₖ aⱼₖ        rᵢ = eᵢ + Sᵢ − i

and D − √(2d) is that over D + √(2d). As d grows it tends to (zᵢ + zⱼ)/2 − gᵢⱼ/√2 for independent normals: its
spread is 1 in any high dimension, while √(2d) grows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.arrays import Floats, Keys, np
from sim.errors import BadInput
from sim.giants.chi_square import chi_square_excess
from sim.giants.laws import require_dim
from sim.rng import Stream, normal_pair, stream_keys
from sim.theory import DistanceTheory, normal_distances

if TYPE_CHECKING:
    from sim.rng import Word

FEW = 32
"""In up to so many dimensions two points may be close, and their coordinates are subtracted one by one."""

RESERVED = 2
"""The first keys: of what else is drawn, and of χ². A point has a key of its own."""

TOGETHER = 1 << 14
"""How many pairs of normals are drawn at a time, so that what they are made of stays in the cache."""

SHARING = 0.25
"""The correlation of two distances with a point in common."""

RANGES = {
    2: 0.0, 3: 1.036, 4: 1.593, 6: 2.246, 8: 2.644, 12: 3.145, 16: 3.465, 24: 3.881, 32: 4.154, 48: 4.513,
    64: 4.754, 96: 5.069, 128: 5.292, 192: 5.579, 256: 5.768, 384: 6.042, 512: 6.221, 1024: 6.644,
    2048: 7.031, 4096: 7.460,
}  # fmt: skip
"""R_n, the mean of the largest less the smallest of (zᵢ + zⱼ)/2 − gᵢⱼ/√2 over all pairs of n, over √2.

From simulations, with standard errors of 0.001 up to n = 48, 0.007 up to 512 and 0.03 at last.
"""

NEXT_ORDER = 0.05
"""The largest share of the first order in the relative range that the second, R_n²/2d, may be."""

COPIES = 4
"""How many matrices (n, n) are held at once while distances are drawn and looked at, and a part of one."""


def draw(dim: int, walkers: int, seed: int) -> Floats:
    """The distances of all pairs of `walkers` points in `dim` dimensions, each less √(2 dim): (n(n−1)/2,).

    In the order first with second, first with third, …; to 1e-15 of D where that is more than of the
    difference. The first of more points are the same points.
    """
    require(dim, walkers)
    below, diagonal, excess = _triangle(dim, walkers, seed)
    axes = len(diagonal)
    if dim <= FEW:
        below[np.arange(axes), np.arange(axes)] = diagonal
        return _subtracted(below) - math.sqrt(2.0 * dim)
    lengths = np.einsum("ij,ij->i", below, below) - np.minimum(np.arange(walkers), axes)
    lengths[:axes] += excess
    rows = below.copy()
    rows[np.arange(axes), np.arange(axes)] = diagonal
    products = rows @ below.T  # whole above the diagonal, where it is what the other's own axis adds as well
    del rows, below
    found = np.empty(walkers * (walkers - 1) // 2)
    at = 0
    for i in range(walkers - 1):
        count = walkers - 1 - i
        found[at : at + count] = lengths[i] + lengths[i + 1 :] - 2.0 * products[i, i + 1 :]
        at += count
    root = math.sqrt(2.0 * dim)
    found /= root + np.sqrt(2.0 * dim + found)
    return found


def require(dim: int, walkers: int) -> None:
    """Raises BadInput where there is no such dimension, or no two points that could be apart."""
    require_dim(dim)
    if walkers < 2:
        raise BadInput(
            "walkers", f"{walkers} is out of range", "a whole number from 2, as a distance takes two"
        )


def bytes_needed(walkers: int) -> float:
    """What drawing the distances of so many points takes at its peak, or a matrix of them afterwards."""
    return 8.0 * COPIES * float(walkers) ** 2


def _triangle(dim: int, walkers: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """The normals left of the diagonal (n, m) and zeros, m = min(n, d), the diagonal (m,), and eᵢ (m,)."""
    axes = min(walkers, dim)
    keys = stream_keys(seed, Stream.DRAWN, walkers + RESERVED)
    below = _normals(keys[RESERVED:], axes)
    for i in range(axes):
        below[i, i:] = 0.0
    degrees: Floats = float(dim) - np.arange(axes, dtype=np.float64)
    excess = _excess(keys[1], degrees)
    return below, np.sqrt(np.maximum(degrees + excess, 0.0)), excess


def _normals(keys: Keys, count: int) -> Floats:
    """Standard normals (n, count), row i from keys[i], without numba: that would take longer to be ready."""
    found = np.empty((len(keys), 2 * ((count + 1) // 2)))
    index = np.arange((count + 1) // 2, dtype=np.uint64)
    rows = max(1, TOGETHER // len(index))
    for begin in range(0, len(keys), rows):
        some = slice(begin, begin + rows)
        found[some, ::2], found[some, 1::2] = normal_pair.plain(keys[some, None], np.uint64(0), index)
    return np.ascontiguousarray(found[:, :count])


def _excess(key: Word, degrees: Floats) -> Floats:
    """χ² (m,) with these degrees of freedom less them, in the same way."""
    return np.array([chi_square_excess.plain(key, 0, i, each) for i, each in enumerate(degrees)])


def _subtracted(points: Floats) -> Floats:
    """The distances of all pairs of points (n, m), whose coordinates are few."""
    n = len(points)
    found = np.empty(n * (n - 1) // 2)
    at = 0
    for i in range(n - 1):
        difference = points[i + 1 :] - points[i]
        found[at : at + len(difference)] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
        at += len(difference)
    return found


def square(pairs: Floats, count: int) -> Floats:
    """The symmetric matrix (n, n) of what all pairs have (n(n−1)/2,), in the order of `draw`."""
    matrix, at = np.zeros((count, count)), 0
    for i in range(count - 1):
        row = pairs[at : at + count - 1 - i]
        matrix[i, i + 1 :] = matrix[i + 1 :, i] = row
        at += len(row)
    return matrix


@dataclass(frozen=True)
class Summary:
    """What distances between n points come to: their mean, spreads, ends, and the range over the nearest.

    `absolute_spread` is the standard deviation over all pairs, `relative_spread` that over the mean; a single
    pair has none.
    """

    mean: float
    absolute_spread: float | None
    relative_spread: float | None
    least: float
    most: float

    @property
    def relative_range(self) -> float | None:
        """(largest − smallest)/smallest; None where two points are one."""
        return (self.most - self.least) / self.least if self.least > 0.0 else None


def summary(dim: int, deviations: Floats) -> Summary:
    """Of distances less √(2 dim), as `draw` gives them; spreads lose no digits by the size of √(2 dim)."""
    root = math.sqrt(2.0 * dim)
    mean = root + float(deviations.mean())
    spread = float(deviations.std()) if len(deviations) > 1 else None
    relative = None if spread is None else spread / mean
    least, most = float(deviations.min()), float(deviations.max())
    return Summary(mean, spread, relative, root + least, root + most)


@dataclass(frozen=True)
class Expected:
    """What theory has for n points: the law of one distance, and what depends on n.

    `mean_error` is the standard deviation of the mean of all pairs, which share points. `relative_range` is
    the mean of (largest − smallest)/smallest to the second order, R_n/√d + R_n²/2d: within 1 %, and None
    beyond 4096 points or where the second would be above 5 % of the first.
    """

    law: DistanceTheory
    mean_error: float
    relative_range: float | None


def expected(dim: int, walkers: int) -> Expected:
    """For so many independent normal points.

    Squared distances that share a point have a correlation of ¼ in any dimension, and so have distances as d
    grows; in one dimension theirs is 0.22, and `mean_error` up to 6 % too large.
    """
    law, pairs = normal_distances(dim, 1.0), 0.5 * walkers * (walkers - 1)
    mean_error = law.absolute_spread * math.sqrt((1.0 + 2.0 * (walkers - 2) * SHARING) / pairs)
    return Expected(law, mean_error, _expected_range(dim, walkers))


def _expected_range(dim: int, walkers: int) -> float | None:
    """R_n/√d + R_n²/2d, R_n interpolated in log n."""
    if walkers > max(RANGES):
        return None
    logarithms = np.log(np.array(list(RANGES)))
    leading = float(np.interp(math.log(walkers), logarithms, list(RANGES.values()))) / math.sqrt(dim)
    return leading * (1.0 + 0.5 * leading) if 0.5 * leading <= NEXT_ORDER else None
