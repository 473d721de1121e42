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

L0, L1, L2, L3, L4, L5, L6, L7, L8, L9 = (2.0 / (2 * k + 1) for k in range(10))
LOG_2 = math.log(2.0)
ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of √½


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
def log_of_unit(v: float) -> float:
    """The natural logarithm of a normal number in (0, 1], to 2 units in the last place.

    libm's is called one number at a time. The bits of v give v = 2ᵉ m with √½ ≤ m < √2 exactly, and then
    log m = 2 artanh s with s = (m − 1) / (m + 1), |s| < 0.172, by its Taylor polynomial of degree 19.
    """
    bits = np.float64(v).view(np.int64)
    exponent = (bits - ROOT_HALF) >> np.int64(52)
    m = np.int64(bits - (exponent << np.int64(52))).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    p = L5 + q * (L6 + q * (L7 + q * (L8 + q * L9)))
    p = L0 + q * (L1 + q * (L2 + q * (L3 + q * (L4 + q * p))))
    return exponent * LOG_2 + s * p


@inline
def flushed(v: float) -> float:
    """The value, or zero where it is too small to matter."""
    return 0.0 if abs(v) < TINY else v  # this way round, NaN stays NaN
