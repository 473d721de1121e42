"""From the structure of a Hessian to the signs of its eigenvalues."""

from sim.hessian.inertia import Signs, signs, zero_band

__all__ = ["Signs", "signs", "zero_band"]
