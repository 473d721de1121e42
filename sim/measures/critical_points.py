"""Critical points of the landscape that the walkers are on: all of a small torus, else what is hunted.

They belong to the landscape, not to a step: what was found is kept, and the search goes on from there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.critical.expected import Expected, expected
from sim.critical.points import UNKNOWN
from sim.critical.search import search_of
from sim.landscape import Problem
from sim.measure import Measure, State

WALKERS, COPIED = 16, 1 << 18
"""The places of so many walkers are taken, and so many numbers at most."""

SLICE = 1e9
"""About how many multiplications of a search come between two readings: a second or less."""

MOST_COORDINATES = 100_000
"""With more of them nothing is looked for: a start would take minutes."""

COUNTED = 64
"""Points are counted by their index up to so many directions."""


@dataclass(frozen=True, eq=False)
class CriticalPointsReading:
    """What a census or a hunt has found along the open directions, by the time of `step`.

    `values` (k,) and `indices` (k,), how many directions curve down, are those of k isolated points, and
    `first` (k,) the number of the start that found each, increasing; `counts` are the points of each index,
    up to 64 directions, else empty. `flat` places have next to no gradient and a flat direction; of `unknown`
    points it could not be counted which directions curve down; `outside` are out of the box. Of `starts`
    starts, `failed` ended nowhere. `exact` says whether indices are counted and not estimated.

    A `census` looks for all points; it is `complete` where every test was passed. `morse_sum` is Σ (−1)^k
    N_k, which is 0 for all of them, and `missed` an estimate of how many no start has found; of a hunt they
    are None, as what it finds is a biased sample. The search has `ended`, or goes on. `expected` is theory's,
    for a field on a torus. `reason` says why nothing is looked for, where that is so.
    """

    step: int
    directions: int
    census: bool
    complete: bool
    ended: bool
    starts: int
    failed: int
    values: Floats
    indices: Integers
    first: Integers
    counts: tuple[int, ...]
    flat: int
    unknown: int
    outside: int
    exact: bool
    morse_sum: int | None
    missed: float | None
    expected: Expected | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Inputs:
    """The landscape along its open directions, and where some walkers stand (m, active).

    `x` (d,) is where the focused walker stands, empty where no direction is locked.
    """

    problem: Problem
    step: int
    active: int
    x: Floats
    walkers: Floats
    work: float


def collect(state: State) -> Inputs:
    """The places of some walkers that are not lost, and of the focused one where directions are locked."""
    active = state.active
    if state.problem.size > MOST_COORDINATES:
        nobody = state.moving[:0]
        return Inputs(state.problem, state.step, active, nobody.ravel(), nobody, state.work)
    x = state.positions[state.focus].copy() if active < state.problem.size else state.positions[0, :0]
    count = max(1, min(WALKERS, COPIED // active))
    rows = np.linspace(0, state.walkers - 1, min(count, state.walkers)).astype(np.int64)
    walkers = state.moving[rows]
    sound = np.isfinite(walkers).all(axis=1) & np.isfinite(state.value[rows])
    return Inputs(state.problem, state.step, active, x.copy(), walkers[sound], state.work)


def compute(inputs: Inputs) -> CriticalPointsReading:
    """The search goes on for a while, or to its end where work is no matter."""
    problem, active = inputs.problem, inputs.active
    directions = problem.directions(active)
    if reason := nothing_to_look_for(inputs):
        none, nowhere = np.empty(0), np.empty(0, dtype=np.int64)
        return CriticalPointsReading(
            inputs.step, directions, False, False, True, 0, 0, none, nowhere, nowhere, (), 0, 0, 0, True,
            None, None, None, reason,
        )  # fmt: skip
    search = search_of(problem, active, inputs.x if len(inputs.x) else problem.resting())
    work = inputs.work if inputs.work == math.inf else min(inputs.work, SLICE)
    with search.lock:
        search.go_on(work, inputs.step, inputs.walkers)
        points, census = search.found()
        ended = search.ended
    known = points.counted
    return CriticalPointsReading(
        step=inputs.step,
        directions=directions,
        census=census is not None,
        complete=census is not None and census.complete,
        ended=ended,
        starts=points.starts,
        failed=points.failed,
        values=points.values[known],
        indices=points.indices[known],
        first=points.first[known],
        counts=tuple(points.counts.tolist()) if directions <= COUNTED else (),
        flat=int(np.count_nonzero(~points.isolated)) + (census.singular if census else 0),
        unknown=int(np.count_nonzero(points.indices == UNKNOWN)),
        outside=int(np.count_nonzero(~points.inside[known])),
        exact=points.exact,
        morse_sum=census.morse_sum if census else None,
        missed=census.missed if census else None,
        expected=expected(problem, active),
    )


def nothing_to_look_for(inputs: Inputs) -> str:
    """Why no critical points are looked for, in a few words; "" where they are."""
    if not inputs.problem.directions(inputs.active):
        return "there is no direction to go in"
    if inputs.problem.unseen:
        return inputs.problem.unseen
    if inputs.problem.dim > MOST_COORDINATES:
        return f"{inputs.problem.dim} coordinates are too many"
    if not np.isfinite(inputs.x).all():
        return "the walker that says where locked coordinates stand diverged"
    return ""


def row(reading: CriticalPointsReading) -> tuple[float, ...]:
    """Points, starts and the Morse sum; NaN where there is none."""
    morse = math.nan if reading.morse_sum is None else float(reading.morse_sum)
    return float(len(reading.values)), float(reading.starts), morse


MEASURE = Measure(
    title="Critical points",
    help="points of the landscape without a slope: all of them on a small torus, elsewhere what is hunted",
    collect=collect,
    compute=compute,
    columns=("points", "starts", "morse_sum"),
    row=row,
    work=lambda inputs: SLICE,
    of_chosen=True,
    routine=False,
    unfinished=lambda reading: not reading.ended,
)
