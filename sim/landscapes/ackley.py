"""Ackley's function (Ackley 1987) in any dimension.

    f(x) = a (1 − exp(−b r)) + e − exp c        r = √(Σ xᵢ²/d),  c = Σ cos(2πxᵢ)/d

A funnel in a plain of egg boxes. Near the middle the first term slopes to the global minimum f(0) = 0 like
a cone; far out, at a random point of the box [−32.8, 32.8], r ≈ 19 and its slope a b exp(−b r) has
flattened to 0.09, while the ripples have slopes up to 2π exp c. So every coordinate falls into the well of
its nearest whole number (99.8 % of them do) and stays: the funnel that one sees in the picture guides
nobody who looks at slopes alone.

Unlike in Rastrigin's function the coordinates are coupled, but only through the two averages r and c: as
walkers settle, c rises from about 0 to 1 and all wells become e times as steep at once. Slopes and
curvatures are those of an average over coordinates: they fall as 1/d, and learning rates grow as d.

    ∂ᵢf = E xᵢ/(r d) + 2π C sᵢ/d        E = a b exp(−b r),  C = exp c,  sᵢ = sin 2πxᵢ
    ∂ᵢ∂ⱼf = δᵢⱼ (E/r + 4π² C cos 2πxᵢ)/d − E (b + 1/r) xᵢxⱼ/(r d)² − 4π² C sᵢsⱼ/d²

a diagonal and two products of a vector with itself. At 0 the cone has its tip: there the gradient is given
as 0 and the curvatures as +∞. Gradient descent with a fixed learning rate steps to and fro across the tip.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.numerics import sin_cos_turns
from sim.parameters import Parameter


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """The two averages, then the slopes; the parameters are a, b, d, and the sums over locked coordinates."""
    a, b, count = parameters[0], parameters[1], parameters[2]
    for i in range(x.shape[0]):
        squares, cosines = parameters[3], parameters[4]
        for j in range(x.shape[1]):
            sine, cosine = sin_cos_turns(x[i, j])
            squares += x[i, j] * x[i, j]
            cosines += cosine
            gradient[i, j] = sine
        root = math.sqrt(squares / count)
        cone, ripple = math.exp(-b * root), math.exp(cosines / count)
        value[i] = a * (1.0 - cone) + (math.e - ripple)
        outward = a * b * cone / (root * count) if root > 0.0 else root
        across = math.tau * ripple / count
        for j in range(x.shape[1]):
            gradient[i, j] = outward * x[i, j] + across * gradient[i, j]


def parts(problem: Problem, x: Floats) -> tuple[Floats, Floats, float, Floats, float]:
    """Diagonal (d,) and two vectors v (d,), each with its weight w: the Hessian is diag + Σ w vvᵀ."""
    a, b = problem.settings["a"], problem.settings["b"]
    turns = x - np.rint(x)
    root, ripple = math.sqrt(np.mean(x * x)), math.exp(np.mean(np.cos(math.tau * turns)))
    slope = a * b * math.exp(-b * root)
    sharpness = slope / root if root > 0.0 else math.inf if slope > 0.0 else 0.0
    pull = -slope * (b + 1.0 / root) / root**2 if root > 0.0 else 0.0
    diagonal = (sharpness + math.tau**2 * ripple * np.cos(math.tau * turns)) / problem.dim
    return diagonal, x / problem.dim, pull, np.sin(math.tau * turns) / problem.dim, -(math.tau**2) * ripple


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The block of the first `active` directions."""
    diagonal, outward, pull, sines, ripple = parts(problem, x)
    outward, sines = outward[:active], sines[:active]
    return np.diag(diagonal[:active]) + pull * np.outer(outward, outward) + ripple * np.outer(sines, sines)


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (k, d), without forming it."""
    diagonal, outward, pull, sines, ripple = parts(problem, x)
    with np.errstate(invalid="ignore"):  # 0 × ∞, at the tip
        product = v * diagonal
    product += pull * np.outer(v @ outward, outward) + ripple * np.outer(v @ sines, sines)
    return product


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """On a slice, what the locked coordinates add to the two sums is the same for all walkers."""
    if np.any(locked != locked[0]):
        return None
    turns = locked[0] - np.rint(locked[0])
    sums = np.sum(locked[0] * locked[0]), np.sum(np.cos(math.tau * turns))
    return np.concatenate((problem.parameters[:3], sums))


def scales(dim: int, settings: Settings) -> Scales:
    """The ripples at their steepest, and the cone at the distance r = 1/2 from its tip."""
    return Scales(curvature=(math.tau**2 * math.e + 2.0 * settings["a"] * settings["b"]) / dim, length=1.0)


LANDSCAPE = Landscape(
    title="Ackley",
    formula="a (1 − exp(−b r)) + e − exp c,  r = √(Σ x²/d),  c = Σ cos(2πx)/d",
    parameters=(
        Parameter("a", 20.0, "depth of the funnel", low=0.0, high=1e6),
        Parameter("b", 0.2, "steepness of the funnel: its width is 1/b", low=0.0, high=1e3),
    ),
    gradient=gradient,
    hessian=Dense(hessian, hessian_product),
    pack=lambda dim, seed, settings: np.array([settings["a"], settings["b"], float(dim), 0.0, 0.0]),
    packed_bytes=lambda dim, settings: 40.0,
    box=lambda settings: (-32.768, 32.768),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: (0.0,),
    restrict=restrict,
)
