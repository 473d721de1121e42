from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, normals, stream_keys, uniforms


class Twin:
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    waves = xp.cos(xp.asarray(twin.w) @ x + xp.asarray(twin.b))
    return twin.height * xp.sum(waves) + 0.5 * twin.mu * xp.sum(x**2)


UNUSUAL = {"length_scale": 0.3, "mu": 2.0, "sigma": 4.0, "M": 9.0}
