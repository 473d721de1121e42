from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector


class Twin:
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return 1.0 + xp.sum(x**2) / 4000.0 - xp.prod(xp.cos(x / xp.sqrt(1.0 + xp.arange(len(x)))))


UNUSUAL = {}
