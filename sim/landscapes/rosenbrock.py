"""Rosenbrock's banana valley (Rosenbrock 1960), extended to a chain in any dimension.

    f(x) = Σᵢ b (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²,   i from 1 to d − 1

A long curved valley with steep sides: the walls b (xᵢ₊₁ − xᵢ²)² pull every coordinate onto the square of
the one before it within a few steps, and along the bottom the slope towards the minimum f(1, …, 1) = 0 is
faint. There, in two dimensions, the curvatures are 1001.6 and 0.4 (b = 100): the learning rate that the
walls allow covers a 2500th of the way that is left in a step. The valley bends, so no fixed direction is
good for long.

In two and three dimensions there is no other minimum, in four to seven exactly one more (Kok and Sandrock
2009), near (−1, 1, …, 1); at d = 4 it is at (−0.776, 0.613, 0.382, 0.146), and from d = 10 on its value is
3.99. The first coordinate sits in the wrong branch of the parabola, and nothing in the rest of the chain
tells it so: some of the walkers that start with x₁ < 0 end there.

Each term holds two neighbours, so the Hessian is tridiagonal:

    ∂ᵢ²f = 12b xᵢ² − 4b xᵢ₊₁ + 2 (not at the last) + 2b (not at the first)        ∂ᵢ∂ᵢ₊₁f = −4b xᵢ

In one dimension the chain has no link, and f is taken to be its slice at x₂ = 1: b (1 − x²)² + (1 − x)².
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Landscape, Problem, Scales, Settings, Tridiagonal
from sim.parameters import Parameter

EDGE = 2.048


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over links; the parameters are b and, on a slice, the coordinate that follows the last one."""
    n, d = x.shape
    b = parameters[0]
    for i in range(n):
        total = 0.0
        for j in range(d - 1):
            v = x[i, j]
            link, rest = x[i, j + 1] - v * v, 1.0 - v
            total += b * link * link + rest * rest
            gradient[i, j] = -4.0 * b * link * v - 2.0 * rest
        gradient[i, d - 1] = 0.0
        if len(parameters) > 1:
            v = x[i, d - 1]
            link, rest = parameters[1] - v * v, 1.0 - v
            total += b * link * link + rest * rest
            gradient[i, d - 1] = -4.0 * b * link * v - 2.0 * rest
        for j in range(1, d):
            gradient[i, j] += 2.0 * b * (x[i, j] - x[i, j - 1] * x[i, j - 1])
        value[i] = total


def bands(problem: Problem, x: Floats) -> tuple[Floats, Floats]:
    """The diagonal (d,) and the row beside it (d − 1,) of the Hessian at x (d,)."""
    b = problem.settings["b"]
    following = np.append(x[1:], problem.parameters[1:])  # as many as there are links
    diagonal = np.zeros(problem.dim)
    diagonal[: len(following)] = 12.0 * b * x[: len(following)] ** 2 - 4.0 * b * following + 2.0
    diagonal[1:] += 2.0 * b
    return diagonal, -4.0 * b * x[:-1]


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The steepness; in one dimension, the coordinate that would follow as well."""
    return np.array([settings["b"], 1.0] if dim == 1 else [settings["b"]])


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """The chain up to the first locked coordinate; the links beyond do not change."""
    following = locked[0, 0]
    return np.array([problem.settings["b"], following]) if np.all(locked[:, 0] == following) else None


def scales(dim: int, settings: Settings) -> Scales:
    """The largest row of the Hessian in the box bounds its eigenvalues."""
    b = settings["b"]
    return Scales(curvature=12.0 * b * EDGE**2 + 12.0 * b * EDGE + 2.0 * b + 2.0, length=1.0)


LANDSCAPE = Landscape(
    title="Rosenbrock",
    formula="Σ b (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²",
    parameters=(Parameter("b", 100.0, "steepness of the valley's sides", low=1e-6, high=1e9),),
    gradient=gradient,
    hessian=Tridiagonal(bands),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0,
    box=lambda settings: (-EDGE, EDGE),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (1.0,),
    restrict=restrict,
)
