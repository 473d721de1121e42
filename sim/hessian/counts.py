"""How many eigenvalues a Hessian has on either side of zero, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np

ZERO_BAND = 1e-9
"""Eigenvalues within this share of the largest magnitude count as zero, unless a tolerance is given.

Far above the rounding error of the eigenvalues (about 1e-16 √d of the largest), far below any
curvature that a walker could feel.
"""

SIGNS = ("negative", "zero", "positive")
"""In the order in which they are told."""

Interval = tuple[int, int]
"""The least and the most that a number may be, both included."""


@dataclass(frozen=True)
class Signs:
    """The signs of a Hessian's eigenvalues: `negative + zero + positive` is the number of directions.

    `zero` counts |λ| ≤ `tolerance` (loss per squared coordinate). `exact` says whether `method` counts or
    estimates. An estimate from random probes has for each count an interval that holds the true one with
    probability `confidence`, or more; `intervals` are those of negative, zero and positive. `lowest` and
    `highest` are the extreme eigenvalues, where they are found on the way: the true ones are further out by
    at most `extreme_error`, at 99.9 % where estimated.
    """

    negative: int
    zero: int
    positive: int
    method: str
    exact: bool
    tolerance: float
    intervals: tuple[Interval, Interval, Interval] | None = None
    confidence: float | None = None
    probes: int = 0
    steps: int = 0
    lowest: float | None = None
    highest: float | None = None
    extreme_error: float = 0.0

    @property
    def directions(self) -> int:
        """How many there are."""
        return self.negative + self.zero + self.positive

    def interval(self, sign: str) -> Interval:
        """What the count of "negative", "zero" or "positive" may be; the count alone where it is exact."""
        count: int = getattr(self, sign)
        return self.intervals[SIGNS.index(sign)] if self.intervals else (count, count)


def zero_band(eigenvalues: Floats, error: float = 0.0) -> Floats:
    """The half-width (...) within which eigenvalues (..., d) count as zero."""
    band: Floats = max(ZERO_BAND, error) * np.abs(eigenvalues).max(axis=-1, initial=0.0)
    return band
