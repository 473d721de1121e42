"""How many directions curve down, stay flat or curve up."""

from __future__ import annotations

import math
from dataclasses import replace

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.hessian import banded, chain, sturm
from sim.hessian.counts import ZERO_BAND, Signs, zero_band
from sim.hessian.estimate import estimated_signs
from sim.hessian.operator import Operator
from sim.hessian.quadrature import MOST
from sim.landscape import Banded, Dense, Diagonal, Problem, Tridiagonal

DENSE_LIMIT = 3_000
"""Of more directions the signs are estimated: all eigenvalues of a dense matrix would take over 3 s."""

WORTHWHILE = 5e10
"""A count by fewer multiplications, about a second, is made whatever the work that is allowed."""


def signs(
    problem: Problem,
    x: Floats,
    tolerance: float | None = None,
    active: int | None = None,
    work: float = math.inf,
) -> Signs:
    """The signs of the Hessian's eigenvalues at one point x (d,), along the first `active` directions (all).

    Diagonal: read off, exact, O(d). Tridiagonal and cyclic: pivots of an elimination (`sim.hessian.sturm`),
    exact, O(d). Banded: pivots as well, one or two at a time (`sim.hessian.banded`), exact, O(d b²). For
    these the zero band is 1e-9 of Gershgorin's bound of the largest magnitude, and every tolerance is widened
    by what rounding may do, 2e-15 of that bound, or 4e-12 for banded ones. Dense: all eigenvalues by LAPACK's
    symmetric solver, exact for the zero band (their error, about 1e-16 √d of the largest, is far inside it),
    O(d³), up to `DENSE_LIMIT` directions; an estimate where the matrix itself is one.

    More directions than that, or a count that takes more multiplications than `work`, are estimated from
    random probes (`sim.hessian.quadrature`), by about so many: each count comes with an interval. The zero
    band is the same, 1e-9 of the largest magnitude: what Lanczos' method cannot tell from zero makes
    intervals wider. The probes are the same at each call, so that counts of neighbouring points do not jump
    by chance.

    A Hessian that is not finite, as at a walker that diverged, raises BadInput, and so does a landscape of
    which a part of the directions is drawn.
    """
    if tolerance is not None and not tolerance >= 0.0:
        raise BadInput("tolerance", f"{tolerance} is not a width", "a number from 0")
    if np.shape(x) != (problem.size,):
        raise BadInput("x", f"has shape {np.shape(x)}", f"shape ({problem.size},)")
    if problem.unseen:
        raise BadInput("x", problem.unseen, "a landscape whose directions are all drawn")
    if not np.all(np.isfinite(x)):
        raise BadInput("x", "is not finite", "a point of the landscape")
    problem.directions(active)  # raises BadInput where there are not so many
    with np.errstate(all="ignore"):
        found = _signs(problem, np.asarray(x, dtype=np.float64), tolerance, active, work)
    if found is None:
        raise BadInput("x", "the Hessian there is not finite", "a point where the landscape is finite")
    return found


def _signs(
    problem: Problem, x: Floats, tolerance: float | None, active: int | None, work: float
) -> Signs | None:
    structure = problem.landscape.hessian
    open_ones = problem.dim if active is None else active
    if isinstance(structure, Tridiagonal):
        return chain_signs(*chain.leading(structure.bands(problem, x), open_ones), tolerance)
    if isinstance(structure, Banded) and is_counted(work, banded_work(problem, open_ones)):
        matrix = sparse_matrix(problem, structure, x, open_ones)
        found = banded_signs(matrix, structure.width(problem, open_ones), tolerance)
        if found is None or found.exact:
            return found
    if has_all_eigenvalues(problem, open_ones, work):
        return eigenvalue_signs(problem, x, tolerance, active)
    return estimated_signs(Operator(problem, x, active), tolerance, hessian_error(problem), work)


def is_counted(work: float, needed: float) -> bool:
    """Whether an exact count of so much work is made where `work` is allowed."""
    return needed <= min(max(work, WORTHWHILE), MOST)


def banded_work(problem: Problem, active: int) -> float:
    """About how many multiplications a banded count takes; infinite where there is none."""
    structure = problem.landscape.hessian
    if not isinstance(structure, Banded):
        return math.inf
    return banded.work(active, structure.width(problem, active))


