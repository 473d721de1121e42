"""A double well in every coordinate.

    f(x) = h Σᵢ (xᵢ² − 1)²

Each coordinate chooses between two equal wells at −1 and 1, with a barrier of height h at 0. So d
coordinates have 2^d minima, and all of them are global: f = 0 at each. Critical points are all ways to put
every coordinate into −1, 0 or 1: 3^d in all, C(d, k) 2^(d−k) of them with k falling directions, a minimum
being one in (3/2)^d of them. So minima abound and are rare among critical points at the same time, and none
is worse than another: descent succeeds from almost everywhere, and two walkers almost never end at the same
place.

The function is a sum over coordinates, so the barrier between neighbouring minima is h in every dimension.
Noise crosses it now and then (Kramers 1940): how often depends on h over the temperature. The Hessian is
diagonal: ∂ᵢ²f = h (12xᵢ² − 4), which is 8h in the wells and −4h on the barrier.
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Problem, Scales, Settings, prefix
from sim.parameters import Parameter

EDGE = 1.5


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over coordinates."""
    barrier = parameters[0]
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            v = x[i, j]
            above = v * v - 1.0
            total += above * above
            gradient[i, j] = 4.0 * barrier * above * v
        value[i] = barrier * total


def diagonal(problem: Problem, x: Floats) -> Floats:
    """The curvatures h (12x² − 4), for x of any shape."""
    barrier: float = problem.settings["barrier"]
    return barrier * (12.0 * x * x - 4.0)


def scales(dim: int, settings: Settings) -> Scales:
    """The curvature at the edge of the box, and the distance from barrier to well."""
    return Scales(curvature=settings["barrier"] * (12.0 * EDGE**2 - 4.0), length=1.0)


LANDSCAPE = Landscape(
    title="Double well",
    formula="h Σ (x² − 1)²",
    parameters=(Parameter("barrier", 1.0, "height h of the barrier", low=1e-6, high=1e6),),
    gradient=gradient,
    hessian=Diagonal(diagonal),
    pack=lambda dim, seed, settings: np.array([settings["barrier"]]),
    packed_bytes=lambda dim, settings: 8.0,
    box=lambda settings: (-EDGE, EDGE),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (1.0, -1.0),
    restrict=prefix,
)
