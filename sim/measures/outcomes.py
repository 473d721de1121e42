"""What has become of each walker. A small gradient alone is never called convergence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sim.arrays import Flags, Floats, Integers, np
from sim.errors import BadInput
from sim.hessian import signs
from sim.landscape import Problem
from sim.measure import Measure, State

SMALL_GRADIENT = 1e-3
"""A Hessian is looked at once |∇f| is below this share of curvature × length × √d."""

NEAR = 1e-2
"""A critical point is near when the Newton step to it is shorter than this share of length × √d."""

FAR = 1e6
"""A walker this many box widths away from the box has diverged, finite or not."""


class Outcome(StrEnum):
    """What has become of a walker."""

    DESCENDING = "descending"
    MINIMUM = "at a minimum"
    SADDLE = "at a saddle"
    PLATEAU = "on a plateau"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class OutcomesReading:
    """The outcome of every walker, in the order of the walkers."""

    step: int
    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many walkers have each outcome, all of them named."""
        return {outcome.value: self.outcomes.count(outcome) for outcome in Outcome}


@dataclass(frozen=True, eq=False)
class Inputs:
    """Which walkers diverged (n,), and copies of those `rows` whose gradient is small."""

    problem: Problem
    step: int
    diverged: Flags
    rows: Integers
    positions: Floats
    gradient_norm: Floats


def collect(state: State) -> Inputs:
    """Only the walkers whose Hessian must be looked at are copied."""
    low, high = state.problem.box
    scales = state.problem.scales
    reach = FAR * (high - low)
    finite = np.isfinite(state.value) & np.isfinite(state.gradient_norm)
    finite &= np.max(np.abs(state.positions), axis=1) < reach
    typical = scales.curvature * scales.length * np.sqrt(state.problem.dim)
    rows = np.flatnonzero(finite & (state.gradient_norm < SMALL_GRADIENT * typical))
    return Inputs(state.problem, state.step, ~finite, rows, state.positions[rows], state.gradient_norm[rows])


def classify(problem: Problem, x: Floats, gradient_norm: float) -> Outcome:
    """The outcome of a walker with a small gradient, from the curvature at its position x (d,).

    With every |λ| above the zero band, the Newton step |g| / min |λ| bounds how far the critical point is
    of which this is the neighbourhood; near it, the signs of the curvature name it. Flat directions
    leave the question open: the walker is on a plateau.
    """
    try:
        found = signs(problem, x)
    except BadInput:
        return Outcome.DIVERGED
    if found.zero:
        return Outcome.PLATEAU
    if gradient_norm > NEAR * problem.scales.length * np.sqrt(problem.dim) * found.flattest:
        return Outcome.DESCENDING
    return Outcome.SADDLE if found.negative else Outcome.MINIMUM


def compute(inputs: Inputs) -> OutcomesReading:
    """One Hessian for every walker with a small gradient."""
    outcomes = [Outcome.DIVERGED if gone else Outcome.DESCENDING for gone in inputs.diverged]
    for row, x, norm in zip(inputs.rows, inputs.positions, inputs.gradient_norm, strict=True):
        outcomes[row] = classify(inputs.problem, x, float(norm))
    return OutcomesReading(inputs.step, tuple(outcomes))


MEASURE = Measure(
    title="Outcomes",
    help="what has become of each walker: descending, at a minimum, at a saddle, on a plateau, diverged",
    collect=collect,
    compute=compute,
    columns=tuple(outcome.value for outcome in Outcome),
    row=lambda reading: tuple(float(n) for n in reading.counts.values()),
)
