"""What has become of each walker. A small gradient alone is never called convergence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sim.arrays import Floats, Integers, np
from sim.hessian import zero_band
from sim.landscape import Dense, Diagonal, Problem
from sim.measure import Measure, State, largest

SMALL_GRADIENT = 1e-3
"""A Hessian is looked at once every |∂f/∂xᵢ| is below this share of curvature × length."""

NEAR = 1e-2
"""A critical point is near when no coordinate of the Newton step to it exceeds this share of length."""


class Outcome(StrEnum):
    """What has become of a walker; the last only where there was no time to look at its Hessian.

    A maximum counts as a saddle: some direction leads down.
    """

    DESCENDING = "descending"
    MINIMUM = "at a minimum"
    SADDLE = "at a saddle"
    PLATEAU = "on a plateau"
    DIVERGED = "diverged"
    NOT_LOOKED_AT = "not looked at"


OUTCOMES = tuple(Outcome)
DESCENDING, MINIMUM, SADDLE, PLATEAU, DIVERGED, NOT_LOOKED_AT = range(len(OUTCOMES))


@dataclass(frozen=True)
class OutcomesReading:
    """The outcome of every walker, in the order of the walkers."""

    step: int
    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many walkers have each outcome; the last is left out where every walker was looked at."""
        counts = {outcome.value: self.outcomes.count(outcome) for outcome in Outcome}
        if not counts[Outcome.NOT_LOOKED_AT]:
            del counts[Outcome.NOT_LOOKED_AT]
        return counts


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is known of each walker (n,), and positions and gradients (k, d) of the `rows` (k,) to look at."""

    problem: Problem
    step: int
    codes: Integers
    rows: Integers
    positions: Floats
    gradients: Floats


def collect(state: State) -> Inputs:
    """Walkers with a small gradient are copied, as many as can be looked at."""
    scales, gone = state.problem.scales, state.diverged
    small = ~gone & (largest(state.gradient) < SMALL_GRADIENT * scales.curvature * scales.length)
    codes = np.where(gone, DIVERGED, np.where(small, NOT_LOOKED_AT, DESCENDING))
    rows = np.flatnonzero(small)
    if len(rows) > state.affordable_hessians:
        rows = rows[np.linspace(0, len(rows) - 1, state.affordable_hessians).astype(np.int64)]
    return Inputs(state.problem, state.step, codes, rows, state.positions[rows], state.gradient[rows])


def classify(problem: Problem, x: Floats, gradient: Floats) -> Integers:
    """What walkers with a small gradient are at, from positions and gradients (k, d); codes (k,).

    With every |λ| above the zero band, the Newton step H⁻¹g leads to the critical point of which this is the
    neighbourhood; where no coordinate of it is long, the signs of the curvature name that point. Flat
    directions leave the question open: the walker is on a plateau.
    """
    match problem.landscape.hessian:
        case Diagonal(diagonal):
            curvatures = diagonal(problem, x)
            return _named(curvatures, largest(gradient / curvatures), problem)
        case Dense():
            return np.array(
                [_classify_dense(problem, *walker) for walker in zip(x, gradient, strict=True)],
                dtype=np.int64,
            )


def _classify_dense(problem: Problem, x: Floats, gradient: Floats) -> int:
    matrix = problem.hessian(x)
    if not np.all(np.isfinite(matrix)):
        return DIVERGED
    curvatures: Floats = np.linalg.eigvalsh(matrix)[None].astype(np.float64, copy=False)
    flat = np.abs(curvatures).min() <= zero_band(curvatures)[0]
    newton: Floats = gradient if flat else np.linalg.solve(matrix, gradient).astype(np.float64, copy=False)
    step = largest(newton[None])
    return int(_named(curvatures, step, problem)[0])


def _named(curvatures: Floats, newton_step: Floats, problem: Problem) -> Integers:
    """Codes (k,) from all eigenvalues (k, d) and the longest coordinate of the Newton step (k,)."""
    band = zero_band(curvatures)[:, None]
    finite = np.all(np.isfinite(curvatures), axis=1)
    flat = np.any(np.abs(curvatures) <= band, axis=1)
    away = ~(newton_step <= NEAR * problem.scales.length)
    falling = np.any(curvatures < -band, axis=1)
    return np.select([~finite, flat, away, falling], [DIVERGED, PLATEAU, DESCENDING, SADDLE], MINIMUM)


def compute(inputs: Inputs) -> OutcomesReading:
    """The Hessian of every walker that is looked at."""
    codes = inputs.codes.copy()
    if len(inputs.rows):
        codes[inputs.rows] = classify(inputs.problem, inputs.positions, inputs.gradients)
    return OutcomesReading(inputs.step, tuple(OUTCOMES[code] for code in codes))


MEASURE = Measure(
    title="Outcomes",
    help="what has become of each walker: descending, at a minimum, at a saddle, on a plateau, diverged",
    collect=collect,
    compute=compute,
    columns=tuple(outcome.value for outcome in Outcome),
    row=lambda reading: tuple(float(reading.outcomes.count(outcome)) for outcome in Outcome),
    work=lambda inputs: len(inputs.rows) * inputs.problem.landscape.hessian.work(inputs.problem.dim),
)
