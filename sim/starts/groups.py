"""Starts in groups: normal round centres that are independent and uniform in the box.

Walker i (from 0) belongs to group i mod `groups`, so that more walkers leave the others where they were.
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.parameters import Numbers, Parameter
from sim.start import Start, scatter


def draw(problem: Problem, seed: int, settings: Numbers, out: Floats) -> None:
    """Round several centres."""
    scatter(problem, seed, int(settings["groups"]), settings["spread"], out)


def groups(settings: Numbers, walkers: int) -> Integers:
    """In which group each walker (n,) begins."""
    return np.arange(walkers) % int(settings["groups"])


START = Start(
    title="Groups",
    formula="centre of the group + spread ½ width ξ,  ξ ~ N(0, 1),  centres uniform in the box",
    draw=draw,
    groups=groups,
    parameters=(
        Parameter("groups", 4.0, "how many there are", low=1.0, high=1e7, whole=True),
        Parameter("spread", 0.05, "standard deviation in a group, in half widths of the box", low=0.0),
    ),
)
