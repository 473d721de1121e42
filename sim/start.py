"""What a way of placing the walkers declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats
from sim.landscape import Problem, Settings
from sim.parameters import Parameter
from sim.theory import DistanceTheory


def no_law(problem: Problem, settings: Settings, active: int) -> DistanceTheory | None:
    """Starts whose distances follow no law that is written down here."""
    return None


@dataclass(frozen=True)
class Start:
    """One file of `sim/starts`: `draw(problem, seed, settings, out[n, a])` fills the first `a` coordinates.

    Coordinate j of walker i depends on (seed, i, j) alone, never on n or a: more walkers or more
    directions leave the others where they were. `formula` says where they stand, and
    `distances(problem, settings, a)` is the exact law of the distance of two of them along `a` directions, if known.
    """

    title: str
    formula: str
    draw: Callable[[Problem, int, Settings, Floats], None]
    parameters: tuple[Parameter, ...] = ()
    distances: Callable[[Problem, Settings, int], DistanceTheory | None] = no_law
