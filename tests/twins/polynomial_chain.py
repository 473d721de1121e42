from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, stream_keys, uniforms


class Twin:
    """Σ V(x[i]) + J/2 Σ (x[i + 1] − s[i] x[i])², indices modulo d where the ends are joined.

    The signs follow one key of the landscape's stream (3): −1 where a uniform number is below a half.
    """

    def __init__(
        self, dim: int, seed: int, order: float, lam: float, J: float, couplings: str, ends: str
    ) -> None:
        self.dim, self.order, self.lam, self.J = dim, int(order), lam, J
        links = dim if ends == "periodic" else dim - 1
        self.signs = [1.0] * links
        if couplings == "random":
            (key,) = stream_keys(seed, 3, 1)
            self.signs = [-1.0 if u < 0.5 else 1.0 for u in uniforms(key, 0, links)]

    def local(self, x: float) -> tuple[float, float, float]:
        """The polynomial of one coordinate with two derivatives."""
        lam = self.lam
        if self.order == 4:
            return lam / 4.0 * (x**2 - 1.0) ** 2, lam * (x**3 - x), lam * (3.0 * x**2 - 1.0)
        if self.order == 3:
            return lam * (x**2 / 2.0 - x**3 / 3.0), lam * (x - x**2), lam * (1.0 - 2.0 * x)
        return lam / 2.0 * x**2, lam * x, lam

    def links(self, x: Vector) -> list[tuple[int, int, float, float]]:
        """Both ends of every link, its sign, and how far it is from contentment."""
        found = []
        for i, s in enumerate(self.signs):
            k = (i + 1) % self.dim
            found.append((i, k, s, x[k] - s * x[i]))
        return found

    def value(self, x: Vector) -> float:
        return math.fsum(
            [*(self.local(v)[0] for v in x), *(self.J / 2.0 * gap**2 for *_, gap in self.links(x))]
        )

    def gradient(self, x: Vector) -> Vector:
        slopes = [self.local(v)[1] for v in x]
        for i, k, s, gap in self.links(x):
            slopes[i] -= s * self.J * gap
            slopes[k] += self.J * gap
        return slopes

    def hessian(self, x: Vector) -> Matrix:
        matrix = [[self.local(v)[2] if i == j else 0.0 for j in range(self.dim)] for i, v in enumerate(x)]
        for i, k, s, _ in self.links(x):
            matrix[i][i] += self.J  # s² = 1
            matrix[k][k] += self.J
            matrix[i][k] -= s * self.J
            matrix[k][i] -= s * self.J
        return matrix


def formula(xp: Any, x: Any, twin: Any) -> Any:
    local = {4: (x**2 - 1.0) ** 2 / 4.0, 3: x**2 / 2.0 - x**3 / 3.0, 2: x**2 / 2.0}[twin.order]
    links = xp.asarray(twin.signs)
    gaps = xp.roll(x, -1)[: len(links)] - links * x[: len(links)]
    return twin.lam * xp.sum(local) + twin.J / 2.0 * xp.sum(gaps**2)


UNUSUAL = {"order": 3.0, "lam": 0.3, "J": 0.7, "couplings": "random", "ends": "periodic"}
