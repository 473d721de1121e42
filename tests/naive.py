"""Slow, obviously right twins of the core, written for reading.

Each is the definition in Python floats and loops: no NumPy broadcasting, no polynomial for the cosine, no
matrix product. They share no code with `sim`, so that a mistake would have to be made twice.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

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


class Rastrigin(Separable):
    """f(x) = Σ x² + A (1 − cos 2πx)."""

    def __init__(self, dim: int, seed: int, A: float) -> None:
        self.A = A

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        turn = 2.0 * math.pi
        return (
            v * v + self.A * (1.0 - math.cos(turn * v)),
            2.0 * v + turn * self.A * math.sin(turn * v),
            2.0 + turn**2 * self.A * math.cos(turn * v),
        )


class Quadratic(Separable):
    """f(x) = ½ Σ λ x², the curvatures λ at van der Corput's places of a density ∝ λ^−c from 1/κ to 1."""

    def __init__(self, dim: int, seed: int, condition: float, crowding: float) -> None:
        places = [0.0, 1.0, *(self.mirrored(k) for k in range(1, dim))][:dim]
        if crowding == 1.0:
            self.curvatures = [condition**-u for u in places]
        else:
            power = 1.0 - crowding
            self.curvatures = [(1.0 + u * (condition**-power - 1.0)) ** (1.0 / power) for u in places]

    @staticmethod
    def mirrored(k: int) -> float:
        """The binary digits of k read backwards behind the point."""
        return int(f"{k:b}"[::-1], 2) / 2.0 ** len(f"{k:b}")

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        curvature = self.curvatures[i - 1]
        return 0.5 * curvature * v * v, curvature * v, curvature


class Saddle(Quadratic):
    """The same with curvatures 1 and −c: of the first k directions, k · fraction fall, rounded up."""

    def __init__(self, dim: int, seed: int, fraction: float, down: float) -> None:
        share = Fraction(str(fraction))
        falling = [math.ceil(k * share) for k in range(dim + 1)]
        self.curvatures = [1.0 if before == after else -down for before, after in itertools.pairwise(falling)]


class DoubleWell(Separable):
    """f(x) = h Σ (x² − 1)²."""

    def __init__(self, dim: int, seed: int, barrier: float) -> None:
        self.h = barrier

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        return self.h * (v**2 - 1.0) ** 2, self.h * (4.0 * v**3 - 4.0 * v), self.h * (12.0 * v**2 - 4.0)


class StyblinskiTang(Separable):
    """f(x) = ½ Σ (x⁴ − 16x² + 5x)."""

    def __init__(self, dim: int, seed: int) -> None:
        pass

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        return (v**4 - 16.0 * v**2 + 5.0 * v) / 2.0, 2.0 * v**3 - 16.0 * v + 2.5, 6.0 * v**2 - 16.0


class Schwefel(Separable):
    """f(x) = Σ (418.98… − x sin √|x|), its constant found by bisection of the slope."""

    def __init__(self, dim: int, seed: int) -> None:
        low, high = 400.0, 440.0
        for _ in range(80):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.derivatives(middle)[0] < 0.0 else (low, middle)
        self.top = low * math.sin(math.sqrt(low))

    @staticmethod
    def derivatives(v: float) -> tuple[float, float]:
        """Of −v sin √|v|, which is odd: by the root s, with v = s² and dv = 2s ds."""
        s = math.sqrt(abs(v))
        slope_in_s = 2.0 * s * math.sin(s) + s**2 * math.cos(s)
        slope = slope_in_s / (2.0 * s)
        bend = (1.5 * math.cos(s) - 0.5 * s * math.sin(s)) / (2.0 * s)
        return -slope, -math.copysign(1.0, v) * bend

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        return self.top - v * math.sin(math.sqrt(abs(v))), *self.derivatives(v)


class Levy(Separable):
    """f(x) = sin²(πw₁) + Σ (w − 1)² (1 + 10 sin²(πw + 1)) + (w_d − 1)² (1 + sin²(2πw_d)), w = (x + 3)/4."""

    def __init__(self, dim: int, seed: int) -> None:
        self.dim = dim

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        w = 1.0 + (v - 1.0) / 4.0
        height, rate, shift = (1.0, 2.0 * math.pi, 0.0) if i == self.dim else (10.0, math.pi, 1.0)
        wave, slope, bend = self.sine_squared(rate, w, shift)
        u, factor = w - 1.0, 1.0 + height * wave
        value = u**2 * factor
        first = 2.0 * u * factor + u**2 * height * slope
        second = 2.0 * factor + 4.0 * u * height * slope + u**2 * height * bend
        if i == 1:
            wave, slope, bend = self.sine_squared(math.pi, w, 0.0)
            value, first, second = value + wave, first + slope, second + bend
        return value, first / 4.0, second / 16.0

    @staticmethod
    def sine_squared(rate: float, w: float, shift: float) -> tuple[float, float, float]:
        """sin²(rate w + shift) and its first two derivatives."""
        s, c = math.sin(rate * w + shift), math.cos(rate * w + shift)
        return s * s, 2.0 * rate * s * c, 2.0 * rate**2 * (c * c - s * s)


