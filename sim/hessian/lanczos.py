"""Lanczos' method (1950): a symmetric matrix, as one vector and its images see it, in k numbers and k − 1.

    A V = V T + β r eᵀ        V orthonormal, its first vector the start; T tridiagonal

In exact arithmetic three terms keep V orthonormal. In floating point they do not, and eigenvalues come up
again and again as ghosts; so each new vector is made orthogonal to all before it, a second time where much
was taken away ("twice is enough": Parlett 1998, section 6.9). T is then that of a matrix that differs from A
by rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.hessian.operator import Operator

BASIS_BYTES = 200e6
"""What the vectors may take, so that a million dimensions leave 25 steps."""

NEGLIGIBLE = 2.0**-42
"""What is left of an image has come from rounding, below this share of the largest entry of T."""

MUCH = 0.7
"""Where orthogonalising leaves less than this of a vector, it is done again."""

A_PASS = 12.0
"""A multiplication with a number from memory takes as long as so many of those that are counted."""


@dataclass(frozen=True, eq=False)
class Krylov:
    """T, by its diagonal `alpha` (k,) and what is beside it, `beta` (k − 1,), and what goes on from there.

    `residual` is the β of the step that was not taken; 0 where the space of the start and its images has no
    more directions. `basis` (k, size) is V. NaN where the matrix is not finite.
    """

    alpha: Floats
    beta: Floats
    residual: float
    basis: Floats

    @property
    def finite(self) -> bool:
        """Whether all products were."""
        return bool(np.isfinite(self.alpha).all() and np.isfinite(self.residual))

    @property
    def scale(self) -> float:
        """A bound of every |λ| of T (Gershgorin), with the residual in it."""
        beside = np.abs(np.concatenate(([0.0], self.beta, [self.residual])))
        return float(np.max(np.abs(self.alpha) + beside[1:] + beside[:-1]))

    def ritz(self) -> tuple[Floats, Floats]:
        """The eigenvalues (k,) of T, ascending, and its eigenvectors as columns (k, k)."""
        return eigen(self.alpha, self.beta)


def eigen(alpha: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues (k,), ascending, and eigenvectors (k, k) of a chain, by QR steps."""
    from scipy.linalg import eigh_tridiagonal

    values, vectors = eigh_tridiagonal(alpha, beta, lapack_driver="stev", check_finite=False)
    return values, vectors


def affordable_steps(size: int, directions: int) -> int:
    """How many steps the memory allows."""
    return max(1, min(directions, int(BASIS_BYTES / (8.0 * size))))


def lanczos(
    operator: Operator, start: Floats, steps: int, enough: Callable[[Krylov], bool] = lambda krylov: False
) -> Krylov:
    """At most so many steps from `start` (size,), which is not 0; `enough` is asked now and then.

    Numbers from 1e-150 to 1e150 neither overflow nor vanish: the matrix is scaled by a power of two.
    """
    steps = max(1, min(steps, operator.directions))
    basis, alpha, beta = np.empty((steps, operator.size)), np.empty(steps), np.empty(steps)
    basis[0] = start / np.linalg.norm(start)
    unit, largest = 0.0, 0.0
    for k in range(steps):
        image = operator.times(basis[k : k + 1])[0]
        unit = unit or _power_of_two(float(np.max(np.abs(image))))
        image = image * (1.0 / unit)
        alpha[k] = basis[k] @ image
        if not math.isfinite(alpha[k]):
            return Krylov(np.array([np.nan]), np.empty(0), np.nan, basis[:1])
        beta[k] = _orthogonalised(image, basis[: k + 1], alpha[k], beta[k - 1] if k else 0.0)
        largest = max(largest, abs(alpha[k]), beta[k])
        last = k + 1 == steps
        if k + 1 == operator.directions or beta[k] <= NEGLIGIBLE * largest:
            beta[k], last = 0.0, True
        krylov = Krylov(unit * alpha[: k + 1], unit * beta[:k], unit * beta[k], basis[: k + 1])
        if last or (k % 8 == 7 and enough(krylov)):
            break
        np.multiply(image, 1.0 / beta[k], out=basis[k + 1])
    return krylov


def _orthogonalised(image: Floats, basis: Floats, alpha: float, beta: float) -> float:
    """Take from an image (size,) all that is along the basis (k, size), in place; the length of what is left.

    The two last vectors hold nearly all of it.
    """
    image -= alpha * basis[-1]
    if len(basis) > 1:
        image -= beta * basis[-2]
    length = np.linalg.norm(image)
    for _ in range(2):
        before = length
        image -= (basis @ image) @ basis
        length = np.linalg.norm(image)
        if length > MUCH * before:
            break
    return float(length)


def _power_of_two(size: float) -> float:
    """The next power of two, or 1 for what is 0 or not finite."""
    return math.ldexp(1.0, max(-1000, min(math.frexp(size)[1], 1000))) if 0.0 < size < math.inf else 1.0
