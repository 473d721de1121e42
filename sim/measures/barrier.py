"""The loss along the straight lines from one walker to the nearest and to the farthest other one."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import np
from sim.measure import Measure
from sim.walls.company import Company, company
from sim.walls.ground import gradient_work
from sim.walls.line import Line, straight


@dataclass(frozen=True, eq=False)
class Between:
    """The line to walker `partner`."""

    partner: int
    line: Line


@dataclass(frozen=True, eq=False)
class BarrierReading:
    """Straight lines from walker `walker`: to the nearest walker that stands elsewhere and to the farthest.

    With two walkers there is only the `farthest`. `matched` is the line to that one's network with its hidden
    neurons renamed to be as near as possible to the first one's, where the landscape has such a thing;
    `unmatched` says that these are too many. They were found among `compared` other walkers. Losses are those
    of all data. `reason` says why there is no line, where that is so.
    """

    step: int
    walker: int
    compared: int
    farthest: Between | None = None
    nearest: Between | None = None
    matched: Line | None = None
    unmatched: bool = False
    surface: bool = False
    reason: str = ""


def compute(inputs: Company) -> BarrierReading:
    """The work is shared by the lines."""
    if inputs.reason:
        return BarrierReading(inputs.step, inputs.walker, len(inputs.which), reason=inputs.reason)
    problem = inputs.problem.whole
    order, _ = inputs.by_distance()
    if not len(order):
        return BarrierReading(inputs.step, inputs.walker, len(inputs.which), reason=inputs.together)
    rename = problem.landscape.matched
    evaluations = inputs.work / gradient_work(problem) / (2 + (rename is not None))

    def line(place: int) -> Between:
        other = inputs.others[place]
        return Between(int(inputs.which[place]), straight(problem, inputs.here, other, evaluations))

    matched = None
    renamed = rename(problem, inputs.others[order[-1]], inputs.here) if rename else None
    if renamed is not None:
        matched = straight(problem, inputs.here, renamed, evaluations)
    return BarrierReading(
        inputs.step, inputs.walker, len(inputs.which),
        line(order[-1]), line(order[0]) if len(order) > 1 else None, matched,
        rename is not None and renamed is None, problem.landscape.constraint is not None,
    )  # fmt: skip


def row(reading: BarrierReading) -> tuple[float, ...]:
    """The barriers on the lines to the farthest, the nearest and the matched; NaN where there is none."""
    far, near, matched = reading.farthest, reading.nearest, reading.matched
    found = (far.line if far else None, near.line if near else None, matched)
    return tuple(np.nan if line is None or line.barrier is None else line.barrier for line in found)


MEASURE = Measure(
    title="Barriers",
    help="loss along the straight lines from one walker to the nearest and the farthest other one",
    collect=company,
    compute=compute,
    columns=("farthest", "nearest", "matched"),
    row=row,
    work=lambda inputs: inputs.work,
    of_chosen=True,
    routine=False,
)
