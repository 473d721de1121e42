"""Of random directions, how many lead up: a sample at several distances, with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.walls.ground import ROUNDING, Draw, gradient_work, normals, onto_surface, rows_at_a_time, values

NORMAL_95 = 1.959963984540054
"""Half the width of the interval that holds 95 % of a normal distribution, in standard deviations."""

FEWEST, MOST = 8, 400
"""Directions that are tried."""

NEAREST = 0.01
"""The smallest radius, in length scales."""


@dataclass(frozen=True, eq=False)
class Shares:
    """At each of the `radii` (k,), of how many directions the loss is above, and how many were compared.

    Where the loss there is no number, a direction is not compared; where it is the same to rounding, it does
    not lead up.
    """

    radii: Floats
    up: Integers
    compared: Integers


def wilson(successes: Floats | Integers, trials: Floats | Integers) -> tuple[Floats, Floats]:
    """The ends (k,) of the 95 % interval of a share (Wilson 1927): of those that the normal test keeps.

    The whole of [0, 1] where there were no trials.
    """
    n = np.maximum(np.asarray(trials, dtype=np.float64), 1.0)
    share, square = np.asarray(successes, dtype=np.float64) / n, NORMAL_95**2
    middle = (share + 0.5 * square / n) / (1.0 + square / n)
    half = NORMAL_95 / (1.0 + square / n) * np.sqrt(share * (1.0 - share) / n + 0.25 * square / n**2)
    none = np.asarray(trials) == 0
    low = np.where(none | (np.asarray(successes) == 0), 0.0, middle - half)
    high = np.where(none | (np.asarray(successes) == trials), 1.0, middle + half)
    return low, high


def affordable(problem: Problem, active: int, work: float) -> tuple[Floats, int]:
    """The radii (k,), and how many directions can be tried at each for `work`; `FEWEST` at least.

    They go from a hundredth of the length scale to √directions of it, evenly apart in the logarithm: nine of
    them, or five where that lets more directions be tried.
    """
    each, length = gradient_work(problem), problem.scales.length
    count = 9 if work / (9.0 * each) >= FEWEST else 5
    radii = np.geomspace(NEAREST * length, length * math.sqrt(max(1, problem.directions(active))), count)
    return radii, int(min(MOST, max(FEWEST, work / (count * each))))


def directions(problem: Problem, x: Floats, active: int, drawn: Floats) -> Floats:
    """Unit vectors (k, d) at x (d,) from normal numbers (k, active): uniform over the open directions.

    On a constraint they lie along the surface.
    """
    found = np.zeros((len(drawn), problem.dim))
    found[:, :active] = drawn
    if problem.landscape.constraint:
        problem.landscape.constraint.tangent(np.tile(x, (len(drawn), 1)), found)
    found /= np.sqrt(np.einsum("ij,ij->i", found, found))[:, None]
    return found


def sampled(problem: Problem, x: Floats, active: int, radii: Floats, count: int, step: int) -> Shares:
    """The shares for `count` directions, the same ones at every radius, and other ones at every step.

    On a constraint x + r u is brought back to the surface.
    """
    here = float(values(problem, x[None])[0])
    up, compared = np.zeros(len(radii), dtype=np.int64), np.zeros(len(radii), dtype=np.int64)
    slack, rows = ROUNDING * math.sqrt(problem.dim), rows_at_a_time(problem.dim)
    for first in range(0, count, rows):
        size = min(rows, count - first)
        ways = directions(problem, x, active, normals(problem, Draw.DIRECTIONS, step, first, size, active))
        for k, radius in enumerate(radii):
            there = values(problem, onto_surface(problem, x + radius * ways))
            least = here + slack * np.maximum(abs(here), np.where(np.isfinite(there), np.abs(there), 0.0))
            up[k] += np.count_nonzero(there > least)
            compared[k] += np.count_nonzero(~np.isnan(there))
    return Shares(radii, up, compared)
