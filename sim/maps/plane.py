"""A plane through a landscape, or where walkers stay on a sphere, a sphere through it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.arrays import Floats, np

ROUNDING = 1e-12
"""What is nearer to a plane than this share of how far away it is is on it."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The places reached from `origin` (d,) along `ways` (k, d), orthonormal: two of them, or one alone.

    On a sphere of this `radius` the ways are tangent to it, and at the place (a, b) stands the point at the
    distance √(a² + b²) from the origin along the great circle that leaves it in that direction (a geodesic
    map: distances and directions from the origin are true).
    """

    origin: Floats
    ways: Floats
    radius: float | None = None

    @property
    def size(self) -> int:
        """How many coordinates a point has."""
        return len(self.origin)

    def points(self, places: Floats) -> Floats:
        """The points (m, d) at places (m, k)."""
        there: Floats = places @ self.ways
        if self.radius is None:
            there += self.origin
            return there
        angle = np.linalg.norm(places, axis=1)[:, None] / self.radius
        there *= np.sinc(angle / np.pi)
        there += np.cos(angle) * self.origin
        return there

    def seen(self, positions: Floats) -> tuple[Floats, Floats]:
        """The places (m, k) nearest to positions (m, d), and how far these are from there (m,).

        On a sphere, along it.
        """
        if self.radius is None:
            apart = positions - self.origin
            places = apart @ self.ways.T
            off = np.linalg.norm(apart - places @ self.ways, axis=1)
            size = np.linalg.norm(apart, axis=1) + np.linalg.norm(self.origin)
            return places, np.where(off > ROUNDING * size, off, 0.0)
        towards = self.origin / self.radius
        along, aside = positions @ towards, positions @ self.ways.T
        length = np.linalg.norm(aside, axis=1)
        angle = np.arctan2(length, along)
        places = aside * (self.radius * angle / np.where(length > 0.0, length, 1.0))[:, None]
        # The point opposite is in every direction.
        places[(length == 0.0) & (along < 0.0), 0] = np.pi * self.radius
        left = positions - np.outer(along, towards) - aside @ self.ways
        off = np.arctan2(np.linalg.norm(left, axis=1), np.hypot(length, along))
        return places, np.where(off > ROUNDING, self.radius * off, 0.0)
