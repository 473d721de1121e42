"""Signs of the Hessian's eigenvalues: of the focused walker, and of a sample of the others."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Flags, Floats, np
from sim.errors import BadInput
from sim.hessian import Signs, not_counted
from sim.hessian import signs as signs_at
from sim.landscape import Problem
from sim.measure import Measure, State

SAMPLE = 7
"""How many walkers beside the focused one are looked at, at most."""


@dataclass(frozen=True)
class SignsReading:
    """`focus` belongs to walker `walker` alone (None where it diverged), `others` to the sample.

    The focused walker and the population answer different questions and are never averaged together.
    `reason` says why nobody's signs are counted, where that is so.
    """

    step: int
    directions: int
    walker: int
    focus: Signs | None
    others: tuple[Signs, ...]
    reason: str = ""

    def median(self, sign: str) -> float:
        """The median count of `sign` ("negative", "zero" or "positive") over the others; NaN for none."""
        return float(np.median([getattr(s, sign) for s in self.others])) if self.others else float("nan")


@dataclass(frozen=True, eq=False)
class Inputs:
    """Copies of the rows (k, d) that are looked at, the focused walker's first, and who diverged (k,)."""

    problem: Problem
    step: int
    walker: int
    points: Floats
    active: int
    diverged: Flags


def collect(state: State) -> Inputs:
    """The focused walker and others spread evenly over the population: one at least, if there is one.

    Nobody where no Hessian is counted.
    """
    if not_counted(state.problem, state.active):
        nobody = state.positions[:0]
        return Inputs(state.problem, state.step, state.focus, nobody, state.active, state.diverged[:0])
    others = state.walkers - 1
    size = min(others, SAMPLE, max(1, state.affordable_hessians - 1))
    spread = [k * others // size for k in range(size)]
    looked_at = [state.focus, *(row + (row >= state.focus) for row in spread)]
    points, diverged = state.positions[looked_at], state.diverged[looked_at]
    return Inputs(state.problem, state.step, state.focus, points, state.active, diverged)


def compute(inputs: Inputs) -> SignsReading:
    """One count a walker; one that diverged, or whose Hessian is not finite, has none."""

    def counted(point: Floats, diverged: bool) -> Signs | None:
        try:
            return None if diverged else signs_at(inputs.problem, point, active=inputs.active)
        except BadInput:
            return None

    directions = inputs.problem.directions(inputs.active)
    if reason := not_counted(inputs.problem, inputs.active):
        return SignsReading(inputs.step, directions, inputs.walker, None, (), reason)
    focus, *others = map(counted, inputs.points, inputs.diverged)
    found = tuple(s for s in others if s is not None)
    return SignsReading(inputs.step, directions, inputs.walker, focus, found)


def row(reading: SignsReading) -> tuple[float, ...]:
    """Counts of the focused walker, then medians over the others; NaN where there is none."""
    f = reading.focus
    focus = (f.negative, f.zero, f.positive) if f else (float("nan"),) * 3
    return (*focus, *(reading.median(sign) for sign in ("negative", "zero", "positive")))


MEASURE = Measure(
    title="Hessian signs",
    help="directions that curve down, stay flat or curve up: the focused walker, and a sample of the others",
    collect=collect,
    compute=compute,
    columns=("negative", "zero", "positive", "others_negative", "others_zero", "others_positive"),
    row=row,
    work=lambda inputs: len(inputs.points) * inputs.problem.hessian_work(inputs.active),
    of_chosen=True,
)
