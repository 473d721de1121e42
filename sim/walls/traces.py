"""What theory says of the share of directions that lead up, from two traces of the Hessian.

Along a random unit vector u of m directions, to second order,

    f(x + r u) − f(x) ≈ r g·u + ½ r² uᵀHu        g·u ~ (0, |g|²/m),  uᵀHu ~ (τ, 2/(m+2) (tr H²/m − τ²))

with τ = tr H/m; taking the sum for normal,

    P_up ≈ Φ((r/2) τ / √(|g|²/m + (r²/4) (2/(m+2)) (tr H²/m − τ²)))

which is the better the more directions there are and the smaller r is. On a surface H is covariant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.hessian import chain
from sim.hessian.operator import operator
from sim.landscape import Dense, Diagonal, Problem, Tridiagonal
from sim.walls.ground import Draw, normals
from sim.walls.uphill import directions

LARGEST_MATRIX = 2_000
"""Directions of which the Hessian is formed for its traces: 32 MB."""

FEWEST, MOST = 8, 64
"""Products with random vectors that the traces are estimated from."""


@dataclass(frozen=True)
class Traces:
    """`mean` is tr H/m and `square` tr H²/m, with their standard errors, 0 where `exact`; `method` says how.

    Of estimates the errors are those of a mean over `probes` random vectors.
    """

    mean: float
    square: float
    mean_error: float
    square_error: float
    method: str
    exact: bool
    probes: int = 0


def traces(problem: Problem, x: Floats, active: int, work: float, step: int) -> Traces:
    """The traces along the first `active` directions at x (d,).

    Exact where the structure gives them: from a diagonal, from bands, from the matrix itself where `work`
    (multiplications) allows it. Else estimated (Girard 1989, Hutchinson 1990) from products with vectors u
    that are uniform on the sphere: E uᵀHu = tr H/m and E |Hu|² = tr H²/m.
    """
    structure, m = problem.landscape.hessian, problem.directions(active)
    match structure:
        case Diagonal(diagonal):
            entries = diagonal(problem, x)[:active]
            return _exact(float(entries.sum()), float(entries @ entries), m, "diagonal")
        case Tridiagonal(bands):
            middle, beside = chain.leading(bands(problem, x), active)
            square = float(middle @ middle + 2.0 * (beside @ beside))
            return _exact(float(middle.sum()), square, m, "bands")
        case Dense(making=making, error=error):
            if m <= LARGEST_MATRIX and making(problem, active) + float(active) ** 2 <= work:
                matrix = problem.hessian(x, active)
                found = _exact(float(np.trace(matrix)), float(np.sum(matrix * matrix)), m, "dense")
                return Traces(found.mean, found.square, 0.0, 0.0, "differences", False) if error else found
    return _estimated(problem, x, active, work, step)


def _exact(trace: float, square: float, m: int, method: str) -> Traces:
    return Traces(trace / m, square / m, 0.0, 0.0, method, exact=True)


def _estimated(problem: Problem, x: Floats, active: int, work: float, step: int) -> Traces:
    """One product at a time, so that no more than two vectors are held."""
    hessian = operator(problem, x, active)
    probes = int(min(MOST, max(FEWEST, work / hessian.work)))
    found = np.empty((probes, 2))
    for k in range(probes):
        u = directions(problem, x, active, normals(problem, Draw.PROBES, step, k, 1, active))[0]
        image = hessian.times(u[None, :active])[0]
        found[k] = u[:active] @ image, image @ image
    mean, square = found.mean(axis=0)
    errors = found.std(axis=0, ddof=1) / math.sqrt(probes)
    method = f"{probes} products"
    return Traces(float(mean), float(square), float(errors[0]), float(errors[1]), method, False, probes)


def expected_shares(radii: Floats, slope: float, found: Traces, m: int) -> tuple[Floats, Floats]:
    """The shares (k,) that the second order expects at `radii` (k,), and the standard errors of these.

    `slope` is |g|, and m the number of directions. NaN where nothing is up or down to second order.
    """
    per_square = 0.5 * radii**2 / (m + 2.0)
    variance = slope * slope / m + per_square * max(found.square - found.mean * found.mean, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviations = 0.5 * radii * found.mean / np.sqrt(variance)
        by_mean = 0.5 * radii / np.sqrt(variance) * found.mean_error
        by_square = 0.5 * deviations * per_square / variance * found.square_error
    shares = np.array([0.5 * math.erfc(-z / math.sqrt(2.0)) for z in deviations])
    if found.mean_error == found.square_error == 0.0:
        return shares, np.zeros_like(shares)
    density = np.exp(-0.5 * deviations**2) / math.sqrt(2.0 * math.pi)
    return shares, np.nan_to_num(density * np.hypot(by_mean, by_square))
