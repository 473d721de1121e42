"""Landscapes made for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import Floats, Keys
from sim.kernel import GradientKernel, gradient_kernel
from sim.landscape import Dense, Diagonal, Landscape, Problem, Scales, Tridiagonal


@gradient_kernel
def half_square(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """f(x) = ½ Σ cⱼ xⱼ², the curvatures c being the landscape's parameters."""
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[1]):
            gradient[i, j] = parameters[j] * x[i, j]
            total += 0.5 * gradient[i, j] * x[i, j]
        value[i] = total


def bowl(gradient: GradientKernel = half_square, **changes: Any) -> Landscape:
    """A bowl with curvature 1 along every coordinate, or what the changes make of it."""
    declared: dict[str, Any] = {
        "title": "Bowl",
        "formula": "½ |x|²",
        "parameters": (),
        "gradient": gradient,
        "hessian": Diagonal(lambda problem, x: problem.parameters * np.ones_like(x)),
        "pack": lambda dim, seed, settings: np.ones(dim),
        "packed_bytes": lambda dim, settings: 8.0 * dim,
        "box": lambda settings: (-1.0, 1.0),
        "scales": lambda dim, settings: Scales(curvature=1.0, length=1.0),
        "block_rows": lambda dim: 4,
    }  # fmt: skip
    return Landscape(**{**declared, **changes})


def with_hessian(hessian: Floats) -> Problem:
    """A problem whose Hessian is this matrix (d, d) everywhere."""
    matrix = np.array(hessian, dtype=np.float64)
    constant = Dense(
        lambda problem, x, active: matrix[:active, :active].copy(), lambda problem, x, v: v @ matrix
    )
    return bowl(hessian=constant).build(len(matrix))


def with_bands(middle: Floats, beside: Floats) -> Problem:
    """A problem whose Hessian is this chain (d,), (d − 1,), or ring (d,), (d,), everywhere."""
    return bowl(hessian=Tridiagonal(lambda problem, x: (middle.copy(), beside.copy()))).build(len(middle))