class Rosenbrock:
    """f(x) = Σ b (x[i+1] − x[i]²)² + (1 − x[i])², a link a pair of neighbours; at d = 1 a 1 is added."""

    def __init__(self, dim: int, seed: int, b: float) -> None:
        self.b, self.dim = b, dim

    def links(self, x: Vector) -> list[tuple[int, float, float]]:
        chain = x if self.dim > 1 else [x[0], 1.0]
        return [(i, v, following) for i, (v, following) in enumerate(itertools.pairwise(chain))]

    def value(self, x: Vector) -> float:
        return math.fsum(self.b * (y - v**2) ** 2 + (1.0 - v) ** 2 for _, v, y in self.links(x))

    def gradient(self, x: Vector) -> Vector:
        slopes = [0.0] * (len(x) + 1)
        for i, v, y in self.links(x):
            slopes[i] += self.b * 2.0 * (y - v**2) * (-2.0 * v) - 2.0 * (1.0 - v)
            slopes[i + 1] += self.b * 2.0 * (y - v**2)
        return slopes[: len(x)]

    def hessian(self, x: Vector) -> Matrix:
        d = len(x)
        matrix = [[0.0] * (d + 1) for _ in range(d + 1)]
        for i, v, y in self.links(x):
            matrix[i][i] += self.b * (8.0 * v**2 - 4.0 * (y - v**2)) + 2.0
            matrix[i + 1][i + 1] += 2.0 * self.b
            matrix[i][i + 1] -= 4.0 * self.b * v
            matrix[i + 1][i] -= 4.0 * self.b * v
        return [row[:d] for row in matrix[:d]]


class Ackley:
    """f = F(q, c) = a + e − a exp(−b √q) − exp c, with the means q of x² and c of cos 2πx."""

    def __init__(self, dim: int, seed: int, a: float, b: float) -> None:
        self.a, self.b = a, b

    def means(self, x: Vector) -> tuple[float, float]:
        turn = 2.0 * math.pi
        return math.fsum(v * v for v in x) / len(x), math.fsum(math.cos(turn * v) for v in x) / len(x)

    def inner(self, x: Vector) -> tuple[Vector, Vector]:
        """The derivatives of q and of c by each coordinate."""
        turn = 2.0 * math.pi
        return [2.0 * v / len(x) for v in x], [-turn * math.sin(turn * v) / len(x) for v in x]

    def outer(self, x: Vector) -> tuple[float, float, float, float]:
        """F_q, F_qq, F_c and F_cc."""
        q, c = self.means(x)
        cone = self.a * self.b * math.exp(-self.b * math.sqrt(q))
        return (
            cone / (2.0 * math.sqrt(q)), -cone * (self.b / q + q**-1.5) / 4.0,
            -math.exp(c), -math.exp(c),
        )  # fmt: skip

    def value(self, x: Vector) -> float:
        q, c = self.means(x)
        return self.a + math.e - self.a * math.exp(-self.b * math.sqrt(q)) - math.exp(c)

    def gradient(self, x: Vector) -> Vector:
        by_q, _, by_c, _ = self.outer(x)
        return [by_q * q + by_c * c for q, c in zip(*self.inner(x), strict=True)]

    def hessian(self, x: Vector) -> Matrix:
        by_q, by_qq, by_c, by_cc = self.outer(x)
        q, c = self.inner(x)
        turn, d = 2.0 * math.pi, len(x)
        own = diagonal([(2.0 * by_q - turn**2 * math.cos(turn * v) * by_c) / d for v in x])
        return [[own[i][j] + by_qq * q[i] * q[j] + by_cc * c[i] * c[j] for j in range(d)] for i in range(d)]


class Griewank:
    """f(x) = 1 + Σ x²/4000 − Π cos(x/√i)."""

    def __init__(self, dim: int, seed: int) -> None:
        pass

    def waves(self, x: Vector, differentiated: tuple[int, ...] = ()) -> float:
        """The product of the cosines, each differentiated as often as its place is named."""
        factors = []
        for i, v in enumerate(x):
            rate = 1.0 / math.sqrt(i + 1.0)
            times = differentiated.count(i)
            factors.append(rate**times * math.cos(rate * v + times * math.pi / 2.0))
        return math.prod(factors)

    def value(self, x: Vector) -> float:
        return 1.0 + math.fsum(v * v for v in x) / 4000.0 - self.waves(x)

    def gradient(self, x: Vector) -> Vector:
        return [v / 2000.0 - self.waves(x, (i,)) for i, v in enumerate(x)]

    def hessian(self, x: Vector) -> Matrix:
        d = len(x)
        return [
            [(1.0 / 2000.0 if i == j else 0.0) - self.waves(x, (i, j)) for j in range(d)] for i in range(d)
        ]


