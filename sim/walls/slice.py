"""The points between two walkers that can be reached while only the first coordinates are free."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.landscape import Problem
from sim.walls.ground import onto_surface, rows_at_a_time, values, values_and_slopes


class Slice:
    """The first `free` coordinates go where they like; the others stay on the straight line from a to b (d,).

    Where a and b agree in the others, as the walkers of an experiment do in coordinates that are locked, they
    stay where they are. Else they all follow one number, how far they are along their part of the line, so
    that a slice with more free coordinates holds all points of one with fewer. A point of the slice is a row
    of `size` numbers: the free coordinates and, where the others move, that number. Distances are those of
    the space round it. On a constraint all coordinates are free, along the surface.
    """

    def __init__(self, problem: Problem, a: Floats, b: Floats, free: int) -> None:
        self.problem, self.a, self.b, self.free = problem, a, b, free
        rest = b[free:] - a[free:]
        self.rest = float(np.linalg.norm(rest))
        self.way = rest / self.rest if self.rest > 0.0 else rest[:0]
        self.size = free + bool(self.rest > 0.0)

    @property
    def ends(self) -> Floats:
        """The two walkers (2, size)."""
        found = np.zeros((2, self.size))
        found[0, : self.free], found[1, : self.free] = self.a[: self.free], self.b[: self.free]
        found[1, self.free :] = self.rest
        return found

    def points(self, rows: Floats) -> Floats:
        """The points (k, d) of rows (k, size)."""
        found = np.empty((len(rows), self.problem.dim))
        found[:, : self.free] = rows[:, : self.free]
        found[:, self.free :] = self.a[self.free :]
        if self.size > self.free:
            found[:, self.free :] += rows[:, self.free :] * self.way
        return found

    def settled(self, rows: Floats) -> Floats:
        """The rows (k, size), brought back in place onto the surface that there may be."""
        return onto_surface(self.problem, rows) if self.problem.landscape.constraint else rows

    def values(self, rows: Floats) -> Floats:
        """The losses (k,)."""
        found, step = np.empty(len(rows)), rows_at_a_time(self.problem.dim)
        for first in range(0, len(rows), step):
            found[first : first + step] = values(self.problem, self.points(rows[first : first + step]))
        return found

    def values_and_slopes(self, rows: Floats) -> tuple[Floats, Floats]:
        """The losses (k,) and the gradients (k, size) within the slice."""
        heights, slopes, step = np.empty(len(rows)), np.empty_like(rows), rows_at_a_time(self.problem.dim)
        for first in range(0, len(rows), step):
            part = slice(first, first + step)
            heights[part], gradient = values_and_slopes(self.problem, self.points(rows[part]))
            slopes[part, : self.free] = gradient[:, : self.free]
            if self.size > self.free:
                slopes[part, self.free] = gradient[:, self.free :] @ self.way
        return heights, slopes

    def widened(self, rows: Floats, narrower: Slice) -> Floats:
        """The same points (k, size) as those of a slice between the same ends with fewer free coordinates."""
        if narrower.free == self.free:
            return rows
        found = np.empty((len(rows), self.size))
        found[:, : narrower.free] = rows[:, : narrower.free]
        opened = slice(narrower.free, self.free)
        found[:, opened] = self.a[opened]
        if narrower.size > narrower.free:
            along = rows[:, narrower.free :] / narrower.rest
            found[:, opened] += along * (self.b[opened] - self.a[opened])
            found[:, self.free :] = along * self.rest
        return found
