"""The lowest path that is found between two walkers as more coordinates are free: a bound on the wall."""

from __future__ import annotations

from dataclasses import dataclass

from sim.measure import Measure
from sim.walls.company import Company, company
from sim.walls.passes import Passes, Plan, passes, plan, screened


@dataclass(frozen=True, eq=False)
class PathsReading:
    """Paths from walker `walker` to `partner`, the nearest one that a wall parts from it on a straight line.

    `found` are upper bounds on the wall between them, by how many coordinates are free; the others keep to
    the straight line, or stay where the two agree. `plan` says with what effort they were looked for.
    `reason` says why there are none, where that is so.
    """

    step: int
    walker: int
    partner: int | None = None
    distance: float | None = None
    found: Passes | None = None
    plan: Plan | None = None
    surface: bool = False
    reason: str = ""


def compute(inputs: Company) -> PathsReading:
    """An eighth of the work for finding the partner, the rest for the paths."""

    def nothing(reason: str) -> PathsReading:
        return PathsReading(inputs.step, inputs.walker, reason=reason)

    if inputs.reason:
        return nothing(inputs.reason)
    problem = inputs.problem.whole
    if problem.unseen:
        return nothing(f"no path is looked for: {problem.unseen}")
    if not len(inputs.by_distance()[0]):
        return nothing(inputs.together)
    behind = screened(inputs, problem, inputs.work / 8.0)
    if behind.line is None:
        others = "the other walker" if behind.count == 1 else f"the {behind.count} nearest walkers"
        return nothing(f"no wall on the straight line to {others}")
    chosen = plan(problem, behind.line.length, inputs.work * 7.0 / 8.0)
    if chosen is None:
        return nothing("a path would take too long in so many dimensions")
    other = inputs.others[behind.place]
    found = passes(problem, inputs.here, other, behind.line, chosen, inputs.step)
    partner, surface = int(inputs.which[behind.place]), problem.landscape.constraint is not None
    return PathsReading(inputs.step, inputs.walker, partner, behind.line.length, found, chosen, surface)


def row(reading: PathsReading) -> tuple[float, ...]:
    """The walls on the straight line and with all coordinates free; NaN where there is none."""
    walls = reading.found.walls if reading.found else (float("nan"),)
    return float(walls[0]), float(walls[-1])


MEASURE = Measure(
    title="Lowest paths",
    help="upper bounds on the wall between two walkers as more coordinates are free to move",
    collect=company,
    compute=compute,
    columns=("straight", "free"),
    row=row,
    work=lambda inputs: inputs.work,
    of_chosen=True,
    routine=False,
)
