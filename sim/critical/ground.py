"""Landscapes as the hunter meets them: what a step needs to know where it stands, along open directions."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.landscape import Problem


class Slice:
    """The landscape along its first `active` directions, where the others stand as at `x` (d,).

    On a surface, which locks none, gradients and steps are coordinates in a basis of the tangent space.
    """

    def __init__(self, problem: Problem, active: int, x: Floats) -> None:
        self.problem, self.active, self.x = problem.whole, active, x
        constraint = problem.landscape.constraint
        self.surface = constraint if constraint and constraint.codimension else None

    def whole(self, x: Floats) -> Floats:
        """Positions (n, d) for those (n, active) along the open directions."""
        if self.active == self.problem.dim:
            return x
        rows = np.empty((len(x), self.problem.dim))
        rows[:] = self.x
        rows[:, : self.active] = x
        return rows

    def slope(self, x: Floats) -> tuple[Floats, Floats]:
        """Values (n,) and gradients (n, active) at x (n, active), those along a surface if there is one."""
        rows = self.whole(x)
        value, gradient = self.problem.value_and_gradient(rows)
        if self.surface:
            self.surface.tangent(rows, gradient)
        return value, np.ascontiguousarray(gradient[:, : self.active])

    def at(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Values (n,), gradients (n, a) and Hessians (n, a, a) at x (n, active)."""
        value, gradient = self.slope(x)
        directions = self.problem.directions(self.active)
        hessian = np.full((len(x), directions, directions), np.nan)
        along = np.full((len(x), directions), np.nan)
        finite = np.isfinite(value) & np.isfinite(gradient).all(axis=1)
        for row in np.flatnonzero(finite):
            point = self.whole(x[row : row + 1])[0]
            hessian[row] = self.problem.hessian(point, self.active)
            along[row] = self._along(point, gradient[row])
        return value, along, hessian

    def _along(self, point: Floats, v: Floats) -> Floats:
        """The coordinates of v (d,) in the basis at a point (d,) of the surface; or v itself."""
        return self.surface.along(self.problem, point, v[None])[0] if self.surface else v

    def moved(self, x: Floats, step: Floats) -> Floats:
        """Where steps (n, a) lead from x (n, active)."""
        if not self.surface:
            return x + step
        ends = x.copy()
        for row, (point, move) in enumerate(zip(x, step, strict=True)):
            ends[row] += self.surface.along(self.problem, point, np.eye(len(point))) @ move
        self.surface.retract(ends)
        return ends

    def moved_one(self, x: Floats, step: Floats) -> Floats:
        """Where a step (active,), a vector of the space round a surface, leads from x (active,)."""
        end = (x + step)[None]
        if self.surface:
            self.surface.retract(end)
        found: Floats = end[0]
        return found
