"""How far independent normal points are from one another in any dimension: drawn from the exact joint law.

As many points as there are walkers, in the dimension of the exact laws. Where they are is never drawn, only
how far apart, so that it takes as long in 10¹⁵ dimensions as in 300.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from sim.arrays import Floats, Integers, np
from sim.giants.distances import draw, square, summary
from sim.measure import Measure, State
from sim.pairwise import spread_errors
from sim.theory import DistanceTheory, normal_distances

MOST = 256
"""So many points at most: all walkers that are compared with one another elsewhere, too."""

BINS = 48
"""At most so many bars: two a column of a narrow chart."""


@dataclass(frozen=True, eq=False)
class DrawnDistancesReading:
    """Distances of all pairs of `points` points in `dim` dimensions, each coordinate of variance 1.

    `absolute_spread` is their standard deviation and `relative_spread` that over their mean; NaN where there
    are too few points. `mean_error` and the others are standard errors, found by leaving out each point in
    turn; None with fewer than four points. `counts` (b,) lie between the `edges` (b + 1,). `theory` is the
    law of one distance.
    """

    step: int
    dim: int
    points: int
    seed: int
    theory: DistanceTheory
    mean: float = math.nan
    absolute_spread: float = math.nan
    relative_spread: float = math.nan
    least: float = math.nan
    most: float = math.nan
    edges: Floats | None = None
    counts: Integers | None = None
    mean_error: float | None = None
    relative_error: float | None = None
    absolute_error: float | None = None


@dataclass(frozen=True)
class Inputs:
    """What decides the draw."""

    step: int
    dim: int
    points: int
    seed: int


def collect(state: State) -> Inputs:
    """How many walkers there are, and nothing of where."""
    return Inputs(state.step, state.giant, min(state.walkers, MOST), state.problem.seed)


def compute(inputs: Inputs) -> DrawnDistancesReading:
    """The same draw at every step."""
    return replace(_drawn(inputs.dim, inputs.points, inputs.seed), step=inputs.step)


@lru_cache(maxsize=16)
def _drawn(dim: int, points: int, seed: int) -> DrawnDistancesReading:
    """All but the step."""
    found = DrawnDistancesReading(0, dim, points, seed, normal_distances(dim, 1.0))
    if points < 2:
        return found
    about = math.sqrt(2.0 * dim)
    off = draw(dim, points, seed)  # from √(2d), as the spread is lost in the digits of the distances
    known = summary(dim, off)
    deviation = math.nan if known.absolute_spread is None else known.absolute_spread
    relative = deviation / known.mean
    errors = spread_errors(square(off - off.mean(), points), known.mean)
    counts, edges = np.histogram(off, min(BINS, max(4, math.ceil(math.sqrt(len(off))))))
    return replace(
        found,
        mean=known.mean,
        absolute_spread=deviation,
        relative_spread=relative,
        mean_error=errors[0],
        relative_error=_times(errors[1], relative),
        absolute_error=_times(errors[2], deviation),
        least=known.least,
        most=known.most,
        edges=about + edges,
        counts=counts,
    )


def _times(error: float | None, size: float) -> float | None:
    return None if error is None else error * size


def row(reading: DrawnDistancesReading) -> tuple[float, ...]:
    """Mean and spreads; NaN where there are none."""
    return reading.mean, reading.absolute_spread, reading.relative_spread


MEASURE = Measure(
    title="Drawn distances",
    help="distances of as many independent normal points as there are walkers, in the exact laws' dimension",
    collect=collect,
    compute=compute,
    columns=("mean", "absolute_spread", "relative_spread"),
    row=row,
    work=lambda inputs: float(inputs.points) ** 3,
    of_chosen=True,
    routine=False,
)
