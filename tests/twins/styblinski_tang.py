from __future__ import annotations

from typing import Any

from naive import Separable


class Twin(Separable):
    """f(x) = ½ Σ (x⁴ − 16x² + 5x)."""

    def __init__(self, dim: int, seed: int) -> None:
        pass

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        return (v**4 - 16.0 * v**2 + 5.0 * v) / 2.0, 2.0 * v**3 - 16.0 * v + 2.5, 6.0 * v**2 - 16.0


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * xp.sum(x**4 - 16.0 * x**2 + 5.0 * x)


UNUSUAL = {}
