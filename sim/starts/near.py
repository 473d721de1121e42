"""All walkers near one point, which is uniform in the box."""

from __future__ import annotations

from dataclasses import replace

from sim.arrays import Floats
from sim.landscape import Problem
from sim.parameters import Numbers, Parameter
from sim.start import Start, scatter
from sim.theory import DistanceTheory, normal_distances


def draw(problem: Problem, seed: int, settings: Numbers, out: Floats) -> None:
    """Round one centre."""
    scatter(problem, seed, 1, settings["spread"], out)


def distances(problem: Problem, settings: Numbers, active: int) -> DistanceTheory | None:
    """Independent normal points; that all are round the same one does not matter."""
    low, high = problem.box
    deviation = settings["spread"] * 0.5 * (high - low)
    return replace(normal_distances(active, deviation), central=False) if deviation > 0.0 else None


START = Start(
    title="Near one point",
    formula="a point of the box + spread ½ width ξ,  ξ ~ N(0, 1)",
    draw=draw,
    parameters=(
        Parameter("spread", 0.01, "standard deviation round the point, in half widths of the box", low=0.0),
    ),
    distances=distances,
)
