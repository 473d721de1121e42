"""Levy's function, as it stands in collections of test functions.

    f(x) = sin²(πw₁) + Σᵢ (wᵢ − 1)² (1 + 10 sin²(πwᵢ + 1)) + (w_d − 1)² (1 + sin²(2πw_d))
                                                                  i from 1 to d − 1,  w = 1 + (x − 1)/4

A valley whose sides are corrugated, the more so the further out. In the box [−10, 10] each coordinate has 6
wells, one of them the valley's floor at 1; only the first has 5 and the last 8, so that there are 40 ·
6^(d−2) minima, and the one global minimum is f(1, …, 1) = 0. The formula looks as if it tied the
coordinates together, and is often said to; but each of its terms holds one coordinate. It is a sum over
coordinates like Rastrigin's: what one does never helps another.

On the floor the curvature is 1.01 (2.24 for the first coordinate, 0.125 for the last), in the outer wells
up to 66: a learning rate that is safe at the edge is slow in the middle. The Hessian is diagonal. With u =
w − 1, and 1/16 for the stretched coordinates, its entries are

    12 − 10c + 40πu s + 20π²u² c        c = cos(2πu + 2), s = sin(2πu + 2);  the first: + 2π² cos 2πu
    3 − cos 4πu + 8πu sin 4πu + 8π²u² cos 4πu       the last
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Problem, Scales, Settings, prefix
from sim.numerics import sin_cos_turns

EDGE = 10.0


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over coordinates; the parameter is d, which tells whether the last one is there."""
    n, d = x.shape
    alike = min(d, int(parameters[0]) - 1)
    for i in range(n):
        total = 0.0
        for j in range(alike):
            u = 0.25 * (x[i, j] - 1.0)
            sine, cosine = sin_cos_turns(u + 1.0 / math.pi)
            height = 6.0 - 5.0 * cosine
            total += u * u * height
            gradient[i, j] = 0.25 * u * (2.0 * height + 10.0 * math.pi * u * sine)
        for j in range(alike, d):
            u = 0.25 * (x[i, j] - 1.0)
            sine, cosine = sin_cos_turns(2.0 * u)
            height = 1.5 - 0.5 * cosine
            total += u * u * height
            gradient[i, j] = 0.25 * u * (2.0 * height + math.tau * u * sine)
        sine, cosine = sin_cos_turns(0.25 * (x[i, 0] - 1.0))
        value[i] = total + 0.5 * (1.0 - cosine)
        gradient[i, 0] += 0.25 * math.pi * sine


def diagonal(problem: Problem, x: Floats) -> Floats:
    """The curvatures of all coordinates, for x (..., d)."""
    u = 0.25 * (x - 1.0)
    angle = math.tau * (u - np.rint(u)) + 2.0
    sine, cosine = np.sin(angle), np.cos(angle)
    curvatures: Floats = 12.0 - 10.0 * cosine + 40.0 * math.pi * u * sine + 20.0 * math.pi**2 * u * u * cosine
    last = u[..., -1]
    angle = 2.0 * math.tau * (last - np.rint(last))
    sine, cosine = np.sin(angle), np.cos(angle)
    waves = 8.0 * math.pi * last * sine + 8.0 * math.pi**2 * last * last * cosine
    curvatures[..., -1] = 3.0 - cosine + waves
    curvatures[..., 0] += 2.0 * math.pi**2 * np.cos(math.tau * (u[..., 0] - np.rint(u[..., 0])))
    return curvatures / 16.0


def scales(dim: int, settings: Settings) -> Scales:
    """An upper bound of the curvature at the far edge of the box, and the distance between wells."""
    u = 0.25 * (EDGE + 1.0)
    waves = math.hypot(40.0 * math.pi * u, 20.0 * math.pi**2 * u * u)
    return Scales(curvature=(22.0 + waves + 2.0 * math.pi**2) / 16.0, length=4.0)


LANDSCAPE = Landscape(
    title="Levy",
    formula="sin²(πw₁) + Σ (w − 1)² (1 + 10 sin²(πw + 1)) + …,  w = 1 + (x − 1)/4",
    parameters=(),
    gradient=gradient,
    hessian=Diagonal(diagonal),
    pack=lambda dim, seed, settings: np.array([float(dim)]),
    packed_bytes=lambda dim, settings: 8.0,
    box=lambda settings: (-EDGE, EDGE),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (1.0,),
    restrict=prefix,
)
