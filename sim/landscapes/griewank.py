"""Griewank's function (Griewank 1981).

    f(x) = 1 + Σᵢ xᵢ²/4000 − Πᵢ cos(xᵢ/√i)

A wide bowl with a ripple on it, and one global minimum, f(0) = 0. It is the warning not to judge a
landscape by its picture in two dimensions, where the ripple makes some 50 000 minima in the box [−600,
600]. For the ripple is a product of d cosines, and at a random point such a product is about 2^−d: a
thousandth at d = 10, where the bowl's slope is 0.17. Most walkers see a plain bowl until nearly all
coordinates are within a wavelength of 0, and then they are in the right well. With more minima it is easier
(Locatelli 2003): gradient descent finds the global minimum from none of 100 random starts at d = 5, and
from more than a quarter at d = 20.

What stays hard is the range of curvatures, 1/2000 in the bowl and up to 1 in the ripple: a learning rate
that is small enough for the ripple takes thousands of steps down the bowl.

    ∂ᵢf = xᵢ/2000 + P tᵢ        P = Π cos(xᵢ/√i),  tᵢ = tan(xᵢ/√i)/√i
    ∂ᵢ²f = 1/2000 + P/i         ∂ᵢ∂ⱼf = −P tᵢtⱼ

The ripple is an average of waves cos(Σ ± xᵢ/√i) over all choices of the signs, whose mean squared slope is
at most 1 in any direction, so its curvature is, too.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Landscape, Problem, Scales
from sim.numerics import sin_cos_turns

BOWL = 1.0 / 2000.0
LEAST = 1e-100
"""A cosine that is smaller stands for this, so that P tᵢ is the product of the others even where one is 0."""


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The product, then the slopes; the parameters are the product over locked coordinates and 1/√i."""
    for i in range(x.shape[0]):
        squares, product = 0.0, parameters[0]
        for j in range(x.shape[1]):
            rate = parameters[j + 1]
            sine, cosine = sin_cos_turns(x[i, j] * rate * (1.0 / math.tau))
            cosine = LEAST if abs(cosine) < LEAST else cosine
            squares += x[i, j] * x[i, j]
            product *= cosine
            gradient[i, j] = rate * sine / cosine
        value[i] = 1.0 + 0.5 * BOWL * squares - product
        for j in range(x.shape[1]):
            gradient[i, j] = BOWL * x[i, j] + product * gradient[i, j]


def parts(problem: Problem, x: Floats) -> tuple[Floats, float, Floats]:
    """The Hessian's diagonal (d,), and P and t (d,) of what is beside it."""
    rates = problem.parameters[1:]
    product = float(np.prod(np.cos(rates * x)))
    tangents = rates * np.tan(rates * x)  # finite: no float is a multiple of π/2
    return BOWL + product * rates**2, product, tangents


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The block of the first `active` directions."""
    diagonal, product, tangents = parts(problem, x)
    matrix: Floats = -(np.outer(tangents[:active], tangents[:active]) * product)
    np.fill_diagonal(matrix, diagonal[:active])
    return matrix


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (k, d), without forming it."""
    diagonal, product, tangents = parts(problem, x)
    along = v * tangents
    others = np.sum(along, axis=1, keepdims=True) - along
    result: Floats = v * diagonal - others * (product * tangents)
    return result


def pack(dim: int, seed: int, settings: object) -> Floats:
    """1 for the coordinates that are locked, of which there are none, then 1/√i (d,)."""
    return np.concatenate(([1.0], 1.0 / np.sqrt(np.arange(1.0, dim + 1.0))))


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """On a slice, the locked coordinates multiply the ripple by the same number for all walkers."""
    if np.any(locked != locked[0]):
        return None
    rates = problem.parameters[1:]
    return np.concatenate(([np.prod(np.cos(rates[active:] * locked[0]))], rates[:active]))


LANDSCAPE = Landscape(
    title="Griewank",
    formula="1 + Σ x²/4000 − Π cos(xᵢ/√i)",
    parameters=(),
    gradient=gradient,
    hessian=Dense(hessian, hessian_product),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * (dim + 1.0),
    box=lambda settings: (-600.0, 600.0),
    scales=lambda dim, settings: Scales(curvature=1.0 + BOWL, length=100.0),
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (0.0,),
    restrict=restrict,
)
