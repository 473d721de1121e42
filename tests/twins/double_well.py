from __future__ import annotations

from typing import Any

from naive import Separable


class Twin(Separable):
    """f(x) = h Σ (x² − 1)²."""

    def __init__(self, dim: int, seed: int, barrier: float) -> None:
        self.h = barrier

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        return self.h * (v**2 - 1.0) ** 2, self.h * (4.0 * v**3 - 4.0 * v), self.h * (12.0 * v**2 - 4.0)


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return twin.h * xp.sum((x**2 - 1.0) ** 2)


UNUSUAL = {"barrier": 12.0}
