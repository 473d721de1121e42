from __future__ import annotations

import math
from typing import Any

from naive import Separable


class Twin(Separable):
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


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return xp.sum(x**2 + twin.A * (1.0 - xp.cos(2.0 * xp.pi * x)))


UNUSUAL = {"A": 3.5}
