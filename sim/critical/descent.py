"""From a start to a critical point: descent on ½|∇f|², which becomes Newton's method as it gets near.

With g = ∇f, H = ∇²f and a damping μ, the step is

    s = −(H² + μ²)⁻¹ H g = −Re (H − iμ)⁻¹ g

(Levenberg 1944, Marquardt 1963, for the equations g = 0). For large μ it goes down the squared gradient,
whose own gradient is Hg; for small μ it is Newton's step; in between it is the best step of its length, as a
trust region has it. A step that lowers |g| as the linear model says makes μ smaller, one that does not is not
taken and makes it larger. Nothing prefers minima: saddles and maxima are reached alike.

Where |g| has a minimum that is not zero, no critical point is near, and the start has failed.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, cast

from sim.arrays import Flags, Floats, Integers, np

MOST_STEPS = 300
"""A start that has not arrived after so many steps has failed."""

ARRIVED = 1e-9
"""Newton's step at a critical point is below this share of the landscape's length."""

FIRST_DAMPING, LEAST_DAMPING = 0.1, 1e-14
"""μ at the start, and at least, as a share of the landscape's curvature."""

POOR, GOOD, FAIR = 0.25, 0.75, 1e-3
"""Shares of the predicted decrease of |g|² below which μ grows, above which it shrinks, and needed at all."""

TINY = 1e-10
"""A gradient below this share of length × curvature is that of a critical point, flat as it may be."""

LATER, PATIENT, HURRIED = 10, 0.95, 0.5
"""A start has failed, too, when after so many steps |g|² is not below that share of what it was.

Narrow curved valleys need patience; where many starts come to the same points, few are missed without.
"""


class Ground(Protocol):
    """A landscape at many points at once, each given by k numbers, with a directions to go."""

    def at(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Values (n,), gradients (n, a) and Hessians (n, a, a) at x (n, k)."""

    def moved(self, x: Floats, step: Floats) -> Floats:
        """Where steps (n, a) lead from x (n, k)."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Where starts came to, and which of them (n,) are at critical points.

    `x` (n, k), `value` (n,), `slope` (n,), which is |∇f|, and `eigenvalues` (n, a) of the Hessian, ascending,
    belong together; `newton` (n,) is how long Newton's next step would be.
    """

    arrived: Flags
    x: Floats
    value: Floats
    slope: Floats
    eigenvalues: Floats
    newton: Floats


@dataclass(frozen=True, eq=False)
class _Points:
    """Points on their way. Of the Hessian, `eigenvalues` (n, a) and `vectors` (n, a, a), in columns.

    `along` (n, a) are the gradient's coordinates along the vectors, infinite where something is not finite.
    """

    x: Floats
    value: Floats
    eigenvalues: Floats
    vectors: Floats
    along: Floats

    @classmethod
    def looked_at(cls, ground: Ground, x: Floats) -> _Points:
        """The points at x (n, k)."""
        value, gradient, hessian = ground.at(x)
        finite = np.isfinite(gradient).all(axis=1) & np.isfinite(hessian).all(axis=(1, 2))
        hessian[~finite] = 0.0
        eigenvalues, vectors = np.linalg.eigh(hessian)
        along = np.einsum("nij,ni->nj", vectors, gradient)
        along[~finite] = np.inf
        return cls(x, value, eigenvalues, vectors, along)

    @property
    def squared(self) -> Floats:
        """|∇f|² (n,)."""
        found: Floats = np.sum(self.along**2, axis=1)
        return found

    def step(self, damping: Floats) -> tuple[Floats, Floats]:
        """The step (n, a) for this damping (n,), and |∇f|² (n,) after it by the linear model."""
        square, damped = self.eigenvalues**2, damping[:, None] ** 2
        share = self.along / (square + damped)
        step = -np.einsum("nij,nj->ni", self.vectors, self.eigenvalues * share)
        return step, np.sum((damped * share) ** 2, axis=1)

    def newton(self, curvature: float) -> Floats:
        """The length (n,) of Newton's step, no curvature being taken as less than the least damping."""
        bent = np.maximum(np.abs(self.eigenvalues), LEAST_DAMPING * curvature)
        found: Floats = np.sqrt(np.sum((self.along / bent) ** 2, axis=1))
        return found

    def there(self, length: float, curvature: float) -> Flags:
        """Which (n,) are at a critical point: Newton's step is short, or the gradient next to nothing."""
        newton = self.newton(curvature) <= ARRIVED * length
        found: Flags = newton | (self.squared <= (TINY * length * curvature) ** 2)
        return found

    def some(self, which: Flags) -> _Points:
        """Some of them (n,)."""
        return _Points(*(array[which] for array in self._arrays))

    def put(self, rows: Integers | Flags, others: _Points) -> None:
        """Let these rows be the others."""
        for mine, theirs in zip(self._arrays, others._arrays, strict=True):
            mine[rows] = theirs

    @property
    def _arrays(self) -> tuple[Floats, ...]:
        return self.x, self.value, self.eigenvalues, self.vectors, self.along


def descended(
    ground: Ground, x: Floats, length: float, curvature: float, patience: float = PATIENT
) -> Generator[int, None, Arrivals]:
    """Where the starts x (n, k) come to, all at once; `length` and `curvature` are the landscape's.

    Yields, with each step, at how many points the landscape was looked at.
    """
    points, n = _Points.looked_at(ground, x.copy()), len(x)
    final, arrived = points.some(np.ones(n, dtype=bool)), np.zeros(n, dtype=bool)
    yield n
    rows, damping, before = np.arange(n), np.full(n, FIRST_DAMPING * curvature), np.full(n, np.inf)
    for step in range(MOST_STEPS + 1):
        there, going = points.there(length, curvature), np.isfinite(points.along).all(axis=1)
        if step % LATER == 0:
            going &= points.squared < patience * before
            before = points.squared
        final.put(rows[there], points.some(there))
        arrived[rows[there]] = True
        going &= ~there
        points, rows, damping, before = points.some(going), rows[going], damping[going], before[going]
        if step == MOST_STEPS or not len(rows):
            break
        move, predicted = points.step(damping)
        trial = _Points.looked_at(ground, ground.moved(points.x, move))
        yield len(rows)
        gain = (points.squared - trial.squared) / (points.squared - predicted)
        better = gain > FAIR
        points.put(better, trial.some(better))
        damping = adapted(damping, gain, curvature)
    slope, newton = np.sqrt(final.squared), final.newton(curvature)
    return Arrivals(arrived, final.x, final.value, slope, final.eigenvalues, newton)


def adapted(damping: Floats, gain: Floats, curvature: float) -> Floats:
    """The damping (...) of the next step, after one with this gain (...); NaN is no gain."""
    factor = np.where(gain > GOOD, 0.2, np.where(gain > POOR, 1.0, 4.0))
    found: Floats = np.maximum(factor * damping, LEAST_DAMPING * curvature)
    return found


def drained(steps: Generator[int, None, Arrivals]) -> tuple[Arrivals, int]:
    """Where the starts come to, and how often the landscape was looked at."""
    looks = 0
    while True:
        try:
            looks += next(steps)
        except StopIteration as stop:
            return cast(Arrivals, stop.value), looks
