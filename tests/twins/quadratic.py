from __future__ import annotations

from typing import Any

from naive import Separable


class Twin(Separable):
    """f(x) = ½ Σ λ x², the curvatures λ at van der Corput's places of a density ∝ λ^−c from 1/κ to 1."""

    def __init__(self, dim: int, seed: int, condition: float, crowding: float) -> None:
        places = [0.0, 1.0, *(self.mirrored(k) for k in range(1, dim))][:dim]
        if crowding == 1.0:
            self.curvatures = [condition**-u for u in places]
        else:
            power = 1.0 - crowding
            self.curvatures = [(1.0 + u * (condition**-power - 1.0)) ** (1.0 / power) for u in places]

    @staticmethod
    def mirrored(k: int) -> float:
        """The binary digits of k read backwards behind the point."""
        return int(f"{k:b}"[::-1], 2) / 2.0 ** len(f"{k:b}")

    def term(self, i: int, v: float) -> tuple[float, float, float]:
        curvature = self.curvatures[i - 1]
        return 0.5 * curvature * v * v, curvature * v, curvature


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * xp.sum(xp.asarray(twin.curvatures) * x**2)


UNUSUAL = {"condition": 10000.0, "crowding": 1.7}
