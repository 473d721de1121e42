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
from sim.hessian.lanczos import Krylov, lanczos
from sim.hessian.operator import Operator, operator
from sim.hessian.spectra import Extreme, Spectrum, largest_curvature, spectrum_of

__all__ = [
    "DENSE_LIMIT",
    "Extreme",
    "Krylov",
    "Operator",
    "Signs",
    "Spectrum",
    "chain_signs",
    "dense_eigenvalues",
    "hessian_error",
    "lanczos",
    "largest_curvature",
    "not_counted",
    "operator",
    "signs",
    "spectrum_of",
    "zero_band",
]
