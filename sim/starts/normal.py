"""Independent starts, normal round the middle of the box."""

from __future__ import annotations

from sim.arrays import Floats
from sim.landscape import Problem
from sim.parameters import Numbers, Parameter
from sim.start import Start
from sim.theory import DistanceTheory, normal_distances


def draw(problem: Problem, seed: int, settings: Numbers, out: Floats) -> None:
    """Each coordinate by itself."""
    low, high = problem.box
    problem.normal_starts(seed, out)
    out *= settings["spread"] * 0.5 * (high - low)
    out += 0.5 * (low + high)


def distances(problem: Problem, settings: Numbers, active: int) -> DistanceTheory | None:
    """Independent normal points; where all coincide there is no law."""
    low, high = problem.box
    deviation = settings["spread"] * 0.5 * (high - low)
    return normal_distances(active, deviation) if deviation > 0.0 else None


START = Start(
    title="Normal",
    formula="middle of the box + spread ½ width ξ,  ξ ~ N(0, 1)",
    draw=draw,
    # 0.577 ≈ 1/√3 is the standard deviation of the uniform starts.
    parameters=(Parameter("spread", 0.577, "standard deviation, in half widths of the box", low=0.0),),
    distances=distances,
)
