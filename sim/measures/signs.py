"""Signs of the Hessian's eigenvalues: of the focused walker, and of a sample of the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Flags, Floats, np
from sim.errors import BadInput
from sim.giants.laws import CountLaw, negative_of_goe
from sim.hessian import Signs, least_work, signs_work
from sim.hessian import signs as signs_at
from sim.hessian.counts import SIGNS
from sim.landscape import Problem
from sim.measure import Measure, State

SAMPLE = 7
"""How many walkers beside the focused one are looked at, at most."""

COPIED = 1 << 21
"""At most so many numbers are copied for them (16 MB, a few milliseconds), but two walkers always."""

DIVERGED, NOT_FINITE = "it diverged", "its Hessian is not finite"


@dataclass(frozen=True)
class SignsReading:
    """`focus` belongs to walker `walker` alone, `others` to the sample.

    The focused walker and the population answer different questions and are never averaged together.
    `reason` says why the focused walker's signs are not known, where that is so. Where directions are drawn
    in part, none are counted, and `law` is theory's of how many fall.
    """

    step: int
    directions: int
    walker: int
    focus: Signs | None
    others: tuple[Signs, ...]
    reason: str = ""
    law: CountLaw | None = None

    def median(self, sign: str) -> float:
        """The median count of `sign` ("negative", "zero" or "positive") over the others; NaN for none."""
        return float(np.median([getattr(s, sign) for s in self.others])) if self.others else math.nan

    def spread(self, sign: str) -> tuple[float, float]:
        """The least and the most of `sign` over the others; NaN for none."""
        counts = [float(getattr(s, sign)) for s in self.others]
        return (min(counts), max(counts)) if counts else (math.nan, math.nan)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Copies of the rows (k, d) that are looked at, the focused walker's first, and who diverged (k,).

    `work` is about how many multiplications the signs of the first may take, and those of each of the others.
    """

    problem: Problem
    step: int
    walker: int
    points: Floats
    active: int
    diverged: Flags
    work: tuple[float, float]
    needed: float


def collect(state: State) -> Inputs:
    """The focused walker and others spread evenly over the population: one at least, if there is one.

    Where signs are estimated, the focused walker gets half of the work, and the others share the rest.
    """
    if state.problem.unseen:
        points, diverged = state.copied([])
        return Inputs(state.problem, state.step, state.focus, points, state.active, diverged, (0.0, 0.0), 0.0)
    others, exact = state.walkers - 1, signs_work(state.problem, state.active, state.work)
    most = min(others, SAMPLE, max(1, COPIED // state.problem.size - 1))
    if math.isfinite(exact):
        size = min(most, max(1, int(min(state.work / exact, state.walkers)) - 1))
        work, needed = (state.work, state.work), (1 + size) * exact
    else:
        each = least_work(state.problem, state.active)
        size = min(most, max(1, int(min(0.5 * state.work / each, state.walkers))))
        work = 0.5 * state.work, 0.5 * state.work / max(size, 1)
        needed = max(0.5 * state.work, each) + size * max(work[1], each)
    spread = [k * others // size for k in range(size)]
    looked_at = [state.focus, *(row + (row >= state.focus) for row in spread)]
    points, diverged = state.copied(looked_at)
    return Inputs(state.problem, state.step, state.focus, points, state.active, diverged, work, needed)


def compute(inputs: Inputs) -> SignsReading:
    """The signs of each walker; one that diverged, or whose Hessian is not finite, has none."""
    if inputs.problem.unseen:
        return _by_law(inputs)
    problem, works = inputs.problem, (inputs.work[0], *[inputs.work[1]] * (len(inputs.points) - 1))

    def counted(point: Floats, diverged: bool, work: float) -> Signs | None:
        try:
            return None if diverged else signs_at(problem, point, active=inputs.active, work=work)
        except BadInput:
            return None

    focus, *others = map(counted, inputs.points, inputs.diverged, works)
    found = tuple(s for s in others if s is not None)
    reason = "" if focus else DIVERGED if inputs.diverged[0] else NOT_FINITE
    return SignsReading(inputs.step, problem.directions(inputs.active), inputs.walker, focus, found, reason)


def _by_law(inputs: Inputs) -> SignsReading:
    """What is known where directions are drawn in part."""
    problem, shift = inputs.problem, inputs.problem.landscape.goe_shift
    law = negative_of_goe(problem.dim, shift(problem.settings)) if shift else None
    return SignsReading(inputs.step, problem.dim, inputs.walker, None, (), problem.unseen, law)


def row(reading: SignsReading) -> tuple[float, ...]:
    """Counts of the focused walker, medians over the others, and what they range over; NaN for none."""
    focus = tuple(float(getattr(reading.focus, sign)) if reading.focus else math.nan for sign in SIGNS)
    medians = tuple(reading.median(sign) for sign in SIGNS)
    return *focus, *medians, *(end for sign in SIGNS for end in reading.spread(sign))


MEASURE = Measure(
    title="Hessian signs",
    help="directions that curve down, stay flat or curve up: the focused walker, and a sample of the others",
    collect=collect,
    compute=compute,
    columns=(
        *SIGNS,
        *(f"others_{sign}" for sign in SIGNS),
        *(f"others_{sign}_{end}" for sign in SIGNS for end in ("least", "most")),
    ),
    row=row,
    work=lambda inputs: inputs.needed,
    of_chosen=True,
)
