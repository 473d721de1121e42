"""How many directions fall at a random point, as theory has it in any dimension up to 10¹⁵.

Where the Hessian is H = GOE_d/√d + t, with an edge of the spectrum at t ± 2, the number of its negative
eigenvalues has, for F(x) = ½ + x √(4 − x²)/4π + asin(x/2)/π,

    mean       d F(−t) + asin(t/2)/2π
    variance   [ln d + γ + 1 + 3 ln 2 − π²/8 + (3/2) ln(1 − t²/4)]/π²

The semicircle gives d F(−t) (Wigner 1955). The rest of the mean is the term of order 1 of the density of a
symmetric real matrix, (δ(x − 2) + δ(x + 2))/4 − 1/(2π √(4 − x²)) (Johansson 1998), and it is what a count of
10⁹ ± 1.5 directions can see. The variance grows like ln d/π², as eigenvalues repel one another (Majumdar,
Nadal, Scardicchio and Vivo 2011); its constant is that of Dyson and Mehta's number variance.

Rastrigin's Hessian is diagonal, so that its directions fall each for itself: at a uniform point of its box
the number that do is binomial, and its variance grows like d.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import np
from sim.errors import BadInput
from sim.giants.soft_edge import (
    TABLE_FROM,
    beyond,
    more_than_bulk,
    scaled,
    variance_beyond,
    variance_more_than_bulk,
)
from sim.ranges import RANGES, accepted, shown
from sim.rng import Stream, stream_keys
from sim.theory import Semicircle

EULER = 0.5772156649015329
AT_EDGE = 2.0
"""The spectrum of GOE_d/√d ends at ± this."""

BULK, BEYOND = -6.0, 9.0
"""In the unit of the soft edge: up to here it is the bulk, and from there on nobody sees one."""

LARGE, CLOSE = 10_000, 0.01
"""In more dimensions and closer to the edge, both forms of the law agree to 10⁻⁴, and the bulk's cancels."""

FEW = 0.2
"""The largest share of directions that may be expected to fall where it is said that one does or none."""

HALF_BOX = 5.12
"""Rastrigin's box is ± this, in periods of its cosine."""


def require_dim(dim: int) -> None:
    """Raises BadInput where there is no such dimension, or too large a one."""
    low, high = RANGES["dim"]
    if not low <= dim <= high:
        raise BadInput("dim", f"{shown(dim)} is out of range", accepted("dim"))


@dataclass(frozen=True)
class CountLaw:
    """Mean and standard deviation of a number of directions; `left_out` says what it does not account for."""

    mean: float
    standard_deviation: float
    left_out: str


def negative_of_goe(dim: int, shift: float) -> CountLaw:
    """How many eigenvalues of GOE_d/√d + shift are negative.

    In the bulk it is the law above, which goes over into that of `sim.giants.soft_edge` at the end of the
    spectrum. Against sampling, the mean was off by less than 0.2/d in the bulk and 0.02 d^(−⅔) at the end,
    and the variance by less than 0.1 d^(−⅔). It is never said to be below that of a whole number of this
    mean, or above what so few directions can have.
    """
    if shift < 0.0:
        rises = negative_of_goe(dim, -shift)
        return CountLaw(dim - rises.mean, rises.standard_deviation, rises.left_out)
    s = scaled(dim, shift)
    if s > BEYOND:
        return CountLaw(0.0, 0.0, "a chance below 1e-9")
    mean = _mean(dim, shift, s)
    fraction = mean - math.floor(mean)
    least, most = fraction * (1.0 - fraction), mean * (dim - mean)
    variance = min(max(_variance(dim, shift, s), least), most)
    return CountLaw(mean, math.sqrt(variance), f"terms of order {'d^(−2/3)' if s > BULK else '1/d'}")


def is_beyond_spectrum(dim: int, shift: float) -> bool:
    """Whether all directions curve the same way, but for a chance below 10⁻⁹."""
    return scaled(dim, abs(shift)) > BEYOND


