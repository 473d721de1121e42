"""The signs of eigenvalues from random probes: for each sign a number, and an interval that it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.hessian.counts import ZERO_BAND, Interval, Signs
from sim.hessian.operator import Operator
from sim.hessian.quadrature import CONFIDENCE, Probes, plan, plausible, probed

ROUNDING = 2.0**-36
"""A band is made wider by this share of the largest magnitude, so that rounding moves none out of it."""


def estimated_signs(
    operator: Operator, tolerance: float | None, error: float, work: float, key: int = 0
) -> Signs | None:
    """The signs from random probes, by about so many multiplications; None if a product is not finite.

    `error` is that of the products, as a share of the largest magnitude.
    """
    found = probed(operator, *plan(operator, work), key)
    if not found.finite:
        return None
    (highest, above), (lowest, below) = found.extreme(), found.negated().extreme()
    largest = max(abs(highest), abs(lowest))
    band = max(ZERO_BAND, error) * largest if tolerance is None else tolerance
    return replace(
        counted_by_mass(found, band + ROUNDING * largest),
        lowest=-lowest,
        highest=highest,
        extreme_error=max(above, below) + error * largest,
    )


def counted_by_mass(found: Probes, band: float) -> Signs:
    """The counts that go with the weights below −band, within and above it, and their intervals.

    A count of T's eigenvalues is one that the matrix has at least (Cauchy), and one that bounds the others.
    """
    (low, upto_low), (below_high, high) = found.mass_below(-band), found.mass_below(band)
    if all(krylov.scale == 0.0 for krylov in found.krylovs):  # the matrix is 0
        (low, upto_low), (below_high, high) = (0.0, 0.0), (1.0, 1.0)
    masses = (low, upto_low), (max(below_high - upto_low, 0.0), high - low), (1.0 - high, 1.0 - below_high)
    probes, d = len(found.krylovs), found.directions
    least = found.least(-band), 0, found.negated().least(-band)
    intervals = []
    for place, mass in enumerate(masses):
        others = sum(least) - least[place]
        lower, upper = plausible(*mass, probes, d)
        intervals.append(
            (min(max(lower, least[place]), d - others), max(min(upper, d - others), least[place]))
        )
    counts = _adding_up(d, masses, intervals)
    held = [(min(low, n), max(high, n)) for n, (low, high) in zip(counts, intervals, strict=True)]
    return Signs(
        *counts, found.method, False, band, (held[0], held[1], held[2]), CONFIDENCE, probes, found.steps
    )


def _adding_up(
    d: int, masses: Sequence[tuple[float, float]], intervals: Sequence[Interval]
) -> tuple[int, int, int]:
    """The middle of what is below and above the band, within their intervals; what is left is zero.

    Bounds of the weight on either side of a narrow band are nearly the same, and so are their middles: zeros
    are counted where there is more between them than the bounds leave open.
    """
    negative, positive = (round(0.5 * d * sum(masses[place])) for place in (0, 2))
    guesses = [negative, d - negative - positive, positive]
    for place in (1, 0, 2):
        low, high = intervals[place]
        guesses[place] = min(max(guesses[place], low), high)
    for place in sorted(range(3), key=lambda place: intervals[place][0] - intervals[place][1]):
        low, high = intervals[place]  # what is known least takes up the difference
        guesses[place] = min(max(guesses[place] + d - sum(guesses), low), high)
    negative = min(guesses[0], d)
    positive = min(guesses[2], d - negative)
    return negative, d - negative - positive, positive
