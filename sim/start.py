"""What a way of placing the walkers declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.parameters import Numbers, Parameter
from sim.rng import Stream, fill_normal, fill_uniform, stream_keys
from sim.theory import DistanceTheory


def no_law(problem: Problem, settings: Numbers, active: int) -> DistanceTheory | None:
    """Starts whose distances follow no law that is written down here."""
    return None


def no_groups(settings: Numbers, walkers: int) -> None:
    """Starts that do not come in groups."""


@dataclass(frozen=True)
class Start:
    """One file of `sim/starts`: `draw(problem, seed, settings, out[n, a])` fills the first `a` coordinates.

    Coordinate j of walker i depends on (seed, i, j) alone, never on n or a: more walkers or more
    directions leave the others where they were (only a sphere ties coordinates to one another, so that it
    depends on a). `formula` says where they stand, and `distances(problem, settings, a)` is the exact law of
    the distance of two of them along `a` directions, if known. `groups(settings, n)` says in which group each
    of n walkers begins, where there are groups: (n,), counted from 0.
    """

    title: str
    formula: str
    draw: Callable[[Problem, int, Numbers, Floats], None]
    parameters: tuple[Parameter, ...] = ()
    distances: Callable[[Problem, Numbers, int], DistanceTheory | None] = no_law
    groups: Callable[[Numbers, int], Integers | None] = no_groups


WITHIN, CENTRES = 0, 1
"""Steps of the starts' stream: the place of each walker in its group, and the centres."""


def scatter(problem: Problem, seed: int, groups: int, spread: float, out: Floats) -> None:
    """Walkers round `groups` centres that are uniform in the box: walker i (from 0) in group i mod groups.

    `spread` is the standard deviation within a group, in half widths of the box.
    """
    low, high = problem.box
    keys = stream_keys(seed, Stream.STARTS, len(out))
    centres = np.empty((min(groups, len(out)), out.shape[1]))
    fill_uniform(keys[: len(centres)], CENTRES, low, high, centres)
    fill_normal(keys, WITHIN, out)
    out *= spread * 0.5 * (high - low)
    for group, centre in enumerate(centres):
        out[group :: len(centres)] += centre
