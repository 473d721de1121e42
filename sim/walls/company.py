"""A walker and the others that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.measure import State

NUMBERS = 1 << 21
"""Coordinates that are copied at most, but two walkers always: 16 MB."""


@dataclass(frozen=True, eq=False)
class Company:
    """Copies of walker `walker` at `here` (d,), and of `others` (k, d), which are the rows `which` (k,).

    `reason` says why there is nobody to compare, in a few words; "" where there is somebody.
    """

    problem: Problem
    step: int
    walker: int
    active: int
    work: float
    here: Floats
    others: Floats
    which: Integers
    reason: str = ""

    @property
    def together(self) -> str:
        """What is said where nobody stands elsewhere."""
        count = len(self.which)
        return (
            f"{'the other walker stands' if count == 1 else f'{count} other walkers stand'} at the same point"
        )

    def by_distance(self) -> tuple[Integers, Floats]:
        """The places among the others (k,) of those that stand elsewhere, nearest first; and how far."""
        away = np.array([np.linalg.norm(other - self.here) for other in self.others])
        order = np.argsort(away, kind="stable")
        order = order[away[order] > 0.0]
        return order, away[order]


def company(state: State) -> Company:
    """The focused walker, and of the others as many as may be copied, spread evenly, without the diverged."""
    problem, gone, focus = state.problem, state.diverged, state.focus
    reason = ""
    which = np.flatnonzero(~gone)
    which = which[which != focus]
    if state.walkers < 2:
        reason = "needs two walkers"
    elif gone[focus]:
        reason = f"walker {focus + 1} diverged"
    elif not len(which):
        reason = "all other walkers diverged"
    most = 0 if reason else max(1, NUMBERS // problem.dim - 1)
    if len(which) > most:
        which = which[np.arange(most) * len(which) // max(1, most)]
    here, others = state.positions[focus].copy(), state.positions[which]
    return Company(problem, state.step, focus, state.active, state.work, here, others, which, reason)
