from __future__ import annotations

import math
from typing import Any

from naive import Separable


class Twin(Separable):
    """f(x) = Σ (418.98… − x sin √|x|), its constant found by bisection of the slope."""

    def __init__(self, dim: int, seed: int) -> None:
        low, high = 400.0, 440.0
        for _ in range(80):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.derivatives(middle)[0] < 0.0 else (low, middle)
        self.top = low * math.sin(math.sqrt(low))

    @staticmethod
    def derivatives(v: float) -> tuple[float, float]:
        """Of −v sin √|v|, which is odd: by the root s, with v = s² and dv = 2s ds."""
        s = math.sqrt(abs(v))
        slope_in_s = 2.0 * s * math.sin(s) + s**2 * math.cos(s)
        slope = slope_in_s / (2.0 * s)
        bend = (1.5 * math.cos(s) - 0.5 * s * math.sin(s)) / (2.0 * s)
        return -slope, -math.copysign(1.0, v) * bend

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        return self.top - v * math.sin(math.sqrt(abs(v))), *self.derivatives(v)


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return xp.sum(twin.top - x * xp.sin(xp.sqrt(xp.abs(x))))


UNUSUAL = {}
