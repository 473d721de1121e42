from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, diagonal


class Twin:
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    cone = twin.a * xp.exp(-twin.b * xp.sqrt(xp.mean(x**2)))
    return twin.a + xp.e - cone - xp.exp(xp.mean(xp.cos(2.0 * xp.pi * x)))


UNUSUAL = {"a": 7.0, "b": 1.5}
