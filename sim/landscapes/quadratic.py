"""A quadratic bowl of a chosen spectrum: all that happens near a good minimum.

    f(x) = ½ Σᵢ λᵢ xᵢ²        λᵢ^(1 − c) = 1 + uᵢ (κ^(c − 1) − 1)

The curvatures run from 1 down to 1/κ, where κ is the condition number, as uᵢ goes from 0 to 1, and lie
there with a density proportional to λ^−c: evenly for c = 0, evenly on a logarithmic scale for c = 1 (where
λᵢ = κ^−uᵢ), like 1/rank for c = 2; a larger c leaves a few sharp directions above a flat rest. The uᵢ are
0, 1, 1/2, 1/4, 3/4, 1/8, … (van der Corput 1935): they fill the interval evenly wherever one stops, so that
any number of directions shows the whole spectrum, and the bowl in two dimensions is a slice of the bowl in
three.

There is one minimum, f(0) = 0, and there are no walls, in any dimension. What makes it hard is κ alone:
gradient descent shrinks coordinate i by 1 − lr λᵢ a step, the sharpest direction allows lr < 2, and so the
flattest needs about κ/lr steps to fall by a factor e. With momentum it needs about √κ (Polyak 1964). The
Hessian is diagonal and the same everywhere: ∂ᵢ²f = λᵢ.
"""

from __future__ import annotations

import math

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


def van_der_corput(count: int) -> Floats:
    """0, 1, 1/2, 1/4, 3/4, 1/8, … (count,): from the third on, 1, 2, 3, … mirrored at the point."""
    index = np.arange(max(count - 1, 1), dtype=np.int64)
    places = np.zeros(count)
    places[1:] = 1.0
    fraction, weight = np.zeros(len(index)), 0.5
    while index.any():
        fraction += weight * (index & 1)
        index >>= 1
        weight *= 0.5
    places[2:] = fraction[1:]
    return places


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The curvatures (d,), from the end of the spectrum where nothing cancels."""
    u, last, p = van_der_corput(dim), -math.log(settings["condition"]), 1.0 - settings["crowding"]
    if p > 0.0:
        logarithms = last + np.log1p((1.0 - u) * np.expm1(-p * last)) / p
    elif p < 0.0:
        logarithms = np.log1p(u * np.expm1(p * last)) / p
    else:
        logarithms = u * last
    curvatures: Floats = np.exp(logarithms)
    return curvatures


LANDSCAPE = Landscape(
    title="Quadratic bowl",
    formula="½ Σ λ x²,  λ from 1 down to 1/κ",
    parameters=(
        Parameter("condition", 100.0, "condition number κ: sharpest over flattest", low=1.0, high=1e12),
        Parameter("crowding", 1.0, "exponent c: density of curvatures ∝ λ^−c", low=0.0, high=10.0),
    ),
    gradient=gradient,
    hessian=Diagonal(lambda problem, x: problem.parameters * np.ones_like(x)),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * dim,
    box=lambda settings: (-1.0, 1.0),
    scales=lambda dim, settings: Scales(curvature=1.0, length=1.0),
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (0.0,),
    restrict=prefix,
)
