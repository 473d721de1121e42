from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, normals, stream_keys


class Twin:
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * x @ xp.asarray(twin.H) @ x


UNUSUAL = {"shift": -0.3, "scale": 5.0}
