"""Small functions that kernels call."""

from __future__ import annotations

import math

from sim.arrays import np
from sim.kernel import inline

TINY = 1e-140
"""Smaller magnitudes become zero: walkers that converge would decay into numbers whose squares are below what
a double holds, which are an order of magnitude slower (Adam's settled walkers took 2.8 times as long at
1e-200), and nothing that is drawn or measured could tell them from zero."""

_S = tuple((-1.0) ** k * math.tau ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(11))
_C = tuple((-1.0) ** k * math.tau ** (2 * k) / math.factorial(2 * k) for k in range(12))
S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10 = _S
C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11 = _C

_E = tuple(1.0 / math.factorial(k) for k in range(14))
_L = tuple(2.0 / (2 * k + 1) for k in range(17))
E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10, E11, E12, E13 = _E
L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11, L12, L13, L14, L15, L16 = _L
LOG_2 = math.log(2.0)
ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of √½
WHOLE = 1.5 * 2.0**52  # a whole number added to it stands in its last bits


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
def log1p_of_unit(v: float) -> float:
    """log(1 + v) for v in [0, 1], to 1e-15 of itself.

    It is 2 artanh s with s = v / (2 + v) ≤ 1/3, by its Taylor polynomial of degree 33.
    """
    s = v / (2.0 + v)
    q = s * s
    p = L8 + q * (L9 + q * (L10 + q * (L11 + q * (L12 + q * (L13 + q * (L14 + q * (L15 + q * L16)))))))
    p = L0 + q * (L1 + q * (L2 + q * (L3 + q * (L4 + q * (L5 + q * (L6 + q * (L7 + q * p)))))))
    return s * p


@inline
def exp_of_negative(v: float) -> float:
    """eᵛ for v ≤ 0, to 1e-13 of itself, and never below e⁻⁷⁰⁸, the last before subnormal numbers.

    v = k log 2 + r with |r| ≤ ½ log 2: a Taylor polynomial of degree 13 in r, and k into the exponent's bits.
    """
    v = max(v, -708.0)  # this way round, NaN stays NaN
    power = np.rint(v * (1.0 / LOG_2))
    r = v - power * LOG_2
    p = E7 + r * (E8 + r * (E9 + r * (E10 + r * (E11 + r * (E12 + r * E13)))))
    p = E0 + r * (E1 + r * (E2 + r * (E3 + r * (E4 + r * (E5 + r * (E6 + r * p))))))
    exponent = np.float64(power + (WHOLE + 1023.0)).view(np.int64)
    power_of_two = np.int64(exponent << np.int64(52)).view(np.float64)
    value: float = p * power_of_two
    return value


@inline
def flushed(v: float) -> float:
    """The value, or zero where it is too small to matter."""
    return 0.0 if abs(v) < TINY else v  # this way round, NaN stays NaN
