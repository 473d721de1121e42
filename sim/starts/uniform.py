"""Independent starts, uniform in the landscape's box."""

from __future__ import annotations

from sim.arrays import Floats
from sim.landscape import Problem
from sim.parameters import Numbers
from sim.rng import Stream, fill_uniform, stream_keys
from sim.start import Start
from sim.theory import DistanceTheory, uniform_distances


def draw(problem: Problem, seed: int, settings: Numbers, out: Floats) -> None:
    """Each coordinate by itself."""
    low, high = problem.box
    fill_uniform(stream_keys(seed, Stream.STARTS, len(out)), 0, low, high, out)


def distances(problem: Problem, settings: Numbers, active: int) -> DistanceTheory:
    """Independent points of a cube."""
    low, high = problem.box
    return uniform_distances(active, high - low)


START = Start("Uniform", "uniform in the box", draw, distances=distances)
