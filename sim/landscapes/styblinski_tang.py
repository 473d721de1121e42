"""The function of Styblinski and Tang (1990).

    f(x) = ½ Σᵢ (xᵢ⁴ − 16xᵢ² + 5xᵢ)

Each coordinate has two wells, of which the left one is deeper: −39.17 at −2.9035 and −25.03 at 2.7468, with
the ridge between them at 0.1567. So d coordinates have 2^d minima and one of them is the global one. A
uniform start in the box [−5, 5] has one coordinate on the good side with probability 0.5157, and all d of
them with 0.5157^d, about 2·10⁻²⁹ at d = 100. Yet descent never finds a bad minimum: 48.4 % of the
coordinates of such starts end in the lesser well, so that the loss is −32.32 d, give or take 7.07 √d, where
the best is −39.17 d and the worst minimum −25.03 d. An average minimum is easy to find, the best one
hopeless.

The function is a sum over coordinates and the Hessian is diagonal: ∂ᵢ²f = 6xᵢ² − 16 ≤ 134 in the box.
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Problem, Scales, prefix

EDGE = 5.0
MINIMA = (-2.9035340277711770, 2.7468027709908370)
"""The outer roots of 4x³ − 32x + 5, the deeper well first."""


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over coordinates."""
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            v = x[i, j]
            square = v * v
            total += square * (square - 16.0) + 5.0 * v
            gradient[i, j] = v * (2.0 * square - 16.0) + 2.5
        value[i] = 0.5 * total


def diagonal(problem: Problem, x: Floats) -> Floats:
    """6x² − 16, for x of any shape."""
    return 6.0 * x * x - 16.0


LANDSCAPE = Landscape(
    title="Styblinski–Tang",
    formula="½ Σ (x⁴ − 16x² + 5x)",
    parameters=(),
    gradient=gradient,
    hessian=Diagonal(diagonal),
    pack=lambda dim, seed, settings: np.empty(0),
    packed_bytes=lambda dim, settings: 0.0,
    box=lambda settings: (-EDGE, EDGE),
    scales=lambda dim, settings: Scales(curvature=6.0 * EDGE**2 - 16.0, length=3.0),
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: MINIMA,
    restrict=prefix,
    may_be_negative=True,
)
