"""How many eigenvalues of a large symmetric random matrix are beyond a point near the end of its spectrum.

Where the spectrum of GOE_d/√d ends, at 2, it has one eigenvalue in about d^(−⅔). With s the distance from 2
in that unit, and Ai Airy's function, the density of eigenvalues at x is (Forrester, Nagao and Honner 1999)

    Ai'(x)² − x Ai(x)² + ½ Ai(x) (1 − ∫ₓ^∞ Ai)

of which B(s) = ∫ₛ^∞ Ai leaves beyond s

    (2 s² Ai² − 2 s Ai'² − Ai Ai')/3 + ½ B − ¼ B²        → 2|s|^(3/2)/3π + ¼ for s → −∞

That is 0.17 at the end itself. Matrices of finite size have it in the variable

    s = −(3π M/2)^⅔        M the semicircle's share beyond, times n = d − ½
    s = (3A/2)^⅔           beyond the end, A = n ∫₂^τ ½√(x² − 4) dx at τ = t √(d/n)

(Langer 1931, for the two forms; Johnstone and Ma 2012 for the half), in which M + ¼ is the law in the bulk.
"""

from __future__ import annotations

import cmath
import math

STEP, REACH = 0.1, 7.0
"""Of the trapezoidal rule, which is exact to rounding here: the integrand falls like exp(−k²)."""

NEAR = 1e-3
"""Nearer to the end than this, the integrals are taken by their series, as they would cancel."""

FAR = -8.0
"""From here on to the bulk, what is left of the edge is −1/8π|s|^(3/2)."""

TABLE_FROM, TABLE_STEP = -2.0, 0.5
VARIANCES = 0.3620, 0.3291, 0.2792, 0.2128, 0.1436, 0.0861, 0.0464
"""Of the number beyond s, from −2 to 1: the two-point correlations of the same paper, integrated. Simulated
matrices of 1000 rows are within 0.005 of it (two standard errors), and the line between two within 0.005.
"""


def airy(x: float) -> tuple[float, float, float]:
    """Ai(x), Ai'(x) and ∫ₓ^∞ Ai, the integrals of exp(z³/3 − xz) times 1, −z and 1/z along c + ik, over 2π.

    With c² = x, where the exponent is stationary, a large x costs no digit.
    """
    c = math.sqrt(max(x, 1.0))
    value = slope = tail = 0.0
    for i in range(math.ceil(REACH / STEP)):
        z = complex(c, STEP * i)
        term = (0.5 if i == 0 else 1.0) * cmath.exp(z * z * z / 3.0 - x * z)
        value, slope, tail = value + term.real, slope - (z * term).real, tail + (term / z).real
    weight = STEP / math.pi
    return weight * value, weight * slope, weight * tail


def beyond(s: float) -> float:
    """How many eigenvalues are beyond s on average."""
    if s < FAR:
        bulk = math.pow(-s, 1.5)
        return 2.0 * bulk / (3.0 * math.pi) + 0.25 - 1.0 / (8.0 * math.pi * bulk)
    value, slope, tail = airy(s)
    unitary = (2.0 * s * s * value * value - 2.0 * s * slope * slope - value * slope) / 3.0
    return unitary + 0.5 * tail - 0.25 * tail * tail


def more_than_bulk(s: float) -> float:
    """What is beyond s ≤ 0 less what the bulk's law has there, 2|s|^(3/2)/3π + ¼."""
    bulk = math.pow(-s, 1.5)
    return -1.0 / (8.0 * math.pi * bulk) if s < FAR else beyond(s) - 2.0 * bulk / (3.0 * math.pi) - 0.25


def variance_beyond(s: float) -> float:
    """The variance of that number, for s from −2 on; above 1, where two are hardly ever beyond, m (1 − m)."""
    at = (s - TABLE_FROM) / TABLE_STEP
    if at >= len(VARIANCES) - 1:
        mean = beyond(s)
        return mean * (1.0 - mean)
    i = int(at)
    return VARIANCES[i] + (at - i) * (VARIANCES[i + 1] - VARIANCES[i])


def variance_more_than_bulk(s: float) -> float:
    """The variance for s below −2 less what the bulk's law has there; fitted to 0.002 to those integrals."""
    return 0.09 / abs(s) ** 3


def scaled(dim: int, level: float) -> float:
    """The s of a level t ≥ 0 for matrices GOE_d/√d."""
    n = dim - 0.5
    off = (level - 2.0) + level * math.expm1(-0.5 * math.log1p(-0.5 / dim))
    if abs(off) < NEAR:
        series = 1.0 + off * (3.0 / 40.0 - off * (3.0 / 896.0 - off / 3072.0))
        return float(off * n ** (2.0 / 3.0) * series ** (2.0 / 3.0))
    x = 2.0 + off
    root = math.sqrt(abs(x * x - 4.0))
    if off > 0.0:
        return float((1.5 * n * (0.25 * x * root - math.acosh(0.5 * x))) ** (2.0 / 3.0))
    return -float((1.5 * n * (math.acos(0.5 * x) - 0.25 * x * root)) ** (2.0 / 3.0))
