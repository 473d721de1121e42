"""Of random directions from one walker, how many lead up, beside what two traces of the Hessian expect."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.measure import Measure, State
from sim.walls.ground import values_and_slopes
from sim.walls.traces import expected_shares, traces
from sim.walls.uphill import affordable, sampled, wilson


@dataclass(frozen=True, eq=False)
class UphillReading:
    """At each of the `radii` (k,), how many of `directions` random directions lead `up` from walker `walker`.

    `low` and `high` (k,) are the ends of a 95 % interval (Wilson) of the share among all directions. `theory`
    (k,) is the share that the second order expects where the Hessian is finite, else None, with standard
    errors `theory_error` (k,), 0 where the traces are exact; `method` says how these are known. `length` is
    the landscape's length scale, and `surface` whether directions lie along a surface. `reason` says why
    nothing was measured, where that is so.
    """

    step: int
    walker: int
    directions: int
    open_directions: int
    length: float
    radii: Floats
    up: Integers
    compared: Integers
    low: Floats
    high: Floats
    theory: Floats | None = None
    theory_error: Floats | None = None
    method: str = ""
    exact: bool = False
    surface: bool = False
    reason: str = ""

    @property
    def shares(self) -> Floats:
        """The share (k,) that leads up, NaN where nothing was compared."""
        none = np.full(len(self.up), np.nan)
        found: Floats = np.divide(self.up, self.compared, out=none, where=self.compared > 0)
        return found


@dataclass(frozen=True, eq=False)
class Inputs:
    """A copy of where the walker stands (d,), and how many multiplications looking about may take."""

    problem: Problem
    step: int
    walker: int
    x: Floats
    active: int
    diverged: bool
    work: float


def collect(state: State) -> Inputs:
    """The focused walker."""
    focus, (one, diverged) = state.focus, state.copied([state.focus])
    return Inputs(state.problem, state.step, focus, one[0], state.active, bool(diverged[0]), state.work)


def compute(inputs: Inputs) -> UphillReading:
    """Two thirds of the work for the sample, a third for the traces."""
    problem, active = inputs.problem.whole, inputs.active
    directions = problem.directions(active)
    if inputs.diverged:
        return _nothing(inputs, f"walker {inputs.walker + 1} diverged")
    if problem.unseen:
        return _nothing(inputs, f"no ways up: {problem.unseen}")
    if directions < 1:
        return _nothing(inputs, "there is no direction to move in")
    value, slope = (array[0] for array in values_and_slopes(problem, inputs.x[None]))
    if not (np.isfinite(value) and np.all(np.isfinite(slope))):
        return _nothing(inputs, "the loss or its slope is not finite there")
    radii, count = affordable(problem, active, inputs.work * 2.0 / 3.0)
    found = sampled(problem, inputs.x, active, radii, count, inputs.step)
    known = traces(problem, inputs.x, active, inputs.work / 3.0, inputs.step)
    theory = errors = None
    if np.isfinite(known.mean) and np.isfinite(known.square):
        steepness = float(np.linalg.norm(slope[:active]))
        theory, errors = expected_shares(radii, steepness, known, directions)
    return UphillReading(
        inputs.step, inputs.walker, count, directions, problem.scales.length,
        radii, found.up, found.compared, *wilson(found.up, found.compared),
        theory, errors, known.method, known.exact, problem.landscape.constraint is not None,
    )  # fmt: skip


def _nothing(inputs: Inputs, reason: str) -> UphillReading:
    problem, none, nobody = inputs.problem, np.empty(0), np.empty(0, dtype=np.int64)
    return UphillReading(
        inputs.step, inputs.walker, 0, problem.directions(inputs.active), problem.scales.length,
        none, nobody, nobody, none, none, reason=reason,
    )  # fmt: skip


def row(reading: UphillReading) -> tuple[float, ...]:
    """The shares at the smallest radius and at the largest; NaN where there is none."""
    shares = reading.shares
    return (float(shares[0]), float(shares[-1])) if len(shares) else (float("nan"), float("nan"))


MEASURE = Measure(
    title="Ways up",
    help="share of random directions that lead up from one walker, at several distances, beside its theory",
    collect=collect,
    compute=compute,
    columns=("nearby", "far"),
    row=row,
    work=lambda inputs: inputs.work,
    of_chosen=True,
    routine=False,
)
