"""From the structure of a Hessian to the signs of its eigenvalues."""

from sim.hessian.inertia import Signs, signs

__all__ = ["Signs", "signs"]
