"""Independent starts, uniform on a sphere round the middle of the box.

All walkers begin equally far from the middle. The radius is given a direction, √d times as large in all: the
root mean square coordinate. Which point a walker gets depends on how many directions are open, since the
coordinates of a sphere are tied to one another.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.landscape import Problem
from sim.parameters import Numbers, Parameter
from sim.rng import Stream, fill_normal, stream_keys
from sim.start import Start
from sim.theory import DistanceTheory, sphere_distances


def radius(problem: Problem, settings: Numbers, active: int) -> float:
    """The distance of all walkers from the middle, along `active` directions."""
    low, high = problem.box
    return settings["radius"] * 0.5 * (high - low) * math.sqrt(active)


def draw(problem: Problem, seed: int, settings: Numbers, out: Floats) -> None:
    """Normal points, brought to their length: the direction of a normal point is uniform."""
    fill_normal(stream_keys(seed, Stream.STARTS, len(out)), 0, out)
    length = np.sqrt(np.einsum("ij,ij->i", out, out))
    out *= (radius(problem, settings, out.shape[1]) / length)[:, None]
    out += 0.5 * sum(problem.box)


def distances(problem: Problem, settings: Numbers, active: int) -> DistanceTheory | None:
    """Independent points of a sphere; where all coincide there is no law."""
    around = radius(problem, settings, active)
    return sphere_distances(active, around) if around > 0.0 else None


START = Start(
    title="Sphere",
    formula="middle of the box + radius ½ width √d u,  u uniform on the unit sphere",
    draw=draw,
    # 0.577 ≈ 1/√3 is the root mean square coordinate of the uniform starts.
    parameters=(Parameter("radius", 0.577, "radius / √d, in half widths of the box", low=0.0),),
    distances=distances,
)
