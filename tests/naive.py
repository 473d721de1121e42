"""Slow, obviously right twins of the core, written for reading.

Each is the definition in Python floats and loops: no NumPy broadcasting, no polynomial for the cosine, no
matrix product. They share no code with `sim`, so that a mistake would have to be made twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Vector = list[float]
Matrix = list[list[float]]

# --- random numbers ---------------------------------------------------------------------------------


def philox4x32(counter: Sequence[int], key: Sequence[int]) -> tuple[int, int, int, int]:
    """Ten rounds of Philox on 32-bit words (Salmon et al., SC 2011, section 4)."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c0, 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c2, 2**32)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def words(number: int) -> tuple[int, int]:
    """A 64-bit number as its low and its high 32 bits."""
    return number % 2**32, number // 2**32


class SplitMix64:
    """The generator of Steele, Lea and Flood (2014): a counter, scrambled."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def __call__(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        return self.scramble(self.state)

    @staticmethod
    def scramble(z: int) -> int:
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        return z ^ (z >> 31)


def stream_keys(seed: int, stream: int, count: int) -> list[int]:
    """The first outputs of a SplitMix64 whose own seed is scrambled from the seed and the stream."""
    start = SplitMix64.scramble(seed) + stream * 0x9E3779B97F4A7C15
    generator = SplitMix64(SplitMix64.scramble(start % 2**64))
    return [generator() for _ in range(count)]


def uniform_pair(key: int, step: int, index: int) -> tuple[float, float]:
    """Two numbers in [0, 1): the top 53 bits of each half of 128 random bits."""
    a, b, c, d = philox4x32((*words(index), *words(step)), words(key))
    return ((a + b * 2**32) >> 11) / 2**53, ((c + d * 2**32) >> 11) / 2**53


def uniforms(key: int, step: int, count: int) -> Vector:
    """`count` numbers in [0, 1), two from each index."""
    pairs = (uniform_pair(key, step, index) for index in range((count + 1) // 2))
    return [u for pair in pairs for u in pair][:count]


def normals(key: int, step: int, count: int, first: int = 0) -> Vector:
    """`count` standard normals by Box and Muller (1958), two from each index from `first` on."""
    drawn: Vector = []
    for index in range(first, first + (count + 1) // 2):
        u, v = uniform_pair(key, step, index)
        radius = math.sqrt(-2.0 * math.log(u + 2.0**-53))
        drawn += [radius * math.cos(2.0 * math.pi * v), radius * math.sin(2.0 * math.pi * v)]
    return drawn[:count]


# --- landscapes -------------------------------------------------------------------------------------


class Separable:
    """A sum over coordinates: `term(i, v)` is what coordinate i = 1 … d adds, with two derivatives."""

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        raise NotImplementedError

    def value(self, x: Vector) -> float:
        return math.fsum(self.term(i, v)[0] for i, v in enumerate(x, 1))

    def gradient(self, x: Vector) -> Vector:
        return [self.term(i, v)[1] for i, v in enumerate(x, 1)]

    def hessian(self, x: Vector) -> Matrix:
        return diagonal([self.term(i, v)[2] for i, v in enumerate(x, 1)])


def diagonal(entries: Vector) -> Matrix:
    return [[c if i == j else 0.0 for j in range(len(entries))] for i, c in enumerate(entries)]


# --- measures ---------------------------------------------------------------------------------------


def pairwise_distances(points: Sequence[Vector]) -> Vector:
    """The distance of every pair, first with second, first with third, ..."""
    return [math.dist(points[i], points[j]) for i in range(len(points)) for j in range(i + 1, len(points))]


def quantile(values: Sequence[float], share: float) -> float:
    """The quantile of a sorted population, interpolated linearly; NaN counts as +∞."""
    ordered = sorted(math.inf if math.isnan(v) else v for v in values)
    below = math.floor(share * (len(ordered) - 1))
    weight = share * (len(ordered) - 1) - below
    if weight == 0.0 or ordered[below] == ordered[below + 1]:
        return ordered[below]
    return ordered[below] * (1.0 - weight) + ordered[below + 1] * weight


def five_numbers(values: Sequence[float]) -> Vector:
    """Minimum, 10 %, median, 90 % and maximum."""
    return [quantile(values, share) for share in (0.0, 0.1, 0.5, 0.9, 1.0)]


def population_trace(history: Sequence[Sequence[float]], capacity: int) -> tuple[int, list[int], Matrix]:
    """Stride, steps and rows of a whole history: keep everything, choose the stride, then bucket.

    The stride is the smallest power of two that needs fewer than `capacity` rows. Row 0 is step 0; row k
    stands for the `stride` steps that end at step k · stride; steps of an unfinished row do not show.
    """
    last = len(history) - 1
    stride = 1
    while 1 + last // stride >= capacity:
        stride *= 2
    rows = [five_numbers(history[0])]
    ends = list(range(stride, last + 1, stride))
    for end in ends:
        bucket = [five_numbers(values) for values in history[end - stride + 1 : end + 1]]
        lowest, highest = min(row[0] for row in bucket), max(row[4] for row in bucket)
        rows.append([lowest, *bucket[-1][1:4], highest])
    return stride, [0, *ends], rows


def inertia(hessian: Sequence[Sequence[float]], tolerance: float) -> tuple[int, int, int]:
    """How many eigenvalues are below, within and above ±tolerance."""
    eigenvalues = [float(v) for v in np.linalg.eigvals(np.array(hessian)).real]
    negative = sum(v < -tolerance for v in eigenvalues)
    positive = sum(v > tolerance for v in eigenvalues)
    return negative, len(eigenvalues) - negative - positive, positive
