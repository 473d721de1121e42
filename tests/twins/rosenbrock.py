from __future__ import annotations

import itertools
import math
from typing import Any

from naive import Matrix, Vector


class Twin:
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    chain = x if len(x) > 1 else xp.concatenate((x, xp.ones(1)))
    return xp.sum(twin.b * (chain[1:] - chain[:-1] ** 2) ** 2 + (1.0 - chain[:-1]) ** 2)


UNUSUAL = {"b": 7.0}