def has_all_eigenvalues(problem: Problem, active: int, work: float) -> bool:
    """Whether all eigenvalues are computed where `work` is allowed: the matrix is not too large."""
    if not isinstance(problem.landscape.hessian, Dense):
        return True
    return problem.directions(active) <= DENSE_LIMIT and is_counted(work, problem.hessian_work(active))


def signs_work(problem: Problem, active: int, work: float) -> float:
    """About how many multiplications an exact count takes; infinite where `work` allows none."""
    if is_counted(work, needed := banded_work(problem, active)):
        return needed
    return problem.hessian_work(active) if has_all_eigenvalues(problem, active, work) else math.inf


def sparse_matrix(problem: Problem, structure: Banded, x: Floats, active: int) -> banded.Sparse:
    """The first rows and columns of a banded Hessian at x (d,), in an order that makes it narrow."""
    return banded.sparse(*structure.entries(problem, x, active), structure.order(problem, active))


def banded_signs(matrix: banded.Sparse, width: int, tolerance: float | None = None) -> Signs | None:
    """The signs for a sparse matrix; not `exact` where rounding may matter; None if it is not finite."""
    bound = banded.gershgorin(matrix)
    if not np.isfinite(bound):
        return None
    band = banded.ROUNDING * bound + (ZERO_BAND * bound if tolerance is None else tolerance)
    found = banded.counts(matrix, width, bound, band)
    return Signs(*(found or (0, len(matrix[0]), 0)), "banded", found is not None, band)


def chain_signs(middle: Floats, beside: Floats, tolerance: float | None = None) -> Signs | None:
    """The signs for the bands that `chain.leading` returns; None if an entry is not finite."""
    bound = sturm.gershgorin(middle, beside)
    if not np.isfinite(bound):
        return None
    band = sturm.ROUNDING * bound + (ZERO_BAND * bound if tolerance is None else tolerance)
    kind = "cyclic" if len(beside) == len(middle) else "tridiagonal"
    return Signs(*sturm.counts(middle, beside, bound, band), kind, True, band)


def eigenvalue_signs(
    problem: Problem, x: Floats, tolerance: float | None, active: int | None
) -> Signs | None:
    """The signs of eigenvalues that are all computed; None if they are not finite."""
    method, eigenvalues = spectrum(problem, x, active)
    if not np.all(np.isfinite(eigenvalues)):
        return None
    error = hessian_error(problem)
    band = float(zero_band(eigenvalues, error)) if tolerance is None else tolerance
    negative = int(np.count_nonzero(eigenvalues < -band))
    positive = int(np.count_nonzero(eigenvalues > band))
    zero = len(eigenvalues) - negative - positive
    lowest, highest = float(eigenvalues.min(initial=np.inf)), float(eigenvalues.max(initial=-np.inf))
    beyond = error * max(abs(lowest), abs(highest))
    found = Signs(negative, zero, positive, method, error == 0.0, band)
    return replace(found, lowest=lowest, highest=highest, extreme_error=beyond) if len(eigenvalues) else found


def spectrum(problem: Problem, x: Floats, active: int | None = None) -> tuple[str, Floats]:
    """How the eigenvalues of the Hessian at x (d,) are found, and they (active,); NaN if it is not finite."""
    structure, matrix = problem.landscape.hessian, problem.hessian
    match structure:
        case Diagonal(diagonal):
            return "diagonal", diagonal(problem, x)[:active]
        case Tridiagonal(bands):
            middle, beside = chain.leading(bands(problem, x), problem.dim if active is None else active)
            return "banded", chain.eigenvalues(middle, beside)
        case Dense(_, _, error):
            method = "dense, finite differences" if error else "dense"
            return method, dense_eigenvalues(matrix(x, active))


def dense_eigenvalues(matrix: Floats) -> Floats:
    """All eigenvalues (d,) of a symmetric matrix (d, d)."""
    if not np.all(np.isfinite(matrix)):
        return np.full(len(matrix), np.nan)
    return np.linalg.eigvalsh(matrix).astype(np.float64, copy=False)


def hessian_error(problem: Problem) -> float:
    """The error of the Hessian's eigenvalues as a share of the largest, beyond rounding."""
    structure = problem.landscape.hessian
    return structure.error if isinstance(structure, Dense) else 0.0
