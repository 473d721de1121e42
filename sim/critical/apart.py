"""The same descent where every coordinate goes its own way: each is an equation of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator

from sim.arrays import Flags, Floats, np
from sim.critical.descent import ARRIVED, FAIR, FIRST_DAMPING, MOST_STEPS, TINY, Arrivals, adapted
from sim.critical.descent import LEAST_DAMPING as LEAST
from sim.critical.ground import Slice
from sim.landscape import Problem


def descended_apart(
    ground: Slice, diagonal: Callable[[Problem, Floats], Floats], x: Floats, length: float, curvature: float
) -> Generator[int, None, Arrivals]:
    """Where the starts x (n, a) on a separable landscape come to: where all of their coordinates have.

    Yields, with each step, at how many points the landscape was looked at.
    """

    def looked_at(x: Floats) -> tuple[Floats, Floats, Floats]:
        value, gradient = ground.slope(x)
        return value, gradient, diagonal(ground.problem, ground.whole(x))[:, : ground.active]

    def newton(gradient: Floats, curvatures: Floats) -> Floats:
        steps: Floats = np.abs(gradient) / np.maximum(np.abs(curvatures), LEAST * curvature)
        return steps

    def there(gradient: Floats, curvatures: Floats) -> Flags:
        near = newton(gradient, curvatures) <= ARRIVED * length
        found: Flags = near | (np.abs(gradient) <= TINY * length * curvature)
        return found

    value, gradient, curvatures = looked_at(x)
    yield len(x)
    damping = np.full_like(x, FIRST_DAMPING * curvature)
    for _ in range(MOST_STEPS):
        going = ~there(gradient, curvatures)
        if not going.any():
            break
        share = gradient / (curvatures**2 + damping**2)
        trial = np.where(going, x - curvatures * share, x)
        _, ahead, bent = looked_at(trial)
        yield len(x)
        gain = (gradient**2 - ahead**2) / (gradient**2 - (damping**2 * share) ** 2)
        better = going & (gain > FAIR)
        x, gradient = np.where(better, trial, x), np.where(better, ahead, gradient)
        curvatures, damping = np.where(better, bent, curvatures), adapted(damping, gain, curvature)
    value = looked_at(x)[0]
    arrived = np.all(there(gradient, curvatures), axis=1)
    slope, steps = (
        np.sqrt(np.sum(gradient**2, axis=1)),
        np.sqrt(np.sum(newton(gradient, curvatures) ** 2, axis=1)),
    )
    return Arrivals(arrived, x, value, slope, np.sort(curvatures, axis=1), steps)
