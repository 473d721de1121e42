from __future__ import annotations

import math
from typing import Any

from naive import Separable


class Twin(Separable):
    """f(x) = sin²(πw₁) + Σ (w − 1)² (1 + 10 sin²(πw + 1)) + (w_d − 1)² (1 + sin²(2πw_d)), w = (x + 3)/4."""

    def __init__(self, dim: int, seed: int) -> None:
        self.dim = dim

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        w = 1.0 + (v - 1.0) / 4.0
        height, rate, shift = (1.0, 2.0 * math.pi, 0.0) if i == self.dim else (10.0, math.pi, 1.0)
        wave, slope, bend = self.sine_squared(rate, w, shift)
        u, factor = w - 1.0, 1.0 + height * wave
        value = u**2 * factor
        first = 2.0 * u * factor + u**2 * height * slope
        second = 2.0 * factor + 4.0 * u * height * slope + u**2 * height * bend
        if i == 1:
            wave, slope, bend = self.sine_squared(math.pi, w, 0.0)
            value, first, second = value + wave, first + slope, second + bend
        return value, first / 4.0, second / 16.0

    @staticmethod
    def sine_squared(rate: float, w: float, shift: float) -> tuple[float, float, float]:
        """sin²(rate w + shift) and its first two derivatives."""
        s, c = math.sin(rate * w + shift), math.cos(rate * w + shift)
        return s * s, 2.0 * rate * s * c, 2.0 * rate**2 * (c * c - s * s)


def formula(xp: Any, x: Any, twin: Any) -> Any:
    w = 1.0 + (x - 1.0) / 4.0
    first, last = xp.sin(xp.pi * w[0]) ** 2, (w[-1] - 1.0) ** 2 * (1.0 + xp.sin(2.0 * xp.pi * w[-1]) ** 2)
    middle = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * xp.sin(xp.pi * w[:-1] + 1.0) ** 2)
    return first + xp.sum(middle) + last


UNUSUAL = {}
