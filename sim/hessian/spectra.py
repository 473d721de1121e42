"""All eigenvalues of a Hessian, or how many directions there are for each of fewer numbers; and the largest.

Exact where the structure is cheap; beyond that by Lanczos' method from random probes, whose eigenvalues stand
for many directions each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.hessian import chain, sturm
from sim.hessian.inertia import DENSE_LIMIT, hessian_error, spectrum
from sim.hessian.lanczos import Krylov, lanczos
from sim.hessian.operator import Operator
from sim.hessian.quadrature import Probes, most_steps, plan, probe_work, probed
from sim.landscape import Dense, Diagonal, Problem, Tridiagonal

CHAIN_LIMIT = 2_000
"""The eigenvalues of a longer chain or ring are counted in bins."""

BINS = 200
"""Of the same width, from the lowest eigenvalue to the highest."""

SMALL = 200
"""The largest eigenvalue of so many directions is found with all the others."""

THIRDS = 32.0
"""So many times a part of a chain's spectrum is cut to a third until it is one eigenvalue, to rounding."""

ENOUGH = 1e-4
"""Lanczos' method has the largest eigenvalue once it may be off by this share of the largest magnitude."""


TRACY_WIDOM = (-5.0, 4.0)
"""Tracy and Widom's law is below the first with probability 5e-4, and above the second with 2e-4 (from
290 000 matrices of 3000 rows)."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues (k,), ascending, and how many directions each stands for, `weights` (k,); all together D.

    `exact` where each is an eigenvalue, or the middle of a bin in which they are counted (`method` says so);
    else they are the nodes of a quadrature. `lowest` and `highest` are the extreme eigenvalues: the true ones
    are further out by at most `extreme_error`, at 99.9 % where estimated.
    """

    eigenvalues: Floats
    weights: Floats
    method: str
    exact: bool
    lowest: float
    highest: float
    extreme_error: float


@dataclass(frozen=True, eq=False)
class Extreme:
    """The largest eigenvalue: between `value − below` and `value + error`, at 99.9 % where estimated.

    `vector` (size,) is its direction, a unit vector as `Operator` takes them; None where it is not computed.
    """

    value: float
    error: float
    method: str
    vector: Floats | None
    below: float = 0.0


def is_dense(problem: Problem, active: int | None, work: float) -> bool:
    """Whether all eigenvalues come from a dense matrix, for so many multiplications."""
    directions = problem.directions(active)
    return directions <= DENSE_LIMIT and problem.hessian_work(directions) <= work


def spectrum_of(
    problem: Problem, x: Floats, active: int | None = None, work: float = math.inf
) -> Spectrum | None:
    """The spectrum of the Hessian at x (d,), along the first `active` directions (all); None if not finite.

    By about so many multiplications, where they decide how good an estimate is.
    """
    structure = problem.landscape.hessian
    if problem.directions(active) == 0 or not np.all(np.isfinite(x)):
        return None
    if isinstance(structure, Tridiagonal):
        open_ones = problem.dim if active is None else active
        if open_ones > CHAIN_LIMIT:
            return _binned(*chain.leading(structure.bands(problem, x), open_ones))
    if isinstance(structure, Dense) and not is_dense(problem, active, work):
        return _estimated(Operator(problem, x, active), work, hessian_error(problem))
    method, found = spectrum(problem, x, active)
    if not np.all(np.isfinite(found)):
        return None
    found = np.sort(found)
    error = hessian_error(problem) * float(np.max(np.abs(found)))
    return Spectrum(
        found, np.ones_like(found), method, error == 0.0, float(found[0]), float(found[-1]), error
    )


def _binned(middle: Floats, beside: Floats) -> Spectrum | None:
    """Of a chain or a ring: Sturm counts at the edges of bins, from one extreme eigenvalue to the other."""
    bound = sturm.gershgorin(middle, beside)
    if not np.isfinite(bound):
        return None
    d, name = len(middle), "cyclic" if len(beside) == len(middle) else "tridiagonal"
    if bound == 0.0:
        return Spectrum(np.zeros(1), np.array([float(d)]), name, True, 0.0, 0.0, 0.0)
    lowest, highest = (_ordered(middle, beside, bound, place) for place in (0, d - 1))
    error = 2.0 * sturm.ROUNDING * bound
    edges = np.linspace(lowest - error, highest + error, BINS + 1)
    counts = np.diff(sturm.below(middle, beside, bound, edges[1:-1]), prepend=0, append=d)
    filled, centres = counts > 0, 0.5 * (edges[1:] + edges[:-1])
    method = f"{name}, counted in {BINS} bins"
    return Spectrum(centres[filled], counts[filled].astype(np.float64), method, True, lowest, highest, error)


def _ordered(middle: Floats, beside: Floats, bound: float, place: int) -> float:
    """The eigenvalue at a place (from 0) of the ascending order, by counts, three parts at a time."""
    low, high = -bound * (1.0 + 1e-12), bound * (1.0 + 1e-12)
    while high - low > sturm.ROUNDING * bound:
        third = (high - low) / 3.0
        one, two = sturm.below(middle, beside, bound, np.array([low + third, high - third]))
        if one > place:
            high = low + third
        elif two > place:
            low, high = low + third, high - third
        else:
            low = high - third
    return 0.5 * (low + high)


