"""A saddle with a chosen share of directions that lead down.

    f(x) = ½ (Σ over rising i of xᵢ²  −  c Σ over falling i of xᵢ²)

Up along most directions, down along some, flat only at the point 0 where it balances. Of the first k
directions ⌈k · fraction⌉ fall, the first one among them: so every slice has a way down, and the saddle in
two dimensions is a slice of the saddle in three.

It teaches how walkers leave a saddle: along a falling direction gradient descent multiplies the coordinate
by 1 + lr c a step, whatever it is. So a walker that starts at distance ε from the saddle needs about
ln(1/ε) / ln(1 + lr c) steps to leave it: long if it comes in close, never infinitely long unless it starts
on the rising directions exactly (Lee et al. 2016). There is no minimum and no bottom, f → −∞. The Hessian
is diagonal and the same everywhere: 1 along the rising directions, −c along the falling ones.
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Scales, Settings, prefix
from sim.parameters import Parameter


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over coordinates; the parameters are the curvatures."""
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            slope = parameters[j] * x[i, j]
            total += slope * x[i, j]
            gradient[i, j] = slope
        value[i] = 0.5 * total


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The curvatures (d,): −c wherever ⌈k · fraction⌉ goes up by one."""
    falling = np.ceil(np.arange(dim + 1) * settings["fraction"] - 1e-9)  # 0.07 · 100 is a little above 7
    curvatures: Floats = np.where(np.diff(falling) > 0.0, -settings["down"], 1.0)
    return curvatures


LANDSCAPE = Landscape(
    title="Saddle",
    formula="½ (Σ x² over rising − c Σ x² over falling directions)",
    parameters=(
        Parameter("fraction", 0.1, "share of directions that fall", low=0.0, open_low=True, high=1.0),
        Parameter("down", 0.1, "how sharply they fall: c", low=1e-6, high=1e6),
    ),
    gradient=gradient,
    hessian=Diagonal(lambda problem, x: problem.parameters * np.ones_like(x)),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * dim,
    box=lambda settings: (-1.0, 1.0),
    scales=lambda dim, settings: Scales(curvature=max(1.0, settings["down"]), length=1.0),
    block_rows=lambda dim: max(1, 16384 // dim),
    restrict=prefix,
    may_be_negative=True,
)
