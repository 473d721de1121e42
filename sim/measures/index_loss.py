"""The share of directions that fall, against the height: where walkers are, and where nobody chose to be.

Theory says F(ε) of a typical point at level ε, F being a semicircle's share below 0. Three samplings are kept
apart, since only the first two are typical: random points, planted critical points (both of `sim.samplings`),
and the walkers on their way down, whose points are in the measure's trace.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.arrays import Flags, Floats, np
from sim.landscape import Problem
from sim.measure import Measure, State
from sim.samplings import Point, grown, look
from sim.theory import Semicircle

FOLLOWED = 4
"""How many walkers are looked at in a reading at most, the focused one first."""

COPIED = 1 << 21
"""At most so many numbers are copied for them (16 MB), unless one walker has more."""


@dataclass(frozen=True)
class Deviation:
    """Where the mean over planted fields is furthest from F: by `value` ± `error` (95 %), at level `at`."""

    at: float
    value: float
    error: float


@dataclass(frozen=True)
class IndexLossReading:
    """Points of three samplings; those of `walkers` are None where one diverged or is not finite.

    With `levels`, all of them stand at their level, else at their loss. `left` random and planted points are
    still to come. Points with another `ground` in the trace are of another landscape, or of other directions.
    Random points and walkers are all of one field, and planted ones each of their own. `reason` says why
    there are no points, where directions are drawn in part.
    """

    step: int
    directions: int
    levels: bool = False
    ground: int = 0
    walkers: tuple[Point | None, ...] = ()
    random: tuple[Point, ...] = ()
    planted: tuple[Point, ...] = ()
    left: int = 0
    reason: str = ""

    @property
    def deviation(self) -> Deviation | None:
        """Of the planted points, over levels with two fields or more; an interval over those fields."""
        found = [_deviation([p for p in self.planted if p.planted == level]) for level in self._levels]
        return max((d for d in found if d), key=lambda d: abs(d.value), default=None)

    @property
    def _levels(self) -> list[float]:
        return sorted({p.planted for p in self.planted if p.planted is not None})


def law_of_levels(level: float) -> float:
    """F(ε): the share below 0 of a semicircle at this level."""
    return Semicircle(-level, 2.0).below(0.0)


def _deviation(points: Sequence[Point]) -> Deviation | None:
    if len(points) < 2:
        return None
    from scipy.special import stdtrit

    away = np.array([point.share - law_of_levels(point.at) for point in points])
    error = float(stdtrit(len(away) - 1, 0.975) * away.std(ddof=1) / math.sqrt(len(away)))
    return Deviation(points[0].at, float(away.mean()), error)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Copies of the rows (k, d) that are looked at, and who diverged (k,)."""

    problem: Problem
    step: int
    points: Floats
    diverged: Flags
    active: int
    work: float


def collect(state: State) -> Inputs:
    """The focused walker and others spread evenly, as many as can be copied and looked at quickly."""
    most = min(FOLLOWED, max(1, COPIED // state.problem.size), state.affordable_hessians)
    rows = [(state.focus + k * state.walkers // most) % state.walkers for k in range(most)]
    return Inputs(state.problem, state.step, *state.copied(rows), state.active, state.work)


def compute(inputs: Inputs) -> IndexLossReading:
    """The walkers as they stand, and some more of the other samplings."""
    problem, active = inputs.problem.whole, inputs.active
    directions = problem.directions(active)
    if not directions or problem.unseen:
        return IndexLossReading(inputs.step, directions, reason=f"no samplings: {problem.unseen}")
    samplings = grown(problem, active, inputs.work)
    each = inputs.work / len(inputs.points)
    walkers = tuple(
        None if gone else look(problem, x, active, each)
        for x, gone in zip(inputs.points, inputs.diverged, strict=True)
    )
    return IndexLossReading(
        inputs.step,
        directions,
        samplings.levels,
        samplings.ground,
        walkers,
        samplings.random,
        samplings.planted,
        samplings.left,
    )


def row(reading: IndexLossReading) -> tuple[float, ...]:
    """The ground; level or loss, share and the width of its interval for each walker; NaN for none."""
    found: list[float] = [float(reading.ground)]
    for place in range(FOLLOWED):
        point = reading.walkers[place] if place < len(reading.walkers) else None
        found += (point.at, point.share, point.most - point.least) if point else (math.nan,) * 3
    return tuple(found)


MEASURE = Measure(
    title="Index against loss",
    help="the share of falling directions against the height: random, planted and descending points",
    collect=collect,
    compute=compute,
    columns=("ground", *(f"{name}_{k}" for k in range(1, FOLLOWED + 1) for name in ("at", "share", "width"))),
    row=row,
    work=lambda inputs: min(inputs.work, 10.0 * inputs.problem.hessian_work(inputs.active)),
    of_chosen=True,
    routine=False,
    unfinished=lambda reading: reading.left > 0,
)
