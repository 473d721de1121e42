"""Small functions that kernels call."""

from __future__ import annotations

import math

from sim.arrays import np
from sim.kernel import inline

TINY = 1e-200
"""Smaller magnitudes become zero: walkers that converge would decay into subnormal numbers, which
are an order of magnitude slower, and nothing that is drawn or measured could tell them from zero."""

_S = tuple((-1.0) ** k * math.tau ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(11))
_C = tuple((-1.0) ** k * math.tau ** (2 * k) / math.factorial(2 * k) for k in range(12))
S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10 = _S
C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11 = _C


@inline
def sin_cos_turns(t: float) -> tuple[float, float]:
    """The sine and cosine of 2πt, to 1e-14 for |t| < 2⁵¹.

    libm's functions are called one coordinate at a time. Reducing t by half turns is exact (`rint`, and
    a difference of nearby numbers) and leaves |r| ≤ 1/4, where the Taylor polynomials of degree 21 and
    22 reach rounding error; the whole is straight-line code that the compiler vectorises.
    """
    half_turns = np.rint(2.0 * t)
    r = t - 0.5 * half_turns
    sign = 1.0 - 2.0 * abs(half_turns - 2.0 * np.rint(0.5 * half_turns))
    q = r * r
    s = S6 + q * (S7 + q * (S8 + q * (S9 + q * S10)))
    s = r * (S0 + q * (S1 + q * (S2 + q * (S3 + q * (S4 + q * (S5 + q * s))))))
    c = C6 + q * (C7 + q * (C8 + q * (C9 + q * (C10 + q * C11))))
    c = C0 + q * (C1 + q * (C2 + q * (C3 + q * (C4 + q * (C5 + q * c)))))
    return sign * s, sign * c


@inline
def flushed(v: float) -> float:
    """The value, or zero where it is too small to matter."""
    return 0.0 if abs(v) < TINY else v  # this way round, NaN stays NaN
