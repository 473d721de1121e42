from __future__ import annotations

import math
from typing import Any

from naive import Matrix, Vector, normals, stream_keys, uniform_pair


def chi(key: int, degrees: int) -> float:
    """χ by Marsaglia and Tsang (2000) as they write it; the square of a normal for one degree.

    Step 1 of the key; what is drawn anew, and the uniform of each attempt, from steps 2³² further on.
    """
    step = 1
    z = normals(key, step, 1)[0]
    if degrees == 1:
        return abs(z)
    d = degrees / 2.0 - 1.0 / 3.0
    while True:
        step += 2**32
        u = uniform_pair(key, step, 0)[0] + 2.0**-53
        v = (1.0 + z / math.sqrt(9.0 * d)) ** 3
        if v > 0.0 and math.log(u) < z * z / 2.0 + d - d * v + d * math.log(v):
            return math.sqrt(2.0 * d * v)
        step += 2**32
        z = normals(key, step, 1)[0]


class Twin:
    """f(x) = ½ xᵀHx, H = s (G/√d + t), G a band: row i of its lower half has the i-th key of stream 3.

    Below the diagonal come n − 1 normals, then χ with d − n − i degrees. The dimensions of the tests are few,
    so that all of the matrix is there.
    """

    def __init__(self, dim: int, seed: int, shift: float, scale: float, block: float, reach: float) -> None:
        n = int(block)
        assert dim <= n * (reach + 2)
        self.H = [[0.0] * dim for _ in range(dim)]
        for i, key in enumerate(stream_keys(seed, 3, dim)):
            drawn = normals(key, 0, n)
            drawn[0] *= math.sqrt(2.0)
            if i + n < dim:
                drawn.append(chi(key, dim - n - i))
            for m, entry in enumerate(drawn[: dim - i]):
                self.H[i][i + m] = self.H[i + m][i] = scale * entry / math.sqrt(dim)
            self.H[i][i] += scale * shift

    def value(self, x: Vector) -> float:
        return 0.5 * math.fsum(v * g for v, g in zip(x, self.gradient(x), strict=True))

    def gradient(self, x: Vector) -> Vector:
        return [math.fsum(h * v for h, v in zip(row, x, strict=True)) for row in self.H]

    def hessian(self, x: Vector) -> Matrix:
        return self.H


def formula(xp: Any, x: Any, twin: Any) -> Any:
    return 0.5 * x @ xp.asarray(twin.H) @ x


UNUSUAL = {"shift": -0.3, "scale": 5.0, "block": 3.0, "reach": 20.0}
