"""Slow, obviously right twins of the core, written for reading.

Each is the definition in Python floats and loops: no NumPy broadcasting, no polynomial for the cosine, no
matrix product. They share no code with `sim`, so that a mistake would have to be made twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

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


class Rastrigin:
    """f(x) = Σ x² + A (1 − cos 2πx)."""

    def __init__(self, dim: int, seed: int, A: float) -> None:
        self.A = A

    def value(self, x: Vector) -> float:
        return math.fsum(v * v + self.A * (1.0 - math.cos(2.0 * math.pi * v)) for v in x)

    def gradient(self, x: Vector) -> Vector:
        return [2.0 * v + 2.0 * math.pi * self.A * math.sin(2.0 * math.pi * v) for v in x]

    def hessian(self, x: Vector) -> Matrix:
        curvatures = [2.0 + 4.0 * math.pi**2 * self.A * math.cos(2.0 * math.pi * v) for v in x]
        return [[c if i == j else 0.0 for j in range(len(x))] for i, c in enumerate(curvatures)]


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


LANDSCAPES = {"rastrigin": Rastrigin, "gaussian-field": GaussianField}

# --- optimizers: one coordinate of one walker, step(g) is what x moves by ---------------------------


class GradientDescent:
    """x ← x − lr g."""

    def __init__(self, lr: float) -> None:
        self.lr = lr

    def step(self, g: float) -> float:
        return -self.lr * g


class Momentum:
    """torch.optim.SGD(lr, momentum): the buffer starts as the first gradient."""

    def __init__(self, lr: float, momentum: float) -> None:
        self.lr, self.momentum = lr, momentum
        self.buffer: float | None = None

    def accumulate(self, g: float) -> float:
        self.buffer = g if self.buffer is None else self.momentum * self.buffer + g
        return self.buffer

    def step(self, g: float) -> float:
        return -self.lr * self.accumulate(g)


class Nesterov(Momentum):
    """torch.optim.SGD(lr, momentum, nesterov=True)."""

    def step(self, g: float) -> float:
        return -self.lr * (g + self.momentum * self.accumulate(g))


class RMSprop:
    """torch.optim.RMSprop(lr, alpha, eps): eps is added outside the root."""

    def __init__(self, lr: float, alpha: float, eps: float) -> None:
        self.lr, self.alpha, self.eps = lr, alpha, eps
        self.square_average = 0.0

    def step(self, g: float) -> float:
        self.square_average = self.alpha * self.square_average + (1.0 - self.alpha) * g**2
        return -self.lr * g / (math.sqrt(self.square_average) + self.eps)


class Adam:
    """torch.optim.Adam(lr, betas=(beta1, beta2), eps)."""

    def __init__(self, lr: float, beta1: float, beta2: float, eps: float) -> None:
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.m, self.v = 0, 0.0, 0.0

    def step(self, g: float) -> float:
        self.t += 1
        self.m = self.beta1 * self.m + (1.0 - self.beta1) * g
        self.v = self.beta2 * self.v + (1.0 - self.beta2) * g**2
        m_hat = self.m / (1.0 - self.beta1**self.t)
        v_hat = self.v / (1.0 - self.beta2**self.t)
        return -self.lr * m_hat / (math.sqrt(v_hat) + self.eps)


OPTIMIZERS = {
    "gd": GradientDescent, "momentum": Momentum, "nesterov": Nesterov, "rmsprop": RMSprop, "adam": Adam,
}  # fmt: skip


def trajectory(
    gradient: Callable[[Vector], Vector], rules: Sequence[GradientDescent | Momentum | RMSprop | Adam],
    start: Vector, steps: int,
) -> list[Vector]:  # fmt: skip
    """The positions of one walker after 0, 1, ..., `steps` steps, each coordinate with a rule of its own."""
    path = [list(start)]
    for _ in range(steps):
        slope = gradient(path[-1])
        path.append([x + rule.step(g) for x, rule, g in zip(path[-1], rules, slope, strict=True)])
    return path


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
