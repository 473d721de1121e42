"""A Hessian as what it does to vectors: along the directions that are open, and within a surface.

Many of a million dimensions are never written down. Their products with vectors are enough for what
`sim.hessian.lanczos` finds out about their eigenvalues.
"""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.landscape import Problem
from sim.rng import Stream, fill_normal, stream_keys


class Operator:
    """The Hessian at x (d,) of a problem, along the first `active` directions (all).

    Vectors have `size` numbers: one for each open coordinate. On a constraint they are those of the space
    round it, of which only what is tangent at x counts: there are `directions` of them, d − 1 on a sphere.
    `work` is about how many multiplications a product takes.
    """

    def __init__(self, problem: Problem, x: Floats, active: int | None = None) -> None:
        self._problem, self._x = problem, np.ascontiguousarray(x, dtype=np.float64)
        self.directions = problem.directions(active)
        self.size = problem.dim if active is None else active
        self.work = problem.product_work()

    def times(self, v: Floats) -> Floats:
        """The Hessian times vectors (k, size); of the same shape."""
        vectors = v
        if self.size < self._problem.dim:
            vectors = np.zeros((len(v), self._problem.dim))
            vectors[:, : self.size] = v
        product = self._problem.hessian_product(self._x, vectors)
        return self._tangent(np.ascontiguousarray(product[:, : self.size]))

    def normals(self, count: int, key: int) -> Floats:
        """Vectors (count, size) with independent N(0, 1) along every direction, the same for the same key."""
        drawn = np.empty((count, self.size))
        fill_normal(stream_keys(key, Stream.PROBES, count), 0, drawn)
        return self._tangent(drawn)

    def probes(self, count: int, key: int) -> Floats:
        """Unit vectors (count, size), uniform on the sphere of all directions, the same for the same key."""
        drawn = self.normals(count, key)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn

    def within(self, vectors: Floats) -> Floats:
        """Vectors (k, size) without what leads off the surface; new ones."""
        return self._tangent(vectors.copy())

    def _tangent(self, vectors: Floats) -> Floats:
        """The same in place."""
        constraint = self._problem.landscape.constraint
        if constraint and constraint.codimension:
            for row in vectors:
                constraint.tangent(self._x[None], row[None])
        return vectors


def operator(problem: Problem, x: Floats, active: int | None = None) -> Operator:
    """The Hessian at x (d,) along the first `active` directions (all), as products with vectors."""
    return Operator(problem, x, active)
