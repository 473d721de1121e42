"""From the structure of a Hessian to the signs of its eigenvalues."""

from sim.hessian.inertia import (
    Signs,
    dense_eigenvalues,
    hessian_error,
    signs,
    tridiagonal_eigenvalues,
    zero_band,
)

__all__ = ["Signs", "dense_eigenvalues", "hessian_error", "signs", "tridiagonal_eigenvalues", "zero_band"]
