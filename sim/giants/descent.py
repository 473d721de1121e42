"""How far gradient descent comes down on a random quadratic function, as its dimensions grow.

From normal starts of variance 1, where the Hessian has the semicircle ρ for the law of its eigenvalues,

    f after k steps = d/2 ∫ λ (1 − lr λ)^2k ρ(λ) dλ (1 + O(1/√d))

for every walker and every landscape of this law (Paquette, van Merriënboer, Paquette and Pedregosa 2020). No
step is taken for it. The start of a walker along each eigenvector is a normal of its own, whose square has a
variance of 2, so that with w = λ (1 − lr λ)^2k its loss has the relative variance

    2/d ∫ w² ρ(λ) dλ / (∫ w ρ(λ) dλ)²

which grows like k^(3/2) where curvatures reach down to 0: ever fewer directions are left to descend along.
"""

from __future__ import annotations

import math
from functools import lru_cache

from sim.arrays import Floats, np
from sim.theory import Semicircle

LEAST, MOST = 64, 20_000
"""Nodes of the quadrature."""


@lru_cache(maxsize=512)
def expected_loss(dim: int, law: Semicircle, lr: float, steps: int) -> float:
    """The loss after so many steps of gradient descent at a learning rate that stays.

    By Gauss and Chebyshev's quadrature of the second kind, exact but for rounding up to `MOST` − 1 steps.
    """
    curvatures, weights = _nodes(law, steps + 1)
    lost, largest = _lost(curvatures, lr, steps)
    with np.errstate(over="ignore"):
        return float(0.5 * dim * np.sum(weights * lost) * largest ** (2 * steps))


@lru_cache(maxsize=512)
def relative_deviation(dim: int, law: Semicircle, lr: float, steps: int) -> float:
    """The standard deviation of one walker's loss then, over its mean; infinite where that is 0."""
    curvatures, weights = _nodes(law, 2 * steps + 2)
    lost, _ = _lost(curvatures, lr, steps)
    mean = abs(float(np.sum(weights * lost)))
    return math.sqrt(2.0 / dim * float(np.sum(weights * lost * lost))) / mean if mean > 0.0 else math.inf


def _lost(curvatures: Floats, lr: float, steps: int) -> tuple[Floats, float]:
    """Each w (k,) over the largest (1 − lr λ)^2k, and the largest |1 − lr λ|.

    What grows most decides whether a loss that is infinite in the end rises or falls.
    """
    factors = np.abs(1.0 - lr * curvatures)
    largest = factors.max()
    return curvatures * (factors / largest) ** (2 * steps), largest


def _nodes(law: Semicircle, wanted: int) -> tuple[Floats, Floats]:
    """Curvatures (k,) and their weights (k,), which integrate a polynomial of degree 2k − 1 exactly."""
    count = min(MOST, max(LEAST, wanted))
    angles = np.arange(1, count + 1) * (math.pi / (count + 1))
    return law.centre + law.radius * np.cos(angles), np.sin(angles) ** 2 * (2.0 / (count + 1))
