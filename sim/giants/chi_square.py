"""χ² with any number of degrees of freedom, drawn from its exact law and told by its difference from them.

A χ² with k degrees is twice a Gamma variable of shape k/2, which is drawn from one normal z and one uniform u
(Marsaglia and Tsang 2000, valid from shape 1 on): with D = k/2 − 1/3 and y = z / 3√D,

    2 D (1 + y)³        taken where  y > −1  and  log u < z²/2 + D − D (1 + y)³ + 3 D log(1 + y)

and drawn anew where not. Written so, both lose all digits at k = 10¹⁵. But multiplied out, nothing cancels:

    χ² − k  =  2√D z + ⅔ (z² − 1) + 2z³ / 27√D        log u < 3 D (log(1 + y) − y + y²/2 − y³/3)

One degree is the square of a normal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.arrays import Floats, np
from sim.kernel import ROW, inline, kernel
from sim.rng import normal_pair, philox, unit

if TYPE_CHECKING:
    from sim.rng import Word

ATTEMPT = 1 << 32
"""Steps of a caller are below this, so that what is drawn anew is from steps of nobody else."""

SMALL = 1.0 / 32.0
"""Below, twelve terms of a series are more exact than a difference of logarithm and polynomial."""

R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11 = ((-1.0) ** (k + 1) / (k + 4) for k in range(12))


@inline
def log_remainder(y: float) -> float:
    """log(1 + y) − y + y²/2 − y³/3 for y > −1, which is never above 0; to 1e-10 of itself.

    In what it decides, an error of that share is below 1e-12.
    """
    if abs(y) >= SMALL:
        return math.log1p(y) - y * (1.0 - y * (0.5 - y / 3.0))
    p = R6 + y * (R7 + y * (R8 + y * (R9 + y * (R10 + y * R11))))
    p = R0 + y * (R1 + y * (R2 + y * (R3 + y * (R4 + y * (R5 + y * p)))))
    return y * y * y * y * p


@inline
def excess_of(z: float, root: float) -> float:
    """χ² less its degrees, from the normal that was taken; `root` is √D."""
    return 2.0 * root * z + (2.0 / 3.0) * (z * z - 1.0) + (2.0 / 27.0) * z * z * z / root


@inline
def is_taken(z: float, root: float, log_u: float) -> bool:
    """Whether Marsaglia and Tsang take a normal z with this logarithm of a uniform; `root` is √D."""
    y = z / (3.0 * root)
    return bool(y > -1.0 and log_u < 3.0 * root * root * log_remainder(y))


@inline
def chi_square_excess(key: Word, step: int, index: int, degrees: float) -> float:
    """A χ² with `degrees` degrees of freedom (whole, 1 to 10¹⁵), less `degrees`.

    It is a function of key, step (below 2³²) and index alone, and exact to 1e-15 of its standard deviation.
    """
    attempt = np.uint64(step)
    z, _ = normal_pair(key, attempt, np.uint64(index))
    if degrees < 2.0:
        return z * z - 1.0
    root = math.sqrt(0.5 * degrees - 1.0 / 3.0)
    while True:
        attempt += np.uint64(ATTEMPT)
        bits, _ = philox(key, attempt, np.uint64(index))
        if is_taken(z, root, math.log(unit(bits) + 2.0**-53)):
            return excess_of(z, root)
        attempt += np.uint64(ATTEMPT)
        z, _ = normal_pair(key, attempt, np.uint64(index))


@kernel(f"void(u8, {ROW}, {ROW})")
def fill_excess(key: Word, degrees: Floats, out: Floats) -> None:
    """Entry i of `out` (m,) gets a χ² with degrees[i] degrees of freedom less degrees[i], from index i."""
    for i in range(len(out)):
        out[i] = chi_square_excess(key, 0, i, degrees[i])
