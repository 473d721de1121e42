"""The losses on a part of a plane, computed from coarse to fine, a little at a time."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sim.arrays import Flags, Floats, Integers, np
from sim.landscape import Problem
from sim.maps.plane import Plane
from sim.walls.ground import PER_COORDINATE, gradient_work, rows_at_a_time, values

COARSEST = 9
"""Points a side of the first look; each further one has about twice as many, among them all from before."""

FINEST, FINEST_LINE = 129, 513
"""Points a side in the end, of a square and of a line."""

AT_A_TIME = 1e7
"""About how many multiplications come between two looks at the clock."""

MOST_WORK = 2e10
"""A look that would bring a sheet to more multiplications in all is not begun, but for the first."""


@dataclass(frozen=True)
class Window:
    """A square, or a line, of places: those within `half` of the `centre` (k,) along each way."""

    centre: tuple[float, ...]
    half: float


class Sheet:
    """Losses at evenly spaced places of a window on a plane.

    `side` is how many points a side are known: 0 before the first look is complete.
    """

    def __init__(self, problem: Problem, plane: Plane, window: Window) -> None:
        self.plane, self.window, self.side = plane, window, 0
        self._each = gradient_work(problem)
        self._ways = len(plane.ways)
        self._most = FINEST if self._ways == 2 else FINEST_LINE
        self._found: Floats = np.full((self._most,) * self._ways, np.nan)
        self._looks = self._planned()
        self._look = next(self._looks, None)

    @property
    def ended(self) -> bool:
        """Whether nothing more is looked at."""
        return self._look is None

    @property
    def apart(self) -> float:
        """How far the points that are known are from one another."""
        return 2.0 * self.window.half / (self.side - 1) if self.side else math.inf

    @property
    def bytes(self) -> int:
        """What its own arrays take."""
        return self._found.nbytes

    @property
    def losses(self) -> Floats:
        """The losses (side,), or (side, side) with the second way first; NaN beyond the end of a sphere."""
        if not self.side:
            return np.empty((0,) * self._ways)
        every = slice(None, None, (self._most - 1) // (self.side - 1))
        return self._found[(every,) * self._ways].copy()

    def go_on(self, problem: Problem, work: float, seconds: float = math.inf) -> None:
        """For about so many multiplications or seconds on the same problem; one point at least."""
        until, rows = time.perf_counter() + seconds, rows_at_a_time(problem.size)
        while self._look is not None:
            side, left = self._look
            count = int(max(1.0, min(len(left), rows, work / self._each, AT_A_TIME / self._each)))
            self._fill(problem, left[:count])
            work -= count * self._each
            if count < len(left):
                self._look = side, left[count:]
            else:
                self.side, self._look = side, next(self._looks, None)
            if work <= 0.0 or time.perf_counter() > until:
                return

    def _planned(self) -> Iterator[tuple[int, Integers]]:
        """Look by look: how many points a side, and the grid points (m, k) that are new in it."""
        before = 0
        for power in itertools.count():
            side = (COARSEST - 1) * 2**power + 1
            points = side**self._ways  # in all: those from before are among them
            if side > self._most or (before and points * self._each > MOST_WORK):
                return
            apart = (self._most - 1) // (side - 1)
            steps = np.arange(0, self._most, apart)
            grid = np.stack(np.meshgrid(*(steps,) * self._ways, indexing="ij"), axis=-1)
            grid = grid.reshape(-1, self._ways)
            new = np.any(grid % (2 * apart) != 0, axis=1) if before else np.ones(len(grid), dtype=bool)
            yield side, grid[new]
            before = side

    def places(self, grid: Integers) -> Floats:
        """Where points of the finest grid (m, k) are, the last way first there; (m, k)."""
        shares = grid[:, ::-1] / (self._most - 1.0)
        return np.array(self.window.centre) + self.window.half * (2.0 * shares - 1.0)

    def _fill(self, problem: Problem, grid: Integers) -> None:
        places, radius = self.places(grid), self.plane.radius
        there: Flags = np.ones(len(grid), dtype=bool)
        if radius is not None:
            there = np.linalg.norm(places, axis=1) <= np.pi * radius * (1.0 + 1e-9)
        if there.any():
            self._found[tuple(grid[there].T)] = values(problem, self.plane.points(places[there]))


def numbers_at_a_time(dim: int) -> float:
    """Coordinates of the points that are looked at between two looks at the clock, at most."""
    return max(dim, AT_A_TIME / PER_COORDINATE)
