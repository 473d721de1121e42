"""How far the walkers are from one another, beside what independent starts would give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.measure import Measure, State
from sim.theory import DistanceTheory

SAMPLE = 256
"""At most so many walkers are compared, the first ones: 32 640 pairs."""


@dataclass(frozen=True)
class DistancesReading:
    """Euclidean distances along the open directions, over all pairs of `walkers` walkers.

    `absolute_spread` is their standard deviation and `relative_spread` that over their mean. None stands for
    what there is not: the mean of fewer than two walkers, a spread of fewer than three (one distance has
    none), a relative one where all walkers coincide, any of them where a walker diverged.
    `theory` is what independent starts of this experiment have on average, where that is known.
    """

    step: int
    walkers: int
    mean: float | None
    relative_spread: float | None
    absolute_spread: float | None
    theory: DistanceTheory | None


@dataclass(frozen=True, eq=False)
class Inputs:
    """A copy of the compared positions (n, a), the law of the starts, and whether any of them diverged."""

    step: int
    positions: Floats
    law: Callable[[], DistanceTheory | None]
    diverged: bool


def pairwise_distances(x: Floats) -> Floats:
    """Euclidean distances of all pairs of rows of x (n, d): n(n−1)/2 of them, in the order of pdist.

    Through one matrix product, |a|² + |b|² − 2a·b about the mean. Where that cancels to less than 1e-4 of
    the squares (relative error then up to about 1e-12), the difference is formed instead.
    """
    centred = x - x.mean(axis=0)
    first, second = np.triu_indices(len(x), k=1)
    square = np.einsum("ij,ij->i", centred, centred)
    scale = square[first] + square[second]
    squared = scale - 2.0 * (centred @ centred.T)[first, second]
    for pair in np.flatnonzero(~(squared > 1e-4 * scale)):
        difference = centred[first[pair]] - centred[second[pair]]
        squared[pair] = difference @ difference
    distances: Floats = np.sqrt(squared)
    return distances


def collect(state: State) -> Inputs:
    """The first walkers, as many as are compared."""
    diverged = bool(state.diverged[:SAMPLE].any())
    return Inputs(state.step, state.moving[:SAMPLE].copy(), state.start_law, diverged)


def compute(inputs: Inputs) -> DistancesReading:
    """Mean and standard deviation over all pairs."""
    walkers = len(inputs.positions)
    mean = relative = absolute = None
    if walkers > 1 and not inputs.diverged:
        distances = pairwise_distances(inputs.positions)
        mean = float(distances.mean())
        if walkers > 2:
            absolute = float(distances.std())
            relative = absolute / mean if mean > 0.0 else None
    return DistancesReading(inputs.step, walkers, mean, relative, absolute, inputs.law())


def row(reading: DistancesReading) -> tuple[float, ...]:
    """Mean, relative and absolute spread; NaN where there is none."""
    values = (reading.mean, reading.relative_spread, reading.absolute_spread)
    return tuple(float("nan") if value is None else value for value in values)


MEASURE = Measure(
    title="Distances",
    help="distances between walkers: mean, relative and absolute spread, beside independent starts",
    collect=collect,
    compute=compute,
    columns=("mean", "relative_spread", "absolute_spread"),
    row=row,
)