def is_at_edge(dim: int, shift: float) -> bool:
    """Whether it is open if all of several directions curve the same way, two others being unlikely."""
    few = negative_of_goe(dim, abs(shift)).mean < min(0.5, FEW * dim)
    return few and not is_beyond_spectrum(dim, shift)


def _mean(dim: int, shift: float, s: float) -> float:
    if s >= 0.0 or (dim > LARGE and AT_EDGE - shift < CLOSE):
        return beyond(s)
    bulk = dim * Semicircle(shift, AT_EDGE).below(0.0) + math.asin(shift / AT_EDGE) / math.tau
    return bulk + more_than_bulk(s) - more_than_bulk(scaled(dim, -shift))


def _variance(dim: int, shift: float, s: float) -> float:
    if s >= TABLE_FROM:
        return variance_beyond(s)
    constant = EULER + 1.0 + 3.0 * math.log(2.0) - math.pi**2 / 8.0
    bracket = math.log(dim) + constant + 1.5 * math.log1p(-((shift / AT_EDGE) ** 2))
    return bracket / math.pi**2 + variance_more_than_bulk(s)


def negative_in_front(dim: int, shift: float, rows: int) -> CountLaw:
    """The same of the leading block of so many rows, GOE_k/√d + shift: its own √k makes the shift larger.

    So many pivots of its rows are negative in an elimination from row 1 on.
    """
    if rows == 0:
        return CountLaw(0.0, 0.0, "nothing")
    return negative_of_goe(rows, shift * math.sqrt(dim / rows))


def expected_in_back(dim: int, shift: float, rows: int) -> float:
    """How many of the last rows' pivots are negative on average, in an elimination from row d on.

    It is what the rows in front leave of the whole. Against simulations, the mean was off by less than ½:
    joining both ends changes one pivot.
    """
    return negative_of_goe(dim, shift).mean - negative_in_front(dim, shift, dim - rows).mean


@dataclass(frozen=True)
class BinomialLaw:
    """How many of `dim` directions fall, each with the same `probability` and for itself; exact."""

    dim: int
    probability: float

    @property
    def mean(self) -> float:
        """How many fall on average."""
        return self.dim * self.probability

    @property
    def standard_deviation(self) -> float:
        """Of that number."""
        return math.sqrt(self.dim * self.probability * (1.0 - self.probability))

    @property
    def rises(self) -> float:
        """The probability that one direction rises."""
        return 1.0 - self.probability

    @property
    def log10_of_none(self) -> float:
        """log₁₀ of the chance that not one falls: that a random point has the curvature of a minimum."""
        return self.dim * math.log1p(-self.probability) / math.log(10.0)


def falling_of_rastrigin(dim: int, amplitude: float) -> BinomialLaw:
    """Rastrigin's law for an amplitude A ≥ 0, at a uniform point of [−5.12, 5.12]^d.

    f'' = 2 + 4π²A cos 2πx is negative where x is within u = acos(1/2π²A)/2π ≤ ¼ of a whole number and a half,
    of which the box holds ten with all that is about them. So the probability is 20u/10.24, and 0 up to
    A = 1/2π².
    """
    steepness = 2.0 * math.pi**2 * amplitude
    reach = math.acos(1.0 / steepness) / math.tau if steepness > 1.0 else 0.0
    whole_periods = 2.0 * math.floor(HALF_BOX)
    return BinomialLaw(dim, whole_periods * reach / HALF_BOX)


def drawn_falling(dim: int, amplitude: float, seed: int) -> int:
    """How many directions fall at one random point: a draw from that law, by rejection (Kachitvichyanukul and
    Schmeiser 1988), exact but for the rounding of doubles.
    """
    law = falling_of_rastrigin(dim, amplitude)
    key = int(stream_keys(seed, Stream.DRAWN, 1)[0])
    return int(np.random.Generator(np.random.Philox(key=key)).binomial(dim, law.probability))
