"""Rastrigin's function (Rastrigin 1974; any dimension: Mühlenbein et al. 1991).

    f(x) = Σᵢ xᵢ² + A (1 − cos 2πxᵢ)

A bowl with a regular egg box in it. For A = 10 each coordinate has 11 minima inside the box
[−5.12, 5.12], so d coordinates have 11^d of them, and one is the global minimum, f(0) = 0. The function is
a sum over coordinates: what one coordinate does never helps another, and the wall between
neighbouring minima has the same height in every dimension. The Hessian is diagonal:

    ∂ᵢf = 2xᵢ + 2πA sin 2πxᵢ        ∂ᵢ²f = 2 + 4π²A cos 2πxᵢ ≤ 2 + 4π²A

Gradient descent with lr < 1 / (2 + 4π²A) is monotone in each coordinate and never leaves its basin.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Diagonal, Landscape, Problem, Scales, Settings, prefix
from sim.numerics import sin_cos_turns
from sim.parameters import Parameter


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The sum over coordinates, in the order of the coordinates."""
    amplitude = parameters[0]
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            v = x[i, j]
            sine, cosine = sin_cos_turns(v)
            total += v * v + amplitude * (1.0 - cosine)
            gradient[i, j] = 2.0 * v + math.tau * amplitude * sine
        value[i] = total


def diagonal(problem: Problem, x: Floats) -> Floats:
    """2 + 4π²A cos 2πx, for x of any shape."""
    height: float = problem.settings["A"]
    return 2.0 + math.tau**2 * height * np.cos(math.tau * (x - np.rint(x)))


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The amplitude alone."""
    return np.array([settings["A"]])


def scales(dim: int, settings: Settings) -> Scales:
    """The sharpest curvature, which is the global minimum's, and the distance between minima."""
    return Scales(curvature=2.0 + math.tau**2 * settings["A"], length=1.0)


LANDSCAPE = Landscape(
    title="Rastrigin",
    formula="Σ x² + A (1 − cos 2πx)",
    parameters=(Parameter("A", 10.0, "amplitude of the egg box", low=0.0, high=1e9),),
    gradient=gradient,
    hessian=Diagonal(diagonal),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0,
    box=lambda settings: (-5.12, 5.12),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (0.0,),
    restrict=prefix,
)
