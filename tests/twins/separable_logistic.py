from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, normals, stream_keys


class Twin:
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return xp.mean(xp.logaddexp(0.0, -xp.asarray(twin.z) @ x))


UNUSUAL = {"samples": 300.0, "margin": 0.01}
