"""From the structure of a Hessian to the signs of its eigenvalues."""

from sim.hessian.inertia import (
    DENSE_LIMIT,
    Signs,
    chain_signs,
    dense_eigenvalues,
    hessian_error,
    not_counted,
    signs,
    zero_band,
)

__all__ = [
    "DENSE_LIMIT",
    "Signs",
    "chain_signs",
    "dense_eigenvalues",
    "hessian_error",
    "not_counted",
    "signs",
    "zero_band",
]
