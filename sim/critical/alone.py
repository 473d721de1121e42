"""The same descent for one start at a time, where a Hessian is a chain, or too large to be written down.

A chain's or a ring's equations (H − iμ) y = g are solved directly, in O(d): the step is −Re y, and of the
gradient the linear model leaves μ Im y. Any other Hessian is multiplied with vectors: conjugate gradients on
the damped normal equations (CGLS: Hestenes and Stiefel 1952), whose first step is along −Hg, stopped the
later the nearer the critical point is.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sim.arrays import Floats, np
from sim.critical.descent import FAIR, FIRST_DAMPING, LATER, MOST_STEPS, PATIENT, TINY, adapted
from sim.critical.ground import Slice
from sim.hessian import chain
from sim.hessian.operator import Operator, operator
from sim.landscape import Tridiagonal

CHAIN_WORK = 200.0
"""Multiplications, about, that a coordinate of a chain takes for a step."""

OVERHEAD = 3e5
"""And what Python takes for it."""

EVERY = 4
"""Products are cut short after so many of them for each direction."""

Step = tuple[Floats, float]
"""A step (a,), and |∇f|² after it by the linear model."""


@dataclass(frozen=True, eq=False)
class Arrival:
    """Where one start came to: x (a,), its loss and |∇f| there; and whether that is a critical point."""

    arrived: bool
    x: Floats
    value: float
    slope: float


def walked(ground: Slice, start: Floats, length: float, curvature: float) -> Generator[float, None, Arrival]:
    """Where the start (a,) comes to; yields, now and then, how many multiplications were taken since."""
    x, value, gradient = _looked_at(ground, start)
    squared, damping, before = float(gradient @ gradient), FIRST_DAMPING * curvature, np.inf
    for count in range(MOST_STEPS):
        if squared <= (TINY * length * curvature) ** 2:
            return Arrival(True, x, value, squared**0.5)
        if count % LATER == 0:
            if not squared < PATIENT * before:
                break
            before = squared
        step, predicted = yield from _step(ground, x, gradient, damping, length * curvature)
        trial = _looked_at(ground, ground.moved_one(x, step))
        after = float(trial[2] @ trial[2])
        gain = (squared - after) / (squared - predicted) if squared > predicted else np.nan
        if gain > FAIR:
            (x, value, gradient), squared = trial, after
        damping = float(adapted(np.asarray(damping), np.asarray(gain), curvature))
    return Arrival(False, x, value, squared**0.5)


def _looked_at(ground: Slice, x: Floats) -> tuple[Floats, float, Floats]:
    value, gradient = ground.slope(x[None])
    return x, float(value[0]), gradient[0]


def _step(
    ground: Slice, x: Floats, gradient: Floats, damping: float, steep: float
) -> Generator[float, None, Step]:
    """The step from x (a,); `steep` is the landscape's length × curvature."""
    structure = ground.problem.landscape.hessian
    if isinstance(structure, Tridiagonal):
        bands = chain.leading(structure.bands(ground.problem, ground.whole(x[None])[0]), ground.active)
        yield OVERHEAD + CHAIN_WORK * ground.problem.dim
        y = chain_solution(*bands, gradient, damping)
        return -y.real, float(np.sum((damping * y.imag) ** 2))
    near = min(0.3, (float(np.sqrt(gradient @ gradient)) / steep) ** 0.5)
    hessian = operator(ground.problem, ground.whole(x[None])[0], ground.active)
    return (yield from _by_products(hessian, gradient, damping, near))


def chain_solution(middle: Floats, beside: Floats, right: Floats, damping: float) -> Any:
    """The complex y (d,) with (T − iμ) y = right (d,), for a chain or a ring T and μ = damping > 0.

    A ring's corner c is taken out together with c at either end of the diagonal, which leaves a chain, and
    put back by Sherman and Morrison's formula.
    """
    from scipy.linalg import solve_banded

    d = len(middle)
    ring = len(beside) == d and d > 2
    bands = np.zeros((3, d), dtype=np.complex128)
    bands[1] = middle - 1j * damping
    bands[0, 1:] = bands[2, :-1] = beside[: d - 1]
    if not ring:
        return solve_banded((1, 1), bands, right.astype(np.complex128), check_finite=False)
    corner = beside[-1]
    bands[1, [0, -1]] -= corner
    ends = np.zeros((d, 2), dtype=np.complex128)
    ends[:, 0], ends[[0, -1], 1] = right, 1.0
    y, q = solve_banded((1, 1), bands, ends, check_finite=False).T
    return y - corner * (y[0] + y[-1]) / (1.0 + corner * (q[0] + q[-1])) * q


def _by_products(
    hessian: Operator, gradient: Floats, damping: float, near: float
) -> Generator[float, None, Step]:
    """The step through products, until what is left of the gradient, or can be done about it, is small."""
    square = damping**2
    step, left = np.zeros_like(gradient), -gradient
    uphill = hessian.times(left[None])[0]
    yield hessian.work
    way, size, first = uphill, float(uphill @ uphill), float(uphill @ uphill)
    for _ in range(EVERY * len(gradient)):
        if not size > 0.0:
            break
        change = hessian.times(way[None])[0]
        share = size / (float(change @ change) + square * float(way @ way))
        step += share * way
        left -= share * change
        uphill = hessian.times(left[None])[0] - square * step
        yield 2.0 * hessian.work
        before, size = size, float(uphill @ uphill)
        if size <= (0.1 * near) ** 2 * first or left @ left <= near**2 * (gradient @ gradient):
            break
        way = uphill + size / before * way
    return step, float(left @ left)