class RandomQuadratic:
    """f(x) = ½ xᵀHx, H = s (G/√d + t), G symmetric and normal, √2 times as large on the diagonal.

    Row i of the lower triangle has the i-th key of the landscape's stream (3).
    """

    def __init__(self, dim: int, seed: int, shift: float, scale: float) -> None:
        rows = [normals(key, 0, dim) for key in stream_keys(seed, 3, dim)]
        self.H = [
            [
                scale * (math.sqrt(2.0) * rows[i][i] / math.sqrt(dim) + shift)
                if i == j
                else scale * rows[max(i, j)][min(i, j)] / math.sqrt(dim)
                for j in range(dim)
            ]
            for i in range(dim)
        ]

    def value(self, x: Vector) -> float:
        return 0.5 * math.fsum(v * g for v, g in zip(x, self.gradient(x), strict=True))

    def gradient(self, x: Vector) -> Vector:
        return [math.fsum(h * v for h, v in zip(row, x, strict=True)) for row in self.H]

    def hessian(self, x: Vector) -> Matrix:
        return self.H


class SeparableLogistic:
    """f(w) = 1/m Σ log(1 + exp(−z·w)); z are normal, but for the first entry, which is |normal| + margin.

    Sample k has the k-th key of the landscape's stream (3).
    """

    def __init__(self, dim: int, seed: int, samples: float, margin: float) -> None:
        drawn = [normals(key, 0, dim) for key in stream_keys(seed, 3, int(samples))]
        self.z = [[abs(z[0]) + margin, *z[1:]] for z in drawn]

    def scores(self, w: Vector) -> Vector:
        return [math.fsum(a * b for a, b in zip(z, w, strict=True)) for z in self.z]

    def value(self, w: Vector) -> float:
        return math.fsum(math.log(1.0 + math.exp(-s)) for s in self.scores(w)) / len(self.z)

    def gradient(self, w: Vector) -> Vector:
        pushes = [1.0 / (1.0 + math.exp(s)) for s in self.scores(w)]
        return [
            -math.fsum(p * z[j] for p, z in zip(pushes, self.z, strict=True)) / len(self.z)
            for j in range(len(w))
        ]

    def hessian(self, w: Vector) -> Matrix:
        pushes = [1.0 / (1.0 + math.exp(s)) for s in self.scores(w)]
        return [
            [
                math.fsum(p * (1.0 - p) * z[i] * z[j] for p, z in zip(pushes, self.z, strict=True))
                / len(self.z)
                for j in range(len(w))
            ]
            for i in range(len(w))
        ]


class GaussianField:
    """f(x) = σ √(2/M) Σ cos(w·x + b) + μ/2 |x|², with w ~ N(0, 1/l²) and b uniform on the circle.

    Feature m has the m-th key of the landscape's stream (3): its phase is drawn at step 0, its
    frequencies at step 1.
    """

    def __init__(self, dim: int, seed: int, length_scale: float, mu: float, sigma: float, M: float) -> None:
        self.mu, self.height = mu, sigma * math.sqrt(2.0 / M)
        keys = stream_keys(seed, 3, int(M))
        self.b = [2.0 * math.pi * uniforms(key, 0, 1)[0] for key in keys]
        self.w = [[z / length_scale for z in normals(key, 1, dim)] for key in keys]

    def angles(self, x: Vector) -> Vector:
        return [
            math.fsum(wj * xj for wj, xj in zip(w, x, strict=True)) + b
            for w, b in zip(self.w, self.b, strict=True)
        ]

    def value(self, x: Vector) -> float:
        return self.height * math.fsum(map(math.cos, self.angles(x))) + 0.5 * self.mu * math.fsum(
            v * v for v in x
        )

    def gradient(self, x: Vector) -> Vector:
        sines = [math.sin(angle) for angle in self.angles(x)]
        return [
            -self.height * math.fsum(s * w[j] for s, w in zip(sines, self.w, strict=True)) + self.mu * x[j]
            for j in range(len(x))
        ]

    def hessian(self, x: Vector) -> Matrix:
        cosines = [math.cos(angle) for angle in self.angles(x)]
        return [
            [
                -self.height * math.fsum(c * w[i] * w[j] for c, w in zip(cosines, self.w, strict=True))
                + (self.mu if i == j else 0.0)
                for j in range(len(x))
            ]
            for i in range(len(x))
        ]


LANDSCAPES: dict[str, Callable[..., Any]] = {
    "ackley": Ackley, "double-well": DoubleWell, "gaussian-field": GaussianField, "griewank": Griewank,
    "levy": Levy, "quadratic": Quadratic, "random-quadratic": RandomQuadratic, "rastrigin": Rastrigin,
    "rosenbrock": Rosenbrock, "saddle": Saddle, "schwefel": Schwefel,
    "separable-logistic": SeparableLogistic, "styblinski-tang": StyblinskiTang,
}  # fmt: skip

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
