"""What has become of each walker. A small gradient alone is never called convergence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sim.arrays import Floats, Integers, np
from sim.hessian import (
    Operator,
    chain,
    chain_signs,
    dense_eigenvalues,
    estimated_signs,
    has_all_eigenvalues,
    hessian_error,
    least_work,
    newton_step,
    zero_band,
)
from sim.landscape import Diagonal, Problem, Tridiagonal
from sim.measure import Measure, State, at_rest, largest
from sim.walls.ground import gradient_work

NEAR = 1e-2
"""A critical point is near when no coordinate of the Newton step to it exceeds this share of length."""

LEFT = 0.1
"""A Newton step to a saddle that leaves this share of the gradient is one, where products alone are known."""


class Outcome(StrEnum):
    """What has become of a walker; the last only where its Hessian was not looked at, for want of time, or
    where products with it (`by_products`) did not tell.

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
    """What is known of each walker (n,), and of the `rows` (k,) that may be at rest positions and gradients.

    The Hessians of at most `most` walkers are looked at, each by about `work` multiplications where it is
    known by its products alone.
    """

    problem: Problem
    step: int
    codes: Integers
    rows: Integers
    positions: Floats  # (k, d)
    gradients: Floats  # (k, a), along the open directions
    most: int
    work: float


def spread(rows: Integers, most: int) -> Integers:
    """At most so many of them, spread evenly."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def collect(state: State) -> Inputs:
    """Walkers with a small gradient are copied, as many as can be looked at.

    Where the gradient is that of a part of the data, it decides nothing, and any of them are copied: as many
    as there is work for to compute their gradients.
    """
    problem, gone = state.problem, state.diverged
    each = work_of_one(problem, state.active, state.work)
    most = int(max(1.0, min(state.walkers, state.work / each)))
    in_part = problem.whole is not problem
    candidates = ~gone & (in_part | at_rest(problem, state.gradient_norm))
    codes = np.where(gone, DIVERGED, np.where(candidates, NOT_LOOKED_AT, DESCENDING))
    evaluations = state.work / gradient_work(problem.whole) if in_part else 0.0
    most_rows = 0 if problem.unseen else max(most, min(state.walkers, evaluations))  # 0: no Hessian tells
    rows = spread(np.flatnonzero(candidates), int(most_rows))
    work, positions, gradients = state.work / most, state.positions[rows], state.gradient[rows]
    return Inputs(problem, state.step, codes, rows, positions, gradients, most, work)


def work_of_one(problem: Problem, active: int, work: float) -> float:
    """About how many multiplications it takes to tell what one walker is at, where `work` is allowed."""
    if has_all_eigenvalues(problem, active, work):
        return problem.hessian_work(active)
    return 2.0 * least_work(problem, active)


def classify(problem: Problem, x: Floats, gradient: Floats, work: float = math.inf) -> Integers:
    """What walkers with a small gradient are at, from positions (k, d) and gradients (k, a); codes (k,).

    With every |λ| above the zero band, the Newton step H⁻¹g leads to the critical point of which this is the
    neighbourhood; where no coordinate of it is long, the signs of the curvature name that point. Flat
    directions leave the question open, and so does a curvature that is not finite, as at the tip of a cone:
    the walker is on a plateau. Only open directions count. A Hessian of too many directions for `work` is
    known by its products alone.
    """
    structure, active = problem.landscape.hessian, gradient.shape[1]
    if isinstance(structure, Diagonal):
        return _classify_all(problem, structure.diagonal(problem, x)[:, :active], gradient)
    if not has_all_eigenvalues(problem, active, work):
        codes = [by_products(problem, *walker, work) for walker in zip(x, gradient, strict=True)]
        return np.array(codes, dtype=np.int64)
    codes = [_named(problem, *_curvature(problem, *walker)) for walker in zip(x, gradient, strict=True)]
    return np.array(codes, dtype=np.int64)


def _classify_all(problem: Problem, curvatures: Floats, gradient: Floats) -> Integers:
    """The codes (k,) of walkers whose curvatures (k, a) are known, all at once."""
    band = zero_band(curvatures)[:, None]
    regular = np.all(np.isfinite(curvatures) & (np.abs(curvatures) > band), axis=1)
    near = largest(gradient / curvatures) <= NEAR * problem.scales.length
    falling = np.any(curvatures < -band, axis=1)
    return np.select([~regular, ~near, falling], [PLATEAU, DESCENDING, SADDLE], MINIMUM)


Curvature = tuple[bool, bool, Callable[[], Floats]]
"""Whether no curvature is flat or infinite, whether any is falling, and the Newton step, if none is flat."""


def _named(problem: Problem, regular: bool, falling: bool, newton: Callable[[], Floats]) -> int:
    if not regular:
        return PLATEAU
    if not np.abs(newton()).max() <= NEAR * problem.scales.length:
        return DESCENDING
    return SADDLE if falling else MINIMUM


def _curvature(problem: Problem, x: Floats, gradient: Floats) -> Curvature:
    structure, active = problem.landscape.hessian, len(gradient)
    if isinstance(structure, Tridiagonal):
        middle, beside = chain.leading(structure.bands(problem, x), active)
        found = chain_signs(middle, beside)
        regular, falling = (not found.zero, found.negative > 0) if found else (False, False)
        return regular, falling, lambda: chain.solution(middle, beside, gradient)
    matrix = problem.hessian(x, active)
    curvatures = dense_eigenvalues(matrix)
    band = zero_band(curvatures, hessian_error(problem))
    regular = bool(np.isfinite(band) and np.all(np.abs(curvatures) > band))
    return regular, bool(np.any(curvatures < -band)), partial(_dense_step, problem, x, gradient, matrix)


def _dense_step(problem: Problem, x: Floats, gradient: Floats, matrix: Floats) -> Floats:
    """The Newton step in coordinates of the space, also where the Hessian is that of a surface in it."""
    constraint = problem.landscape.constraint
    if not (constraint and constraint.codimension):
        return np.linalg.solve(matrix, gradient).astype(np.float64, copy=False)
    basis = constraint.along(problem, x, np.eye(problem.dim))
    step: Floats = basis @ np.linalg.solve(matrix, gradient @ basis)
    return step


def by_products(problem: Problem, x: Floats, gradient: Floats, work: float) -> int:
    """What a walker is at, as far as Lanczos' method can tell by so many multiplications.

    At a minimum, the lowest eigenvalue is above the band, by its error as well, and what the Newton step
    leaves of the gradient, over that eigenvalue, bounds its own error. At a saddle an eigenvalue below the
    band has been found, none that is zero has shown, and the Newton step leaves a tenth of the gradient: it
    may be longer along directions that are nearly flat, and converges slowly where there are many. On a
    plateau directions within the band are certain. Where none of this is known, nothing is said.
    """
    hessian, near = Operator(problem, x, len(gradient)), NEAR * problem.scales.length
    signs = estimated_signs(hessian, None, hessian_error(problem), 0.5 * work)
    if signs is None or signs.lowest is None:
        return PLATEAU
    if signs.interval("zero")[0] > 0:
        return PLATEAU
    falling, least = signs.lowest < -signs.tolerance, signs.lowest - signs.extreme_error
    if not falling and least <= signs.tolerance:
        return NOT_LOOKED_AT
    length = float(np.linalg.norm(gradient))
    enough = LEFT * length if falling else 0.1 * near * least
    found = newton_step(hessian, gradient, enough, 0.5 * work)
    if found is None:
        return PLATEAU
    step, left = float(np.abs(found[0]).max()), found[1]
    if falling:
        if left > LEFT * length:
            return NOT_LOOKED_AT
        return SADDLE if step <= near else DESCENDING
    if step + left / least <= near:
        return MINIMUM
    return DESCENDING if step - left / least > near else NOT_LOOKED_AT


def compute(inputs: Inputs) -> OutcomesReading:
    """The Hessian of every walker that is looked at."""
    codes, problem = inputs.codes.copy(), inputs.problem
    if len(inputs.rows):
        gradients = inputs.gradients
        if problem.whole is not problem:
            gradients = problem.whole.value_and_gradient(inputs.positions)[1][:, : gradients.shape[1]]
        resting = at_rest(problem, np.sqrt(np.einsum("ij,ij->i", gradients, gradients)))
        codes[inputs.rows[~resting]] = DESCENDING
        looked_at = spread(np.flatnonzero(resting), inputs.most)
        found = classify(problem, inputs.positions[looked_at], gradients[looked_at], inputs.work)
        codes[inputs.rows[looked_at]] = found
    return OutcomesReading(inputs.step, tuple(OUTCOMES[code] for code in codes))


def work_of(inputs: Inputs) -> float:
    """About how many multiplications `compute` takes."""
    problem, active = inputs.problem, inputs.gradients.shape[1]
    each = work_of_one(problem, active, inputs.work)
    if not has_all_eigenvalues(problem, active, inputs.work):
        each = max(each, inputs.work)
    return min(len(inputs.rows), inputs.most) * each


MEASURE = Measure(
    title="Outcomes",
    help="what has become of each walker: descending, at a minimum, at a saddle, on a plateau, diverged",
    collect=collect,
    compute=compute,
    columns=tuple(outcome.value for outcome in Outcome),
    row=lambda reading: tuple(float(reading.outcomes.count(outcome)) for outcome in Outcome),
    work=work_of,
    of_chosen=True,
)
