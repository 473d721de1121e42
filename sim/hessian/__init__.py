"""From the structure of a Hessian to the signs of its eigenvalues."""

from sim.hessian.counts import ZERO_BAND, Interval, Signs, zero_band
from sim.hessian.estimate import estimated_signs
from sim.hessian.inertia import (
    DENSE_LIMIT,
    chain_signs,
    dense_eigenvalues,
    has_all_eigenvalues,
    hessian_error,
    signs,
    signs_work,
)
from sim.hessian.lanczos import Krylov, lanczos
from sim.hessian.newton import newton_step
from sim.hessian.operator import Operator, operator
from sim.hessian.quadrature import least_work
from sim.hessian.spectra import Extreme, Spectrum, curvature_work, largest_curvature, spectrum_of

__all__ = [
    "DENSE_LIMIT",
    "ZERO_BAND",
    "Extreme",
    "Interval",
    "Krylov",
    "Operator",
    "Signs",
    "Spectrum",
    "chain_signs",
    "curvature_work",
    "dense_eigenvalues",
    "estimated_signs",
    "has_all_eigenvalues",
    "hessian_error",
    "lanczos",
    "largest_curvature",
    "least_work",
    "newton_step",
    "operator",
    "signs",
    "signs_work",
    "spectrum_of",
    "zero_band",
]
