"""A walker and the others that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.measure import State

NUMBERS = 1 << 20
"""Coordinates that are copied at most, but two walkers always: 8 MB."""

SAME = 1e-12
"""Walkers nearer than this share of how far they are from 0, or of the length scale, are together."""


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
        """The places among the others (k,) of those that stand elsewhere, nearest first; and how far.

        What rounding has parted is together.
        """
        away = np.array([np.linalg.norm(other - self.here) for other in self.others])
        order = np.argsort(away, kind="stable")
        together = SAME * (float(np.linalg.norm(self.here)) + self.problem.scales.length)
        order = order[away[order] > together]
        return order, away[order]


def company(state: State) -> Company:
    """The focused walker, and of the others as many as may be copied, spread evenly, without the diverged."""
    focus = state.focus
    finite = np.isfinite(state.value) & np.isfinite(state.gradient_norm)
    which = np.flatnonzero(finite & (np.arange(state.walkers) != focus))
    most = max(1, NUMBERS // state.problem.size - 1)
    every = len(which) <= most
    if not every:
        which = which[np.arange(most) * len(which) // most]
    copied, gone = state.copied([focus, *which])
    reason, here, others, which = "", copied[0], copied[1:][~gone[1:]], which[~gone[1:]]
    if state.walkers < 2:
        reason = "needs two walkers"
    elif gone[0]:
        reason = f"walker {focus + 1} diverged"
    elif not len(which):
        reason = "all other walkers diverged" if every else "the walkers that were looked at diverged"
    return Company(state.problem, state.step, focus, state.active, state.work, here, others, which, reason)
