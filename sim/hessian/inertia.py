"""How many directions curve down, stay flat or curve up."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.hessian import chain, sturm
from sim.landscape import Dense, Diagonal, Problem, Tridiagonal

ZERO_BAND = 1e-9
"""Eigenvalues within this share of the largest magnitude count as zero, unless a tolerance is given.

Far above the rounding error of the eigenvalues (about 1e-16 √d of the largest), far below any
curvature that a walker could feel.
"""

DENSE_LIMIT = 3_000
"""A dense Hessian of more directions is not counted: it would take minutes and gigabytes."""


@dataclass(frozen=True)
class Signs:
    """The signs of a Hessian's eigenvalues: `negative + zero + positive` is the number of directions.

    `zero` counts |λ| ≤ `tolerance` (loss per squared coordinate). `exact` says whether `method` counts or
    estimates.
    """

    negative: int
    zero: int
    positive: int
    method: str
    exact: bool
    tolerance: float


def signs(problem: Problem, x: Floats, tolerance: float | None = None, active: int | None = None) -> Signs:
    """The signs of the Hessian's eigenvalues at one point x (d,), along the first `active` directions (all).

    Diagonal: read off, exact, O(d). Tridiagonal and cyclic: pivots of an elimination (`sim.hessian.sturm`),
    exact, O(d); the zero band is 1e-9 of Gershgorin's bound of the largest magnitude, and every tolerance is
    widened by what rounding may do, 2e-15 of that bound. Dense: all eigenvalues by LAPACK's symmetric solver,
    exact for the zero band (their error, about 1e-16 √d of the largest, is far inside it), O(d³), up to
    `DENSE_LIMIT` directions; an estimate where the matrix itself is one. More directions than that raise
    BadInput, and so does a Hessian that is not finite, as at a walker that diverged.
    """
    if tolerance is not None and not tolerance >= 0.0:
        raise BadInput("tolerance", f"{tolerance} is not a width", "a number from 0")
    if reason := not_counted(problem, active):
        raise BadInput("signs", reason, f"{DENSE_LIMIT} directions of a dense Hessian, or fewer")
    if not np.all(np.isfinite(x)):
        raise BadInput("x", "is not finite", "a point of the landscape")
    structure = problem.landscape.hessian
    if isinstance(structure, Tridiagonal):
        bands = chain.leading(structure.bands(problem, x), problem.dim if active is None else active)
        found = chain_signs(*bands, tolerance)
    else:
        found = eigenvalue_signs(problem, x, tolerance, active)
    if found is None:
        raise BadInput("x", "the Hessian there is not finite", "a point where the landscape is finite")
    return found


def not_counted(problem: Problem, active: int | None = None) -> str:
    """Why the signs along so many directions are not counted, in a few words; "" where they are."""
    directions = problem.directions(active)
    if isinstance(problem.landscape.hessian, Dense) and directions > DENSE_LIMIT:
        return f"{directions} directions are too many"
    return ""


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
    return Signs(negative, zero, positive, method, error == 0.0, band)


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


def zero_band(eigenvalues: Floats, error: float = 0.0) -> Floats:
    """The half-width (...) within which eigenvalues (..., d) count as zero."""
    band: Floats = max(ZERO_BAND, error) * np.abs(eigenvalues).max(axis=-1, initial=0.0)
    return band
