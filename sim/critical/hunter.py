"""A hunt for critical points on any landscape: from where somebody starts to where Newton's method ends.

What is found is a biased sample. A point is found the more often the larger the region is from which the
descent leads to it, and no count of the points that are there, nor any share of them, follows from it.
"""

from __future__ import annotations

import contextlib
import math
from collections import deque
from collections.abc import Generator
from typing import cast

from sim.arrays import Flags, Floats, np
from sim.critical.alone import Arrival, walked
from sim.critical.apart import descended_apart
from sim.critical.descent import Arrivals, descended
from sim.critical.ground import Slice
from sim.critical.points import SAME, UNKNOWN, Collection, CriticalPoints, Find, columns
from sim.critical.waves import is_torus
from sim.errors import BadInput
from sim.hessian import hessian_error, signs
from sim.hessian.counts import ZERO_BAND
from sim.landscape import Dense, Diagonal, Problem
from sim.measure import reach

SAMPLE = "a biased sample: what Newton's method happens to reach"

WRITTEN_OUT = 200
"""Up to so many directions a dense Hessian is written down and its eigenvalues taken at every step."""

SHORT = 16
"""And a chain's up to so many: beyond, it is quicker to solve its equations."""

FLAT = 1e-7
"""A direction is flat whose curvature is below this share of the largest."""

BLURRED = 1e-6
"""A point that Newton's next step would move by more than this share of the length is not located well."""

GONE = 100.0
"""A walk that ends so many times farther out than starts reach has left for infinity."""

TOGETHER = 1 << 18
"""Numbers of Hessians, or of coordinates, that are held at a time."""

OVERHEAD = 3e5
"""What Python takes for a point on its way, in multiplications."""

AT_ONCE = 5e7
"""Multiplications between two looks at the work that is left, about."""

SIGNS_WORK = 1e10
"""A count of signs that takes more multiplications is an estimate."""

KEPT_BYTES = 64 << 20
"""Points beyond these bytes are not kept, and the hunt ends."""


def hunt(
    problem: Problem, starts: Floats, active: int | None = None, work: float = math.inf
) -> CriticalPoints:
    """The critical points that descent on ½|∇f|² and Newton's method reach from `starts`, (d,) or (n, d).

    Along the first `active` directions (all), the others staying where they are, the same for all starts.
    Duplicates are merged, modulo the period of a torus; on a sphere, gradient and Hessian are those along it.
    A point counts as critical where Newton's next step is below 1e-9 of the landscape's length, or the
    gradient below 1e-10 of length × curvature. Stops after about `work` multiplications.

        hunt(LANDSCAPES["rastrigin"].build(2), np.random.default_rng(0).uniform(-5, 5, (1000, 2))).counts
    """
    rows = np.atleast_2d(np.asarray(starts, dtype=np.float64))
    if rows.ndim != 2 or rows.shape[1] != problem.dim or not len(rows):
        raise BadInput(
            "starts", f"have shape {np.shape(starts)}", f"shape ({problem.dim},) or (n, {problem.dim})"
        )
    hunter = Hunter(problem, rows[0], active)
    locked = rows[:, hunter.active :]
    if np.any(locked != locked[0]):
        raise BadInput("starts", "differ along locked directions", "starts that differ along open ones alone")
    hunter.add(rows[:, : hunter.active])
    hunter.advance(work)
    return hunter.points


Walk = Generator[float, None, Arrivals | Arrival]
"""Starts on their way; yields what each part of it took."""


