"""How sharply the loss bends where walkers stand, beside what the learning rate can take.

λmax is the largest eigenvalue of the Hessian along the open directions. A rule is stable along a direction of
curvature λ while lr λ is below a number of its own (`Optimizer.stable_below`), 2 for gradient descent: where
λmax is above 2/lr, walkers are thrown out along the sharpest direction. Networks under gradient descent come
to λmax = 2/lr by themselves, and stay there (Cohen et al. 2021, the edge of stability).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.arrays import Flags, Floats, np
from sim.hessian import curvature_work, largest_curvature
from sim.landscape import Problem
from sim.measure import Measure, State
from sim.parameters import Value

SAMPLE = 3
"""How many walkers beside the focused one are looked at, at most."""

SHARE = 0.5
"""The learning rate that is suggested, as a share of the largest stable one: 1/λmax for gradient descent, the
rate that lands in the minimum of a parabola. Half of the way is left for curvature that is still to come."""

DRAWN_ANEW = 1 << 24
"""Starts of walkers that diverged are drawn anew up to this many numbers (128 MB)."""


@dataclass(frozen=True)
class Sharpness:
    """λmax at one walker (counted from 0), as it stood at `step`: from `value − below` to `value + error`."""

    walker: int
    step: int
    value: float
    error: float
    method: str
    below: float = 0.0


@dataclass(frozen=True)
class SharpnessReading:
    """`focus` belongs to walker `walker` alone, `others` to a sample; none has one where it is not known.

    A walker that diverged has no curvature any more: λmax is that at its start, with step 0, where that can
    be had; `diverged` counts them. `rate` is the learning rate of the next step, and `stable_below` what its
    product with λ has to stay below; None for a rule without. The landscape had these `settings`, and
    `active` directions were open.
    """

    step: int
    walker: int
    focus: Sharpness | None
    others: tuple[Sharpness, ...]
    diverged: int
    rate: float | None
    stable_below: float | None
    settings: Mapping[str, Value]
    active: int

    @property
    def edge(self) -> float | None:
        """The curvature up to which the next step is stable, 2/lr for gradient descent."""
        if self.stable_below is None or not self.rate:
            return None
        return self.stable_below / self.rate

    @property
    def sharpest(self) -> Sharpness | None:
        """Where it is sharpest of all walkers that were looked at."""
        known = (*((self.focus,) if self.focus else ()), *self.others)
        return max(known, key=lambda sharpness: sharpness.value, default=None)

    @property
    def of_others(self) -> float | None:
        """The median λmax of the others that still are where they can be measured."""
        values = [other.value for other in self.others if other.step == self.step]
        return float(np.median(values)) if values else None


def suggested_rate(stable_below: float, curvature: float) -> float:
    """`SHARE` of the largest stable learning rate at this curvature > 0, to three digits."""
    return float(f"{SHARE * stable_below / curvature:.3g}")


@dataclass(frozen=True, eq=False)
class Inputs:
    """Copies of the rows (k, d) that are looked at, the focused walker's first, and who diverged (k,)."""

    problem: Problem
    step: int
    walkers: tuple[int, ...]
    points: Floats
    diverged: Flags
    starts: Callable[[int], Floats | None]
    rate: float | None
    stable_below: float | None
    active: int
    work: float


def collect(state: State) -> Inputs:
    """The focused walker and others spread evenly; one that diverged among them, where there is one."""
    looked_at = state.looked_at(SAMPLE)
    points, diverged = state.copied(looked_at)
    if len(looked_at) > 1 and not diverged.any():
        one = likeliest(state)
        point, gone = state.copied([one])
        if gone[0]:
            looked_at[-1], points[-1], diverged[-1] = one, point[0], True
    return Inputs(
        state.problem, state.step, tuple(looked_at), points, diverged,
        state.starts, state.rate, state.stable_below, state.active, state.work,
    )  # fmt: skip


def likeliest(state: State) -> int:
    """The walker that has diverged if one has, as far as losses and slopes tell; no position is read."""
    return int(np.argmax(np.where(state.lost, np.inf, state.gradient_norm)))


def compute(inputs: Inputs) -> SharpnessReading:
    """λmax of each, by whatever way there is for the landscape's Hessian."""
    starts = _starts(inputs)
    found: list[Sharpness | None] = []
    for walker, point, gone in zip(inputs.walkers, inputs.points, inputs.diverged, strict=True):
        if not gone:
            found.append(_sharpness(inputs, walker, inputs.step, point))
        else:
            found.append(_sharpness(inputs, walker, 0, starts[walker]) if walker < len(starts) else None)
    focus, *others = found
    known = tuple(sharpness for sharpness in others if sharpness)
    return SharpnessReading(
        inputs.step, inputs.walkers[0], focus, known, int(inputs.diverged.sum()),
        inputs.rate, inputs.stable_below, inputs.problem.settings, inputs.active,
    )  # fmt: skip


def _starts(inputs: Inputs) -> Floats:
    """Where the first walkers began (m, d), up to the last that diverged, as far as that can be had."""
    last = max((w for w, gone in zip(inputs.walkers, inputs.diverged, strict=True) if gone), default=-1)
    count = min(last + 1, DRAWN_ANEW // inputs.points.shape[1])
    drawn = inputs.starts(count) if count > 0 else None
    return inputs.points[:0] if drawn is None else drawn


def _sharpness(inputs: Inputs, walker: int, step: int, point: Floats) -> Sharpness | None:
    """None where the Hessian is not finite."""
    extreme = largest_curvature(inputs.problem, point, inputs.active, _share(inputs))
    if extreme is None or not math.isfinite(extreme.value):
        return None
    return Sharpness(walker, step, extreme.value, extreme.error, extreme.method, extreme.below)


def _share(inputs: Inputs) -> float:
    """The work that may be done for each walker."""
    return inputs.work / len(inputs.walkers)


def work_of(inputs: Inputs) -> float:
    """About how many multiplications `compute` takes."""
    each = curvature_work(inputs.problem, inputs.active, _share(inputs))
    return len(inputs.walkers) * each


def row(reading: SharpnessReading) -> tuple[float, ...]:
    """Focused walker, median of the others, and what the learning rate can take; NaN where there is none."""
    here = reading.focus is not None and reading.focus.step == reading.step
    values = (reading.focus.value if reading.focus and here else None, reading.of_others, reading.edge)
    return tuple(float("nan") if value is None else value for value in values)


MEASURE = Measure(
    title="Sharpness",
    help="the largest eigenvalue of the Hessian, beside the curvature that the learning rate can take",
    collect=collect,
    compute=compute,
    columns=("sharpness", "others", "edge"),
    row=row,
    work=work_of,
    of_chosen=True,
    routine=False,
)
