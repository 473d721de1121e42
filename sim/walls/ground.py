"""The heights of a landscape at many points, and what they cost."""

from __future__ import annotations

import math
from enum import IntEnum

from sim.arrays import Floats, np
from sim.landscape import Problem
from sim.rng import Stream, fill_normal, stream_keys

NUMBERS = 1 << 20
"""Coordinates of the points that are looked at at a time, about: 8 MB."""

ROUNDING = 2.0**-50
"""Two sums of d terms are told apart when they differ by more than √d times this share of the larger one."""


PER_COORDINATE, PER_PARAMETER, OF_A_PRODUCT = 60.0, 2.0, 0.1
"""What a loss takes, in multiplications, and in Hessian products."""


class Draw(IntEnum):
    """What normal numbers are for: each use has keys of its own."""

    PROBES = 0
    BENDS = 1
    DIRECTIONS = 2


MOST_DRAWN = 4096
"""Rows of normal numbers that each use may have."""


def normals(problem: Problem, use: Draw, step: int, first: int, count: int, size: int) -> Floats:
    """Standard normal numbers (count, size): rows of one use from `first` on, other ones at every step."""
    keys = stream_keys(problem.seed, Stream.WALLS, int(use) * MOST_DRAWN + first + count)
    drawn = np.empty((count, size))
    fill_normal(keys[-count:], step, drawn)
    return drawn


def gradient_work(problem: Problem) -> float:
    """About how many multiplications loss and gradient at one of many points take.

    What each coordinate and each parameter takes, or where that is more a part of a Hessian product, which is
    declared with all that a single one takes: measured, a gradient takes a tenth to a half of that.
    """
    each = PER_COORDINATE * problem.size + PER_PARAMETER * len(problem.parameters)
    return max(each, OF_A_PRODUCT * problem.product_work())


def rise(problem: Problem, above: float, below: float) -> float:
    """By how much one loss is above another: 0 where that is rounding, or nothing."""
    slack = ROUNDING * math.sqrt(problem.size) * max(abs(above), abs(below))
    return above - below if above - below > slack else 0.0


def rows_at_a_time(dim: int) -> int:
    """How many points are looked at at a time."""
    return max(1, NUMBERS // dim)


def values(problem: Problem, points: Floats) -> Floats:
    """The losses (k,) at points (k, d), a few at a time."""
    found, rows = np.empty(len(points)), rows_at_a_time(problem.size)
    for first in range(0, len(points), rows):
        found[first : first + rows] = problem.value_and_gradient(points[first : first + rows])[0]
    return found


def values_and_slopes(problem: Problem, points: Floats) -> tuple[Floats, Floats]:
    """The losses (k,) at points (k, d), and the gradients (k, d), on a constraint along the surface."""
    value, gradient = problem.value_and_gradient(points)
    if problem.landscape.constraint:
        problem.landscape.constraint.tangent(np.ascontiguousarray(points), gradient)
    return value, gradient


def onto_surface(problem: Problem, points: Floats) -> Floats:
    """The points (k, d), brought back in place onto the surface that the walkers are bound to, if any."""
    if problem.landscape.constraint:
        problem.landscape.constraint.retract(points)
    return points
