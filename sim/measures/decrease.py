"""How far the loss falls in one step down the gradient, beside what slope and curvature predict.

For the step Δ = −lr g, Taylor's theorem predicts a decrease of lr |g|² from the slope alone, and with the
curvature along the step of lr |g|² − ½ lr² gᵀHg. The second is right where the landscape is a parabola as far
as the step reaches. It becomes negative, a rise, where the curvature along the gradient is above 2/lr.

Loss, gradient and Hessian are those of all data, also where the walkers are given a part of it at a time. On
a surface that walkers stay on, the step is brought back to it, and H is the covariant Hessian: then the
second prediction is right to the same order (Absil, Mahony and Sepulchre 2008, section 5.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Flags, Floats, np
from sim.landscape import Problem
from sim.measure import Measure, State
from sim.walls.ground import gradient_work

SAMPLE = 3
"""How many walkers beside the focused one are looked at, at most."""

RESOLUTION = 1e-12
"""A decrease below this share of the losses is not told from their rounding, nor below the same share of
curvature × length², the size of the terms that may have cancelled in them."""

CANCELLED = 0.01
"""Where slope and curvature cancel to less than this share of the slope's part, the third order decides."""


@dataclass(frozen=True)
class Decrease:
    """One walker's decrease in a step: by the slope alone, with the curvature, and what it was.

    All in units of the loss; below 0 it rises. `resolution` is the smallest that rounding lets one see.
    """

    slope: float
    predicted: float
    measured: float
    resolution: float

    @property
    def ratio(self) -> float | None:
        """Measured over predicted; None where either is lost in rounding, or the prediction cancels out."""
        if not math.isfinite(self.predicted + self.measured):
            return None
        seen = max(abs(self.predicted), abs(self.measured)) > self.resolution
        cancels = abs(self.predicted) <= CANCELLED * abs(self.slope)
        return self.measured / self.predicted if seen and not cancels else None


@dataclass(frozen=True)
class DecreaseReading:
    """`focus` belongs to walker `walker` alone (None where it diverged), `others` to a sample.

    `rate` is the learning rate of the next step; None for a rule that has none, and then nothing is measured.
    """

    step: int
    walker: int
    rate: float | None
    focus: Decrease | None
    others: tuple[Decrease, ...]

    @property
    def of_others(self) -> float | None:
        """The median ratio of those of the others that have one."""
        ratios = [other.ratio for other in self.others if other.ratio is not None]
        return float(np.median(ratios)) if ratios else None


@dataclass(frozen=True, eq=False)
class Inputs:
    """Copies of the rows (k, d) that are looked at, the focused walker's first, and who diverged (k,)."""

    problem: Problem
    step: int
    walker: int
    points: Floats
    diverged: Flags
    rate: float | None
    active: int


def collect(state: State) -> Inputs:
    """The focused walker and others spread evenly."""
    looked_at = state.looked_at(SAMPLE) if state.rate is not None else []
    copied = state.copied(looked_at)
    return Inputs(state.problem, state.step, state.focus, *copied, state.rate, state.active)


def compute(inputs: Inputs) -> DecreaseReading:
    """The step is taken on the copies, and both losses are computed anew."""
    if inputs.rate is None:
        return DecreaseReading(inputs.step, inputs.walker, None, None, ())
    standing = ~inputs.diverged
    found = iter(decreases(inputs.problem.whole, inputs.points[standing], inputs.rate, inputs.active))
    focus, *others = (next(found) if stands else None for stands in standing)
    known = tuple(decrease for decrease in others if decrease is not None)
    return DecreaseReading(inputs.step, inputs.walker, inputs.rate, focus, known)


def decreases(problem: Problem, x: Floats, rate: float, active: int) -> list[Decrease]:
    """The decrease in a plain gradient step along the first `active` directions, of walkers at x (k, d)."""
    constraint, scales = problem.landscape.constraint, problem.scales
    value, gradient = problem.value_and_gradient(x)
    if constraint:
        constraint.tangent(x, gradient)
    gradient[:, active:] = 0.0
    ahead = x - rate * gradient
    if constraint:
        constraint.retract(ahead)
    after = problem.value_and_gradient(ahead)[0]
    slope = rate * np.einsum("ij,ij->i", gradient, gradient)
    bend = np.array([g @ problem.hessian_product(at, g) for at, g in zip(x, gradient, strict=True)])
    predicted = slope - 0.5 * rate * (rate * bend)  # rate² may be beyond all numbers
    resolution = RESOLUTION * (np.abs(value) + np.abs(after) + scales.curvature * scales.length**2)
    found = np.stack([slope, predicted, value - after, resolution], axis=1)
    return [Decrease(*numbers) for numbers in found.tolist()]


def work_of(inputs: Inputs) -> float:
    """About how many multiplications `compute` takes: of the Hessian, a product for each walker."""
    problem = inputs.problem
    return len(inputs.points) * (2.0 * gradient_work(problem) + problem.product_work())


def row(reading: DecreaseReading) -> tuple[float, ...]:
    """The focused walker's decreases and ratio, and the median ratio of the others; NaN for none."""
    focus = reading.focus
    values = (focus.slope, focus.predicted, focus.measured, focus.ratio) if focus else (None,) * 4
    return tuple(float("nan") if value is None else value for value in (*values, reading.of_others))


MEASURE = Measure(
    title="Decrease in a step",
    help="the fall of the loss in one gradient step, beside what slope and curvature predict",
    collect=collect,
    compute=compute,
    columns=("slope", "predicted", "measured", "ratio", "others_ratio"),
    row=row,
    work=work_of,
    of_chosen=True,
    routine=False,
)
