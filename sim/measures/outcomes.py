"""What has become of each walker. A small gradient alone is never called convergence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sim.arrays import Floats, Integers, np
from sim.hessian import dense_eigenvalues, hessian_error, tridiagonal_eigenvalues, zero_band
from sim.landscape import Dense, Diagonal, Problem, Tridiagonal
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
    """What is known of each walker (n,), and of the `rows` (k,) to look at positions and gradients."""

    problem: Problem
    step: int
    codes: Integers
    rows: Integers
    positions: Floats  # (k, d)
    gradients: Floats  # (k, a), along the open directions


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
    """What walkers with a small gradient are at, from positions (k, d) and gradients (k, a); codes (k,).

    With every |λ| above the zero band, the Newton step H⁻¹g leads to the critical point of which this is the
    neighbourhood; where no coordinate of it is long, the signs of the curvature name that point. Flat
    directions leave the question open, and so does a curvature that is not finite, as at the tip of a cone:
    the walker is on a plateau. Only open directions count.
    """
    active = gradient.shape[1]
    look: Callable[[Problem, Floats, Floats], int]
    match problem.landscape.hessian:
        case Diagonal(diagonal):
            curvatures = diagonal(problem, x)[:, :active]
            return _named(curvatures, largest(gradient / curvatures), problem)
        case Tridiagonal(bands):
            look = partial(_classify_tridiagonal, bands)
        case Dense():
            look = _classify_dense
    walkers = zip(x, gradient, strict=True)
    return np.array([look(problem, *walker) for walker in walkers], dtype=np.int64)


def _classify_tridiagonal(
    bands: Callable[[Problem, Floats], tuple[Floats, Floats]], problem: Problem, x: Floats, gradient: Floats
) -> int:
    from scipy.linalg import solve_banded

    middle, beside = bands(problem, x)
    middle, beside = middle[: len(gradient)], beside[: len(gradient) - 1]
    curvatures = tridiagonal_eigenvalues(middle, beside)[None]

    def newton() -> Floats:
        matrix = np.zeros((3, len(middle)))
        matrix[0, 1:], matrix[1], matrix[2, :-1] = beside, middle, beside
        step: Floats = solve_banded((1, 1), matrix, gradient)
        return step

    return _named_at(curvatures, newton, gradient, problem)


def _classify_dense(problem: Problem, x: Floats, gradient: Floats) -> int:
    matrix = problem.hessian(x, len(gradient))
    curvatures = dense_eigenvalues(matrix)[None]

    def newton() -> Floats:
        return np.linalg.solve(matrix, gradient).astype(np.float64, copy=False)

    return _named_at(curvatures, newton, gradient, problem)


def _named_at(curvatures: Floats, newton: Callable[[], Floats], gradient: Floats, problem: Problem) -> int:
    """The code of one walker from its eigenvalues (1, a); a Hessian without inverse takes no Newton step."""
    band = zero_band(curvatures, hessian_error(problem))[0]
    regular = np.abs(curvatures).min() > band  # False for NaN
    step = largest((newton() if regular else gradient)[None])
    return int(_named(curvatures, step, problem)[0])


def _named(curvatures: Floats, newton_step: Floats, problem: Problem) -> Integers:
    """Codes (k,) from all eigenvalues (k, d) and the longest coordinate of the Newton step (k,)."""
    band = zero_band(curvatures, hessian_error(problem))[:, None]
    finite = np.all(np.isfinite(curvatures), axis=1)
    flat = np.any(np.abs(curvatures) <= band, axis=1)
    away = ~(newton_step <= NEAR * problem.scales.length)
    falling = np.any(curvatures < -band, axis=1)
    return np.select([~finite | flat, away, falling], [PLATEAU, DESCENDING, SADDLE], MINIMUM)


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
    work=lambda inputs: len(inputs.rows) * inputs.problem.hessian_work(inputs.gradients.shape[1]),
    of_chosen=True,
)
