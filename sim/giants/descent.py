"""How far gradient descent comes down on a random quadratic function, as its dimensions grow.

From normal starts of variance 1, where the Hessian has the semicircle ρ for the law of its eigenvalues,

    f after k steps = d/2 ∫ λ (1 − lr λ)^2k ρ(λ) dλ (1 + O(1/√d))

for every walker and every landscape of this law (Paquette, van Merriënboer, Paquette and Pedregosa 2020). No
step is taken for it.
"""

from __future__ import annotations

import math
from functools import lru_cache

from sim.arrays import np
from sim.theory import Semicircle

LEAST, MOST = 64, 20_000
"""Nodes of the quadrature."""


@lru_cache(maxsize=512)
def expected_loss(dim: int, law: Semicircle, lr: float, steps: int) -> float:
    """The loss after so many steps of gradient descent at a learning rate that stays.

    By Gauss and Chebyshev's quadrature of the second kind, exact but for rounding up to `MOST` − 1 steps.
    """
    count = min(MOST, max(LEAST, steps + 1))
    angles = np.arange(1, count + 1) * (math.pi / (count + 1))
    curvatures = law.centre + law.radius * np.cos(angles)
    weights = np.sin(angles) ** 2 * (2.0 / (count + 1))
    factors = np.abs(1.0 - lr * curvatures)
    # What grows most decides whether a loss that is infinite in the end rises or falls.
    largest = factors.max()
    shared = float(np.sum(weights * curvatures * (factors / largest) ** (2 * steps)))
    with np.errstate(over="ignore"):
        return float(0.5 * dim * shared * largest ** (2 * steps))
