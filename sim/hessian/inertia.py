"""How many directions curve down, stay flat or curve up."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Dense, Diagonal, Problem, Tridiagonal

ZERO_BAND = 1e-9
"""Eigenvalues within this share of the largest magnitude count as zero, unless a tolerance is given.

Far above the rounding error of the eigenvalues (about 1e-16 √d of the largest), far below any
curvature that a walker could feel.
"""


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

    Diagonal: read off, exact, O(d). Tridiagonal and dense: all eigenvalues by LAPACK's symmetric solvers,
    exact for the zero band (their error, about 1e-16 √d of the largest, is far inside it), O(d²) and O(d³);
    an estimate where the matrix itself is one. A Hessian that is not finite, as at a walker that diverged,
    raises BadInput.
    """
    if tolerance is not None and not tolerance >= 0.0:
        raise BadInput("tolerance", f"{tolerance} is not a width", "a number from 0")
    if not np.all(np.isfinite(x)):
        raise BadInput("x", "is not finite", "a point of the landscape")
    method, eigenvalues = spectrum(problem, x, active)
    if not np.all(np.isfinite(eigenvalues)):
        raise BadInput("x", "the Hessian there is not finite", "a point where the landscape is finite")
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
            middle, beside = bands(problem, x)
            return "tridiagonal", tridiagonal_eigenvalues(middle[:active], beside[: len(middle[:active]) - 1])
        case Dense(_, _, error):
            method = "dense, finite differences" if error else "dense"
            return method, dense_eigenvalues(matrix(x, active))


def tridiagonal_eigenvalues(middle: Floats, beside: Floats) -> Floats:
    """All eigenvalues (d,) of the matrix with this diagonal (d,) and these entries beside it (d − 1,)."""
    from scipy.linalg import eigvalsh_tridiagonal

    if not (np.all(np.isfinite(middle)) and np.all(np.isfinite(beside))):
        return np.full_like(middle, np.nan)
    found: Floats = eigvalsh_tridiagonal(middle, beside)
    return found


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
    band: Floats = max(ZERO_BAND, error) * np.abs(eigenvalues).max(axis=-1)
    return band
