"""Schwefel's function (Schwefel 1981), raised so that the best point of its box has value 0.

    f(x) = Σᵢ (418.98… − xᵢ sin √|xᵢ|)

Waves that grow with the distance from the middle. Each coordinate has 7 minima inside the box [−500, 500],
so d coordinates have 7^d. The best is in a corner, at 420.97 along every coordinate, and the second best of
one coordinate is on the far side, at −302.52. The function is a sum over coordinates.

The box is part of the problem as it is usually stated, and descent does not see it: a coordinate that
starts below −420.97 goes out through the wall to −559.15, where its term is lower, −138.18; further out it
becomes lower still, without end. So the loss can be negative here: it is the box that is too small, not the
walkers that are wrong.

    ∂ᵢf = −sin s − ½ s cos s        ∂ᵢ²f = ± ¼ (sin s − 3 (cos s)/s)        s = √|xᵢ|, with the sign of xᵢ

Smooth except at xᵢ = 0, where the slope is 0 and the curvature jumps from +∞ on the left to −∞ on the
right; at 0 itself it is given as −∞. Elsewhere the Hessian is diagonal, below 0.41 from |xᵢ| = 5 on and
about ¼ in the outer wells.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Problem, Scales, prefix
from sim.numerics import sin_cos_turns

LOWEST = 418.98288727243371
"""What x sin √|x| is at its largest inside the box."""

MINIMA = (
    420.96874635998203, -302.52493561191178, 203.81425264889446, -124.82935642021527,
    65.547865090151542, -25.877417347618685, 5.2391993001955247,
)  # fmt: skip
"""Where the slope is 0 and the curvature positive, the lowest first."""


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over coordinates."""
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            v = x[i, j]
            root = math.sqrt(abs(v))
            sine, cosine = sin_cos_turns(root * (1.0 / math.tau))
            total += LOWEST - v * sine
            gradient[i, j] = -sine - 0.5 * root * cosine
        value[i] = total


def diagonal(problem: Problem, x: Floats) -> Floats:
    """± ¼ (sin s − 3 (cos s) / s), for x of any shape."""
    root = np.sqrt(np.abs(x))
    with np.errstate(divide="ignore"):
        curvatures: Floats = np.copysign(0.25, x) * (np.sin(root) - 3.0 * np.cos(root) / root)
    return curvatures


LANDSCAPE = Landscape(
    title="Schwefel",
    formula="Σ (418.98… − x sin √|x|)",
    parameters=(),
    gradient=gradient,
    hessian=Diagonal(diagonal),
    pack=lambda dim, seed, settings: np.empty(0),
    packed_bytes=lambda dim, settings: 0.0,
    box=lambda settings: (-500.0, 500.0),
    scales=lambda dim, settings: Scales(curvature=0.5, length=50.0),
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: MINIMA,
    restrict=prefix,
    may_be_negative=True,
)
