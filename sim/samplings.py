"""How many directions fall at points that no descent chose: at random ones, and at planted critical points.

A descent selects where it comes to rest, so its points do not show what is typical at their height. These do:

- *random*: points uniform in the box where walkers start, or on the sphere;
- *planted*: the origin of another landscape of the same kind, drawn for each point, which is a critical point
  of a level from −2.2 to 0.5.

They are the same for the same landscape and seed, and looked at once: some at a time, and kept for as long as
the landscape is. With a law of the spectrum, a point stands at its level ε; else at its loss.
"""

from __future__ import annotations

import itertools
import math
import threading
import weakref
from dataclasses import dataclass, replace

from sim.arrays import Floats, np
from sim.errors import BadInput
from sim.hessian import signs, signs_work
from sim.landscape import Problem
from sim.rng import Stream, fill_normal, fill_uniform, stream_keys

RANDOM = 32
"""Points at random."""

LEVELS = tuple(round(-2.2 + 0.3 * k, 1) for k in range(10))
"""Of the planted points: below −2 no direction falls, at 0 a half."""

FIELDS = 4
"""Landscapes for each level."""

SLICE, FEW = 0.1, 4.0
"""At a time, as many points as a share of the work allows; a few where all of it is enough for one, as dense
Hessians take quick multiplications."""

ESTIMATE = 1e10
"""Multiplications that go into a point where no exact count is made."""

LARGEST = 1.28e8
"""Bytes of a landscape that is drawn for a planted point, as a second one beside that of the walkers."""

TURN = [*[None] * (RANDOM // FIELDS), *LEVELS]
PLAN = tuple(enumerate(TURN * FIELDS))
"""The number of each point and its level, None for one at random; in this order, so that all come evenly."""


@dataclass(frozen=True)
class Point:
    """A `share` of falling directions, between `least` and `most` at 95 % where it is an estimate.

    It is found `at` a level or a loss; `planted` is the level that was asked for.
    """

    at: float
    share: float
    least: float
    most: float
    method: str
    exact: bool
    planted: float | None = None


@dataclass(frozen=True)
class Samplings:
    """The points that were looked at, and how many are `left`. `ground` numbers the landscapes of a run."""

    ground: int
    levels: bool
    random: tuple[Point, ...] = ()
    planted: tuple[Point, ...] = ()
    left: int = 0


_lock = threading.Lock()
"""Held while points are added: two cohorts of one landscape may be read in two threads."""

_grounds = itertools.count(1)
_known: weakref.WeakKeyDictionary[Problem, dict[int, Samplings]] = weakref.WeakKeyDictionary()


def grown(problem: Problem, active: int, work: float) -> Samplings:
    """The samplings of a landscape along so many directions, further by a few points until none is left.

    By about so many multiplications; so this is not for the thread that moves the walkers.
    """
    counting = signs_work(problem, active, work)
    each = min(max(work, 1.0), counting, ESTIMATE)
    further = max(SLICE * work / each, FEW if counting <= work else 1.0)
    with _lock:
        known = _known.setdefault(problem, {})
        found = known.get(active) or _begun(problem, active)
        for _ in range(int(min(found.left, further))):
            found = _further(problem, active, found, min(work, ESTIMATE))
        known[active] = found
    return found


def _begun(problem: Problem, active: int) -> Samplings:
    levels = problem.semicircle(problem.resting(), 0.0, active) is not None
    return Samplings(next(_grounds), levels, left=len(PLAN))


def _further(problem: Problem, active: int, found: Samplings, work: float) -> Samplings:
    """With the next point of the plan, unless that cannot be had."""
    number, level = PLAN[len(PLAN) - found.left]
    found = replace(found, left=found.left - 1)
    if level is None:
        point = look(problem, at_random(problem, active, number), active, work)
        return replace(found, random=(*found.random, point)) if point else found
    planted = planted_at(problem, active, level, number) if found.levels else None
    point = look(planted, np.zeros(planted.dim), active, work) if planted else None
    if point is None:
        return found
    return replace(found, planted=(*found.planted, replace(point, planted=level)))


def at_random(problem: Problem, active: int, number: int) -> Floats:
    """A point (d,) uniform in the box along the first directions, or on the sphere; the same for a number."""
    key = stream_keys(problem.seed, Stream.SAMPLES, number + 1)[number:]
    constraint = problem.landscape.constraint
    x, drawn = problem.resting()[None].copy(), np.empty((1, active))
    if constraint:  # normal numbers have no direction of their own
        fill_normal(key, 0, drawn)
        constraint.retract(drawn)
    else:
        fill_uniform(key, 0, *problem.box, drawn)
        problem.from_box(drawn)
    x[:, :active] = drawn
    point: Floats = x[0]
    return point


def planted_at(problem: Problem, active: int, level: float, number: int) -> Problem | None:
    """Another landscape with a critical point of this level along the first directions, if that can be.

    Nor is one that takes much memory, or long to draw.
    """
    landscape = problem.landscape
    plant, size = landscape.planted, landscape.packed_bytes(problem.dim, problem.settings)
    if plant is None or size > LARGEST:
        return None
    seed = int(stream_keys(problem.seed, Stream.SAMPLES, number + 1)[number] >> np.uint64(1))
    return plant(problem, level * math.sqrt(active / problem.dim), seed)


def look(problem: Problem, x: Floats, active: int, work: float) -> Point | None:
    """The share of falling directions at x (d,), and its level or loss; None if it is not finite."""
    value = float(problem.value_and_gradient(x)[0])
    if not math.isfinite(value):
        return None
    try:
        found = signs(problem, x, active=active, work=work)
    except BadInput:
        return None
    law, directions = problem.semicircle(x, value, active), problem.directions(active)
    least, most = (count / directions for count in found.interval("negative"))
    at = law.level if law else value
    return Point(at, found.negative / directions, least, most, found.method, found.exact)