class Hunter:
    """A hunt that goes on as it is given starts and work; locked coordinates stand as at `x` (d,)."""

    def __init__(self, problem: Problem, x: Floats, active: int | None = None) -> None:
        self.problem = problem.whole
        self.active = problem.dim if active is None else active
        self.directions = problem.directions(active)
        if not self.directions:
            raise BadInput("hunt", "there is no direction to go in", "a dimension of 2 at least")
        self._ground = Slice(problem, self.active, x)
        scales = self.problem.scales
        self._scales = (scales.length, scales.curvature)
        self._error = hessian_error(self.problem)
        period = float(problem.settings["period"]) if is_torus(problem) else 0.0
        self._collection = Collection(self.active, SAME * scales.length, period)
        self._finds: list[Find] = []
        self._waiting: deque[Floats] = deque()
        self._on_their_way = 0
        self._walk: Walk | None = None
        self.starts = self.failed = 0
        self.exact = self._error == 0.0

    @property
    def waiting(self) -> int:
        """How many starts have not ended."""
        return len(self._waiting) + self._on_their_way

    @property
    def full(self) -> bool:
        """Whether no more points are kept."""
        return len(self._collection) * 8.0 * self.problem.dim > KEPT_BYTES

    def add(self, starts: Floats) -> None:
        """More starts (n, active)."""
        self._waiting.extend(starts)

    def advance(self, work: float = math.inf) -> float:
        """Go on for about so many multiplications, or until all starts have ended; what it took."""
        spent = 0.0
        with np.errstate(all="ignore"):
            while spent < work and self.waiting and not self.full:
                self._walk = self._walk or self._setting_out()
                try:
                    spent += next(self._walk)
                except StopIteration as stop:
                    self._walk, self._on_their_way = None, 0
                    spent += self._arrive(stop.value)
        return spent

    @property
    def points(self) -> CriticalPoints:
        """What was found so far."""
        return CriticalPoints(
            self._ground.whole(self._collection.positions),
            *columns(self._finds),
            self._collection.found.copy(),
            self._inside(self._collection.positions),
            self.directions,
            self.starts,
            self.failed,
            SAMPLE,
            self.exact,
        )

    def _setting_out(self) -> Walk:
        """The next starts, together or alone."""
        structure, problem = self.problem.landscape.hessian, self.problem
        if isinstance(structure, Diagonal):
            each = structure.work(problem.dim)
            batch = self._batch(TOGETHER // problem.dim)
            return _at_work(each, descended_apart(self._ground, structure.diagonal, batch, *self._scales))
        if self.active <= (WRITTEN_OUT if isinstance(structure, Dense) else SHORT):
            each = problem.hessian_work(self.active) + OVERHEAD
            batch = self._batch(min(TOGETHER // max(self.active**2, problem.dim), int(AT_ONCE / each)))
            return _at_work(each, descended(self._ground, batch, *self._scales))
        return walked(self._ground, self._batch(1)[0], *self._scales)

    def _batch(self, most: int) -> Floats:
        count = max(1, min(len(self._waiting), most))
        self._on_their_way = count
        return np.stack([self._waiting.popleft() for _ in range(count)])

    def _arrive(self, ended: Arrivals | Arrival) -> float:
        """Keep what is new of the starts that have ended; what it took."""
        if isinstance(ended, Arrival):
            return self._arrive_alone(ended)
        self._arrive_together(ended)
        return 0.0

    def _arrive_together(self, ended: Arrivals) -> None:
        good = ended.arrived & self._near(ended.x)
        self.failed += int(np.count_nonzero(~good))
        largest = np.abs(ended.eigenvalues).max(axis=1)
        least = np.abs(ended.eigenvalues).min(axis=1)
        flat = (least <= max(FLAT, self._error) * largest) | (ended.newton > BLURRED * self._scales[0])
        band = max(ZERO_BAND, self._error) * largest
        index = np.count_nonzero(ended.eigenvalues < -band[:, None], axis=1)
        rows = np.flatnonzero(good)
        for row in rows[self._collection.add(ended.x[rows])]:
            numbers = float(ended.value[row]), float(ended.slope[row]), int(index[row])
            self._finds.append(Find(*numbers, self.starts + int(row), not flat[row]))
        self.starts += len(good)

    def _arrive_alone(self, end: Arrival) -> float:
        self.starts += 1
        if not (end.arrived and self._near(end.x[None])[0]):
            self.failed += 1
            return 0.0
        if not len(self._collection.add(end.x[None])):
            return 0.0
        index, isolated = UNKNOWN, True
        with contextlib.suppress(BadInput):  # not finite
            point = self._ground.whole(end.x[None])[0]
            found = signs(self.problem, point, active=self.active, work=SIGNS_WORK)
            index, isolated, self.exact = found.negative, not found.zero, self.exact and found.exact
        self._finds.append(Find(end.value, end.slope, index, self.starts - 1, isolated))
        return min(SIGNS_WORK, self.problem.hessian_work(self.active))

    def _near(self, x: Floats) -> Flags:
        """Which of x (n, active) have not left for infinity; NaN has."""
        near: Flags = np.all(np.abs(x) < GONE * reach(self.problem), axis=1)
        return near

    def _inside(self, x: Floats) -> Flags:
        """Which of x (n, active) are where walkers start: in the box, on a torus or a surface everywhere."""
        if self._collection.period or self._ground.surface:
            return np.ones(len(x), dtype=bool)
        corners = np.repeat(np.array(self.problem.box)[:, None], self.active, axis=1)
        self.problem.from_box(corners)
        inside: Flags = np.all((x >= corners[0]) & (x <= corners[1]), axis=1)
        return inside


def _at_work(each: float, steps: Generator[int, None, Arrivals]) -> Walk:
    """Steps that say what they took, where a look at a point takes so many multiplications."""
    while True:
        try:
            looks = next(steps)
        except StopIteration as stop:
            return cast(Arrivals, stop.value)
        yield each * looks
