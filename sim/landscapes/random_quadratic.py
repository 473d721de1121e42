"""A quadratic function with a random Hessian: curvature that knows nothing of coordinates.

    f(x) = ½ xᵀ H x        H = s (G/√d + t)        G symmetric, Gᵢⱼ ~ N(0, 1), Gᵢᵢ ~ N(0, 2)

G is drawn from the Gaussian orthogonal ensemble: no direction of space is special. As d grows, the
eigenvalues of H fill a semicircle from s(t − 2) to s(t + 2) (Wigner 1955), and the share of falling
directions is

    F(−t),   F(u) = ½ + u√(4 − u²)/4π + asin(u/2)/π:   0.5, 0.34, 0.2, 0.07, 0 at t = 0, ½, 1, 1½, 2

Any one coordinate of a random point looks alike, yet the signs are decided by t alone: at t = 2 the last
falling direction disappears. For t = 0 the chance that all of d directions rise is about 3^(−d²/4) (Dean
and Majumdar 2006). Below t = 2 there is no minimum and f → −∞ along the falling directions; the point 0 is
a saddle.

Gᵢⱼ is the same in every dimension, only √d is not, and H is fixed by d, however many directions are open:
the first a of them see s (G/√d + t), whose semicircle has the radius 2s √(a/d). So while few are open all
of them rise, falling ones appear once a > d t²/4, and their share grows with every direction that opens.
The gradient is Hx, a matrix product.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.parameters import Parameter
from sim.rng import Stream, fill_normal, stream_keys
from sim.theory import Semicircle


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """½ xᵀHx + bᵀx; the parameters are b (d,), which is 0 on the whole landscape, and H (d, d)."""
    n, d = x.shape
    slope = parameters[:d]
    np.dot(x, parameters[d:].reshape((d, d)), gradient)
    for i in range(n):
        total = 0.0
        for j in range(d):
            total += x[i, j] * (0.5 * gradient[i, j] + slope[j])
            gradient[i, j] += slope[j]
        value[i] = total


def unpacked(problem: Problem) -> Floats:
    """The Hessian (d, d)."""
    return problem.parameters[problem.dim :].reshape(problem.dim, problem.dim)


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """Draws the lower triangle, row i from its own stream, so that the matrices nest in d."""
    parameters = np.zeros(dim + dim * dim)
    matrix = parameters[dim:].reshape(dim, dim)
    fill_normal(stream_keys(seed, Stream.LANDSCAPE, dim), 0, matrix)
    for i in range(dim):
        matrix[:i, i] = matrix[i, :i]
        matrix[i, i] *= math.sqrt(2.0)
    matrix *= settings["scale"] / math.sqrt(dim)
    matrix[np.diag_indices(dim)] += settings["scale"] * settings["shift"]
    return parameters


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """On a slice: the leading block, and the slope that the locked coordinates make."""
    if np.any(locked != locked[0]):
        return None
    matrix = unpacked(problem)
    return np.concatenate((matrix[:active, active:] @ locked[0], matrix[:active, :active].ravel()))


def scales(dim: int, settings: Settings) -> Scales:
    """The edge of the semicircle, and a few times the width by which the last eigenvalue varies about it."""
    edge = abs(settings["shift"]) + 2.0 + 3.0 * dim ** (-2.0 / 3.0)
    return Scales(curvature=settings["scale"] * edge, length=1.0)


def semicircle(problem: Problem, x: Floats, value: float) -> Semicircle:
    """The same everywhere."""
    scale = problem.settings["scale"]
    return Semicircle(scale * problem.settings["shift"], 2.0 * scale)


LANDSCAPE = Landscape(
    title="Random quadratic",
    formula="½ xᵀHx,  H = s (GOE/√d + t)",
    parameters=(
        Parameter("shift", 1.0, "curvature t added to all directions; above 2 all rise", low=-1e3, high=1e3),
        Parameter("scale", 1.0, "size s of all curvatures", low=1e-6, high=1e6),
    ),
    gradient=gradient,
    hessian=Dense(
        lambda problem, x, active: unpacked(problem)[:active, :active].copy(),
        lambda problem, x, v: v @ unpacked(problem),
        multiplying=lambda problem: 12.0 * problem.dim**2,  # the matrix is read from memory
    ),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * dim * (dim + 1.0),
    box=lambda settings: (-1.0, 1.0),
    scales=scales,
    block_rows=lambda dim: 32,
    restrict=restrict,
    semicircle=semicircle,
    goe_shift=lambda settings: settings["shift"],
    may_be_negative=True,
)
