from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, stream_keys, uniforms


class Twin:
    """Σ V(x) + J/2 Σ (x[to] − s x[from])² over the links to the right and below of a square, row by row.

    The signs of row r follow the keys 2r (to the right) and 2r + 1 (below) of the landscape's stream (3): −1
    where a uniform number is below a half.
    """

    def __init__(
        self, dim: int, seed: int, side: float, order: float, lam: float, J: float, couplings: str, ends: str
    ) -> None:
        self.dim, self.side, self.order, self.lam, self.J = dim, int(side), int(order), lam, J
        self.links: list[tuple[int, int, float]] = []
        keys = stream_keys(seed, 3, 2 * self.side)
        for r in range(self.side):
            right, below = (uniforms(key, 0, self.side) for key in keys[2 * r : 2 * r + 2])
            for c in range(self.side):
                for drawn, row, column in ((right[c], r, c + 1), (below[c], r + 1, c)):
                    if ends == "open" and max(row, column) == self.side:
                        continue
                    to = row % self.side * self.side + column % self.side
                    sign = -1.0 if couplings == "random" and drawn < 0.5 else 1.0
                    self.links.append((r * self.side + c, to, sign))

    def local(self, x: float) -> tuple[float, float, float]:
        """The polynomial of one coordinate with two derivatives."""
        lam = self.lam
        if self.order == 4:
            return lam / 4.0 * (x**2 - 1.0) ** 2, lam * (x**3 - x), lam * (3.0 * x**2 - 1.0)
        if self.order == 3:
            return lam * (x**2 / 2.0 - x**3 / 3.0), lam * (x - x**2), lam * (1.0 - 2.0 * x)
        return lam / 2.0 * x**2, lam * x, lam

    def value(self, x: Vector) -> float:
        gaps = [x[k] - s * x[i] for i, k, s in self.links]
        return math.fsum([*(self.local(v)[0] for v in x), *(self.J / 2.0 * gap**2 for gap in gaps)])

    def gradient(self, x: Vector) -> Vector:
        slopes = [self.local(v)[1] for v in x]
        for i, k, s in self.links:
            gap = x[k] - s * x[i]
            slopes[i] -= s * self.J * gap
            slopes[k] += self.J * gap
        return slopes

    def hessian(self, x: Vector) -> Matrix:
        matrix = [[self.local(v)[2] if i == j else 0.0 for j in range(self.dim)] for i, v in enumerate(x)]
        for i, k, s in self.links:
            matrix[i][i] += self.J  # s² = 1
            matrix[k][k] += self.J
            matrix[i][k] -= s * self.J
            matrix[k][i] -= s * self.J
        return matrix


def formula(xp: Any, x: Any, twin: Any) -> Any:
    local = {4: (x**2 - 1.0) ** 2 / 4.0, 3: x**2 / 2.0 - x**3 / 3.0, 2: x**2 / 2.0}[twin.order]
    if not twin.links:
        return twin.lam * xp.sum(local)
    begin, end, signs = (xp.asarray(column) for column in zip(*twin.links, strict=True))
    return twin.lam * xp.sum(local) + twin.J / 2.0 * xp.sum((x[end] - signs * x[begin]) ** 2)


UNUSUAL = {"side": 5.0, "order": 3.0, "lam": 0.3, "J": 0.7, "couplings": "random", "ends": "periodic"}