def _estimated(operator: Operator, work: float, error: float) -> Spectrum | None:
    """By quadrature, from as many probes and steps as the work allows."""
    found = probed(operator, *plan(operator, work), key=0)
    if not found.finite:
        return None
    nodes, weights = found.nodes()
    (highest, above), (lowest, below) = found.extreme(), found.negated().extreme()
    beyond = max(above, below) + error * float(np.max(np.abs(nodes)))
    return Spectrum(nodes, weights, found.method, False, -lowest, highest, beyond)


def largest_curvature(
    problem: Problem, x: Floats, active: int | None = None, work: float = math.inf
) -> Extreme | None:
    """The largest eigenvalue of the Hessian at x (d,), along the first directions; None if it is not finite.

    Read off a diagonal; counted in a chain or a ring; with all others up to `SMALL` directions; else by
    Lanczos' method, until it may be off by 1e-4 of the largest magnitude or the work is done. Of directions
    that are drawn in part, what their law says.
    """
    directions, structure = problem.directions(active), problem.landscape.hessian
    if problem.unseen:
        return _edge_of_the_law(problem, x)
    open_ones = problem.dim if active is None else active
    if directions == 0 or not np.all(np.isfinite(x)):
        return None
    match structure:
        case Diagonal(diagonal):
            found = diagonal(problem, x)[:open_ones]
            if not np.all(np.isfinite(found)):
                return None
            vector = np.zeros(open_ones)
            vector[np.argmax(found)] = 1.0
            return Extreme(float(found.max()), 0.0, "diagonal", vector)
        case Tridiagonal(bands):
            return _largest_in_chain(*chain.leading(bands(problem, x), open_ones))
    if _has_few(problem, active):
        return _largest_of_matrix(problem, x, active)
    return _largest_by_lanczos(Operator(problem, x, active), work, hessian_error(problem))


def _edge_of_the_law(problem: Problem, x: Floats) -> Extreme | None:
    """Of directions that are drawn in part: the middle of where the law has 99.9 % of λmax, and half of it.

    λmax = centre + radius (1 + d^(−2/3)/2 W) with W of Tracy and Widom's law (1996) for real matrices.
    """
    law = problem.semicircle(x, 0.0) if np.all(np.isfinite(x)) else None
    if law is None:
        return None
    width = 0.5 * law.radius * problem.dim ** (-2.0 / 3.0)
    low, high = TRACY_WIDOM
    middle, half = law.centre + law.radius + 0.5 * (low + high) * width, 0.5 * (high - low) * width
    return Extreme(middle, half, "Tracy and Widom's law", None, below=half)


def curvature_work(problem: Problem, active: int, work: float) -> float:
    """About how many multiplications `largest_curvature` takes at most, where `work` is allowed."""
    structure = problem.landscape.hessian
    if problem.unseen:
        return 0.0
    if isinstance(structure, Tridiagonal):
        return THIRDS * structure.work(active)
    if isinstance(structure, Diagonal) or _has_few(problem, active):
        return problem.hessian_work(active)
    return probe_work(problem.product_work(), active, most_steps(problem, active, work))


def _has_few(problem: Problem, active: int | None) -> bool:
    """Whether there are so few directions that all eigenvalues are computed for the largest."""
    return problem.directions(active) <= SMALL and not problem.landscape.constraint


def _largest_in_chain(middle: Floats, beside: Floats) -> Extreme | None:
    bound = sturm.gershgorin(middle, beside)
    if not np.isfinite(bound):
        return None
    found = _ordered(middle, beside, bound, len(middle) - 1) if bound else 0.0
    name = "cyclic" if len(beside) == len(middle) else "tridiagonal"
    return Extreme(found, sturm.ROUNDING * bound, name, None)


def _largest_of_matrix(problem: Problem, x: Floats, active: int | None) -> Extreme | None:
    matrix = problem.hessian(x, active)
    if not np.all(np.isfinite(matrix)):
        return None
    values, vectors = np.linalg.eigh(matrix)
    error = hessian_error(problem) * float(np.max(np.abs(values)))
    method = "dense, finite differences" if error else "dense"
    return Extreme(float(values[-1]), error, method, vectors[:, -1].copy(), below=error)


def _largest_by_lanczos(operator: Operator, work: float, error: float) -> Extreme | None:
    _, steps = plan(operator, work, most=1)

    def alone(krylov: Krylov) -> Probes:
        return Probes([krylov], np.ones(1), operator.directions)

    def enough(krylov: Krylov) -> bool:
        return krylov.finite and alone(krylov).extreme()[1] <= ENOUGH * krylov.scale

    krylov = lanczos(operator, operator.normals(1, 0)[0], steps, enough)
    if not krylov.finite:
        return None
    value, beyond = alone(krylov).extreme()
    values, vectors = krylov.ritz()
    below = error * float(np.max(np.abs(values)))
    direction = vectors[:, -1] @ krylov.basis
    return Extreme(value, beyond + below, f"Lanczos, {len(values)} steps", direction, below)
