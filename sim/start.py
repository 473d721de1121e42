"""What a way of placing the walkers declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats
from sim.landscape import Problem, Settings
from sim.parameters import Parameter


@dataclass(frozen=True)
class Start:
    """One file of `sim/starts`: `draw(problem, seed, settings, out[n, a])` fills the first `a` coordinates.

    Coordinate j of walker i depends on (seed, i, j) alone, never on n or a: more walkers or more
    directions leave the others where they were. `formula` says where they stand.
    """

    title: str
    formula: str
    draw: Callable[[Problem, int, Settings, Floats], None]
    parameters: tuple[Parameter, ...] = ()
