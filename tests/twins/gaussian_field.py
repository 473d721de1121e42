from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, normals, philox4x32, stream_keys, uniforms, words


class Twin:
    """f(x) = σ √(2/M) Σ cos(w·x + b) + μ/2 |x|², with w ~ N(0, 1/l²) and b uniform on the circle.

    Where a point is planted, (u − f(0) − x·∇f(0)) exp(−|x|²/2l²) is added. `w` and `b` are as `dense`,
    `torus` or `structured` draws them.
    """

    def __init__(
        self, dim: int, seed: int, length_scale: float, mu: float, sigma: float, M: float, map: str,
        planted: str, level: float, period: float,
    ) -> None:  # fmt: skip
        self.mu, self.height, self.s = 0.0 if period else mu, sigma * math.sqrt(2.0 / M), length_scale**-2
        if map == "structured":
            self.w, self.b = structured(dim, seed, length_scale, int(M))
        elif period:
            self.w, self.b = torus(dim, seed, length_scale, int(M), period)
        else:
            self.w, self.b = dense(dim, seed, length_scale, int(M))
        self.lift, self.slope = 0.0, [0.0] * dim
        if planted == "yes":
            value, self.slope = self.value([0.0] * dim), self.waves_gradient([0.0] * dim)
            self.lift = level * sigma * math.sqrt(dim) - value

    def angles(self, x: Vector) -> Vector:
        return [dot(w, x) + b for w, b in zip(self.w, self.b, strict=True)]

    def waves_gradient(self, x: Vector) -> Vector:
        sines = [math.sin(angle) for angle in self.angles(x)]
        return [-self.height * dot(sines, [w[j] for w in self.w]) for j in range(len(x))]

    def planted(self, x: Vector) -> tuple[float, float]:
        """exp(−|x|²/2l²), and what it multiplies."""
        return math.exp(-0.5 * self.s * dot(x, x)), self.lift - dot(self.slope, x)

    def value(self, x: Vector) -> float:
        c, rest = self.planted(x)
        return self.height * math.fsum(map(math.cos, self.angles(x))) + 0.5 * self.mu * dot(x, x) + c * rest

    def gradient(self, x: Vector) -> Vector:
        c, rest = self.planted(x)
        waves = self.waves_gradient(x)
        return [waves[j] + self.mu * x[j] - c * (self.slope[j] + self.s * x[j] * rest) for j in range(len(x))]

    def hessian(self, x: Vector) -> Matrix:
        c, rest = self.planted(x)
        cosines = [math.cos(angle) for angle in self.angles(x)]

        def entry(i: int, j: int) -> float:
            waves = -self.height * math.fsum(k * w[i] * w[j] for k, w in zip(cosines, self.w, strict=True))
            same = 1.0 if i == j else 0.0
            falling = x[i] * self.slope[j] + x[j] * self.slope[i] + (self.s * x[i] * x[j] - same) * rest
            return waves + same * self.mu + self.s * c * falling

        return [[entry(i, j) for j in range(len(x))] for i in range(len(x))]


def dot(a: Vector, b: Vector) -> float:
    return math.fsum(p * q for p, q in zip(a, b, strict=True))


def dense(dim: int, seed: int, length_scale: float, features: int) -> tuple[Matrix, Vector]:
    """Feature m has the m-th key of the landscape's stream (3): its phase at step 0, its frequencies at 1."""
    keys = stream_keys(seed, 3, features)
    phases = [2.0 * math.pi * uniforms(key, 0, 1)[0] for key in keys]
    return [[z / length_scale for z in normals(key, 1, dim)] for key in keys], phases


def torus(dim: int, seed: int, length_scale: float, features: int, period: float) -> tuple[Matrix, Vector]:
    """Frequencies 2πk/P, k with a probability ∝ exp(−(2πkl/P)²/2): the one that a uniform number falls on."""
    keys = stream_keys(seed, 3, features)
    phases = [2.0 * math.pi * uniforms(key, 0, 1)[0] for key in keys]
    whole = range(-200, 201)
    shares = [math.exp(-0.5 * (2.0 * math.pi * k * length_scale / period) ** 2) for k in whole]

    def drawn(u: float) -> int:
        below = 0.0
        for k, share in zip(whole, shares, strict=True):
            below += share / math.fsum(shares)
            if u < below:
                return k
        raise AssertionError("a uniform number is below 1")

    return [[2.0 * math.pi * drawn(u) / period for u in uniforms(key, 1, dim)] for key in keys], phases


def structured(dim: int, seed: int, length_scale: float, features: int) -> tuple[Matrix, Vector]:
    """Rows of H D₁ H D₂ H D₃, a block of N after the other, each with a length of the chi law.

    One key for all: phases at step 2, normals for the lengths at step 3, bits for the signs at step 4.
    """
    (key,) = stream_keys(seed, 3, 1)
    n = 64
    while n < dim:
        n *= 2

    def times_hadamard(v: Vector) -> Vector:
        return [math.fsum((-1) ** (i & j).bit_count() * v[j] for j in range(n)) for i in range(n)]

    def row(m: int) -> Vector:
        block, place = divmod(m, n)
        found = [float((-1) ** (place & j).bit_count()) for j in range(n)]
        for diagonal in range(3):
            if diagonal:
                found = times_hadamard(found)
            bits = [philox4x32((*words(block * n + j), 4, 0), words(key))[0] for j in range(n)]
            found = [(1 - 2 * (b >> diagonal & 1)) * v for b, v in zip(bits, found, strict=True)]
        normal = normals(key, 3, 1, first=m)[0]
        share = 2.0 / (9.0 * n)
        chi = math.sqrt(n * (1.0 - share + normal * math.sqrt(share)) ** 3)
        return [chi / length_scale * v / n**1.5 for v in found[:dim]]

    phases = [2.0 * math.pi * uniforms_at(key, 2, m) for m in range(features)]
    return [row(m) for m in range(features)], phases


def uniforms_at(key: int, step: int, index: int) -> float:
    """The first number in [0, 1) of one draw."""
    a, b, _, _ = philox4x32((*words(index), *words(step)), words(key))
    return ((a + b * 2**32) >> 11) / 2**53


def formula(xp: Any, x: Any, twin: Any) -> Any:
    waves = xp.cos(xp.asarray(twin.w) @ x + xp.asarray(twin.b))
    bowl = 0.5 * twin.mu * xp.sum(x**2)
    planted = xp.exp(-0.5 * twin.s * xp.sum(x**2)) * (twin.lift - xp.asarray(twin.slope) @ x)
    return twin.height * xp.sum(waves) + bowl + planted


UNUSUAL = {
    "length_scale": 0.3, "mu": 2.0, "sigma": 4.0, "M": 70.0, "map": "structured", "planted": "yes",
    "level": 0.4, "period": 0.0,
}  # fmt: skip
