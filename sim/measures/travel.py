"""How far the walkers have come: from where they began, and to a minimum that is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Flags, Floats, np
from sim.landscape import Problem
from sim.measure import Measure, State, gone, largest
from sim.pairwise import compared, lengths, squared_distances
from sim.population import Spread, spread
from sim.theory import DistanceTheory

WITHIN = 0.5
"""Near a minimum: no coordinate is farther from it than this share of the landscape's length."""

TOGETHER = 1 << 20
"""How many coordinates are compared with a minimum at a time: 8 MB."""


@dataclass(frozen=True)
class TravelReading:
    """Euclidean distances along the open directions, of `walkers` walkers, the first ones.

    `from_start` is what they are from their own starts, None where those are not known. `between_starts` is
    how far apart two starts are on average: what theory says where it does (`exact`), else the mean over
    pairs of these walkers' starts; None where neither is known, or there is one walker alone.

    `to_minimum` is what they are from the nearest minimum (c, …, c) that the landscape declares, None where
    it declares none. `near` of them have every coordinate within half of the landscape's length of it.
    `starts_to_minimum` is the root mean square of how far independent starts are from the first of those
    minima, where theory is exact about it. A walker that diverged counts as infinitely far.
    """

    step: int
    walkers: int
    from_start: Spread | None
    between_starts: float | None
    exact: bool
    to_minimum: Spread | None
    near: int | None
    starts_to_minimum: float | None

    @property
    def relative(self) -> float | None:
        """The median distance from the start over that between two starts."""
        if self.from_start is None or not self.between_starts:
            return None
        return self.from_start.median / self.between_starts


@dataclass(frozen=True, eq=False)
class Inputs:
    """A copy of the first positions (k, a), who diverged by their loss (k,), and how to find the starts."""

    problem: Problem
    step: int
    positions: Floats
    lost: Flags
    starts: Callable[..., Floats | None]
    law: Callable[[], DistanceTheory | None]


def collect(state: State) -> Inputs:
    """The first walkers, as many as can be compared with their starts."""
    count = compared(state, arrays=2)
    positions, lost = state.moving[:count].copy(), state.lost[:count]
    return Inputs(state.problem, state.step, positions, lost, state.starts, state.start_law)


def compute(inputs: Inputs) -> TravelReading:
    """The lengths of differences; the starts are drawn anew."""
    problem, positions, law = inputs.problem, inputs.positions, inputs.law()
    walkers, active = positions.shape
    known = problem.landscape.known_minima(problem.dim, problem.settings)
    diverged = inputs.lost | gone(problem, positions)
    to_minimum, near = _to_minimum(problem, positions, known)
    starts = inputs.starts(walkers)
    from_start, between = None, law.mean if law else None
    if starts is not None:
        starts = starts[:, :active]
        positions -= starts
        from_start = _population(lengths(positions), diverged)
        if law is None and walkers > 1:
            between = _mean_distance(np.ascontiguousarray(starts))
    return TravelReading(
        inputs.step,
        walkers,
        from_start,
        between,
        law is not None,
        _population(to_minimum, diverged) if known else None,
        int(np.count_nonzero(near & ~diverged)) if known else None,
        _expected(problem, law, known[0], active) if known and law and law.central else None,
    )


def _population(distances: Floats, diverged: Flags) -> Spread:
    return spread(np.where(diverged, np.inf, distances))


def _to_minimum(problem: Problem, positions: Floats, known: tuple[float, ...]) -> tuple[Floats, Flags]:
    """How far each walker (k,) is from the nearest known minimum, and whether it is near it."""
    walkers, active = positions.shape
    nearest, farthest = np.full((2, walkers), np.inf)
    at_once = max(1, TOGETHER // active)
    for begin in range(0, walkers, at_once):
        rows = slice(begin, begin + at_once)
        for place in known:
            offsets = positions[rows] - place
            most, distance = largest(offsets), lengths(offsets)
            closer = distance < nearest[rows]
            nearest[rows] = np.where(closer, distance, nearest[rows])
            farthest[rows] = np.where(closer, most, farthest[rows])
    return nearest, farthest <= WITHIN * problem.scales.length


def _mean_distance(starts: Floats) -> float:
    """Over all pairs of starts (k, a), which are written over."""
    squared, unit = squared_distances(starts)
    return float(unit * np.sqrt(squared).sum() / (len(squared) * (len(squared) - 1)))


def _expected(problem: Problem, law: DistanceTheory, place: float, active: int) -> float:
    """√E|x − c|² for independent starts x and c = (place, …, place)."""
    offset = place - 0.5 * (problem.box[0] + problem.box[1])
    return math.sqrt(law.mean_square_from(active * offset * offset))


def row(reading: TravelReading) -> tuple[float, ...]:
    """10 %, median and 90 % of the distances from the start, and to the known minimum; NaN for none."""
    found = (reading.from_start, reading.to_minimum)
    return tuple(value for spread in found for value in _three(spread))


def _three(spread: Spread | None) -> tuple[float, float, float]:
    return (spread.p10, spread.median, spread.p90) if spread else (float("nan"),) * 3


MEASURE = Measure(
    title="Travel",
    help="how far the walkers are from their starts, beside how far starts are apart, and a known minimum",
    collect=collect,
    compute=compute,
    columns=(
        "start_p10", "start_median", "start_p90", "minimum_p10", "minimum_median", "minimum_p90",
    ),
    row=row,
    work=lambda inputs: float(len(inputs.positions)) * inputs.positions.size,
    of_chosen=True,
    routine=False,
)  # fmt: skip
