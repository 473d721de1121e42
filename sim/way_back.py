"""The way back along a trail, in pieces, so that whoever is led can do other things in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sim.clock import Clock
from sim.trail import Trail

if TYPE_CHECKING:
    from sim.simulation import Simulation

Place = tuple[int, int, int]
"""Epoch, version and step of a simulation."""

NEW: Place = (1, 0, 0)
"""Where a simulation is that nobody has moved or changed."""


class WayBack:
    """Leads a new simulation of the trail's first experiment along it, as fast as the machine goes."""

    def __init__(self, trail: Trail) -> None:
        self.trail = trail
        self._clock = Clock()
        self._made = 0
        self._stood = NEW

    def is_left(self, simulation: Simulation) -> bool:
        """Whether somebody else has moved the walkers or changed anything since the last piece."""
        return _place(simulation) != self._stood

    def is_done(self, simulation: Simulation) -> bool:
        """Whether all steps are taken, and all changes made."""
        return self._made == len(self.trail.changes) and simulation.step == self.trail.step

    def go(self, simulation: Simulation) -> None:
        """Go on for some milliseconds, or up to the next change and make it.

        Raises what the simulation's own `advance` and `apply` raise.
        """
        changes, began = self.trail.changes, time.perf_counter()
        due = changes[self._made][0] if self._made < len(changes) else self.trail.step
        steps = min(self._clock.due(simulation.step), due - simulation.step)
        simulation.advance(steps)
        self._clock.took(steps, time.perf_counter() - began, simulation.step)
        if simulation.step == due and self._made < len(changes):
            simulation.apply(changes[self._made][1])
            self._made += 1
            self._clock.restart(simulation.step)  # what a step takes now may be much more
        self._stood = _place(simulation)


def _place(simulation: Simulation) -> Place:
    return simulation.epoch, simulation.version, simulation.step
