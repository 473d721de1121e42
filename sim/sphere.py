"""The sphere |x|² = d as a surface that walkers stay on, and Hessians along it.

At x, the tangent space holds the d − 1 directions orthogonal to x. The reflection that takes x/|x| to the
last axis takes an orthonormal basis of it to the other axes: this is the basis meant here, and a vector's
coordinates in it cost O(d) (Householder 1958). Along the sphere a function bends by its own second
derivatives and by the sphere's: the covariant Hessian is ∇²f − (x·∇f/|x|²) I on the tangent space.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.kernel import retract_kernel, tangent_kernel
from sim.landscape import Constraint, Problem


@retract_kernel
def retract(x: Floats) -> None:
    """To √d x/|x|; a walker at 0, or one whose square overflows, has no direction left and becomes NaN."""
    for i in range(x.shape[0]):
        square = 0.0
        for j in range(x.shape[1]):
            square += x[i, j] * x[i, j]
        scale = math.sqrt(x.shape[1] / square) if 0.0 < square < np.inf else np.nan
        for j in range(x.shape[1]):
            x[i, j] *= scale


@tangent_kernel
def tangent(x: Floats, gradient: Floats) -> None:
    """The gradient's part along the sphere."""
    for i in range(x.shape[0]):
        along, square = 0.0, 0.0
        for j in range(x.shape[1]):
            along += gradient[i, j] * x[i, j]
            square += x[i, j] * x[i, j]
        share = along / square
        for j in range(x.shape[1]):
            gradient[i, j] -= share * x[i, j]


def mirror(x: Floats) -> Floats:
    """The vector u (d,) with |u|² = 2 for which v − (u·v) u reflects v as it takes x to the last axis."""
    u: Floats = x / np.sqrt(x @ x)
    u[-1] += math.copysign(1.0, u[-1])  # away from cancellation
    return u * np.sqrt(2.0 / (u @ u))


def along(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The coordinates (k, d − 1) of v (k, d) in the basis of the tangent space at x (d,)."""
    u = mirror(x)
    reflected = np.outer(v @ u, u)
    np.subtract(v, reflected, out=reflected)
    return reflected[:, :-1]


def covariant_hessian(x: Floats, gradient: Floats, hessian: Floats) -> Floats:
    """The covariant Hessian (d − 1, d − 1) in the basis of the tangent space, exactly symmetric.

    From the gradient (d,) and the Hessian (d, d) of the space round the sphere, at x (d,).
    """
    u = mirror(x)
    image = hessian @ u
    image -= (0.5 * (u @ image)) * u
    reflected = hessian[:-1, :-1].copy()
    for i, row in enumerate(reflected):  # a row at a time, as nothing else of this size is needed
        row -= u[i] * image[:-1] + image[i] * u[:-1]
        row[i] -= (x @ gradient) / (x @ x)
    return reflected


def projected(x: Floats, v: Floats) -> Floats:
    """The parts of v (k, d) along the sphere at x (d,)."""
    tangential: Floats = v - np.outer(v @ x / (x @ x), x)
    return tangential


SPHERE = Constraint(retract, tangent, codimension=1, along=along)
