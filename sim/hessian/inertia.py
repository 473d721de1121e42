"""How many directions curve down, stay flat or curve up."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.landscape import Dense, Diagonal, Problem

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


def signs(problem: Problem, x: Floats, tolerance: float | None = None) -> Signs:
    """The signs of the Hessian's eigenvalues at one point x (d,), by the method that its structure allows.

    Diagonal: read off, exact, O(d). Dense: all eigenvalues by LAPACK's symmetric solver, exact for the
    zero band (their error, about 1e-16 √d of the largest, is far inside it), O(d³).
    A Hessian that is not finite, as at a walker that diverged, raises BadInput.
    """
    if tolerance is not None and not tolerance >= 0.0:
        raise BadInput("tolerance", f"{tolerance} is not a width", "a number from 0")
    if not np.all(np.isfinite(x)):
        raise BadInput("x", "is not finite", "a point of the landscape")
    match problem.landscape.hessian:
        case Diagonal():
            method, eigenvalues = "diagonal", problem.hessian_diagonal(x)
        case Dense():
            method, matrix = "dense", problem.hessian(x)
            finite = bool(np.all(np.isfinite(matrix)))
            eigenvalues = np.linalg.eigvalsh(matrix).astype(np.float64, copy=False) if finite else matrix
    if not np.all(np.isfinite(eigenvalues)):
        raise BadInput("x", "the Hessian there is not finite", "a point where the landscape is finite")
    band = float(zero_band(eigenvalues)) if tolerance is None else tolerance
    negative = int(np.count_nonzero(eigenvalues < -band))
    positive = int(np.count_nonzero(eigenvalues > band))
    return Signs(negative, len(eigenvalues) - negative - positive, positive, method, True, band)


def zero_band(eigenvalues: Floats) -> Floats:
    """The half-width (...) within which eigenvalues (..., d) count as zero."""
    band: Floats = ZERO_BAND * np.abs(eigenvalues).max(axis=-1)
    return band
