"""The Newton step H⁻¹g where the Hessian is known by its products alone.

From the space of the gradient and its images, the step that leaves the least of the gradient (MINRES: Paige
and Saunders 1975), whatever the signs of the eigenvalues are.
"""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.hessian.lanczos import Krylov, lanczos
from sim.hessian.operator import Operator
from sim.hessian.quadrature import plan


def newton_step(
    operator: Operator, gradient: Floats, left: float, work: float
) -> tuple[Floats, float] | None:
    """A step s (size,), and how long what it leaves of the gradient is, |g − Hs|; None if not finite.

    It ends once that is `left`, or the work is done.
    """
    gradient = operator.within(gradient[None])[0]
    length = float(np.linalg.norm(gradient))
    if length == 0.0:
        return np.zeros_like(gradient), 0.0

    def enough(krylov: Krylov) -> bool:
        return krylov.finite and _least_squares(krylov, length)[1] <= left

    _, steps = plan(operator, work, most=1)
    found = lanczos(operator, gradient, steps, enough)
    if not found.finite:
        return None
    weights, rest = _least_squares(found, length)
    return weights @ found.basis, rest


def _least_squares(krylov: Krylov, length: float) -> tuple[Floats, float]:
    """What the step has along each vector of the basis, and what it leaves, for a gradient of this length."""
    k = len(krylov.alpha)
    matrix, right = np.zeros((k + 1, k)), np.zeros(k + 1)
    at = np.arange(k)
    matrix[at, at], right[0] = krylov.alpha, length
    matrix[at[1:], at[:-1]] = matrix[at[:-1], at[1:]] = krylov.beta
    matrix[k, k - 1] = krylov.residual
    scale = krylov.scale or 1.0
    weights = np.linalg.lstsq(matrix / scale, right, rcond=None)[0] / scale
    return weights.astype(np.float64, copy=False), float(np.linalg.norm(right - matrix @ weights))
