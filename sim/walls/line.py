"""The straight line between two points, and the highest place on a curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.arrays import Floats, Integers, np
from sim.landscape import Problem
from sim.walls.ground import onto_surface, rise, rows_at_a_time, values

FEWEST, MOST = 17, 513
"""Points of a line that are looked at before its highest places are looked at closely."""

PER_LENGTH = 8.0
"""Points of a line for each length scale, where there may be so many."""

INSIDE = 6
"""Points by which a place is looked at closely: each round narrows it to 2 / 7."""


@dataclass(frozen=True)
class Care:
    """How many of the highest places are looked at closely, and in how many rounds."""

    peaks: int
    rounds: int

    @property
    def evaluations(self) -> int:
        """How many losses that takes, with an end that is the highest place."""
        return (self.peaks + 1) * INSIDE * self.rounds


CAREFUL, HASTY = Care(3, 8), Care(1, 4)
"""Eight rounds leave 4e-5 of the distance between two points, four 7e-3; heights are off by its square."""


@dataclass(frozen=True)
class Top:
    """The highest `value` that was found on a curve, at `share` of the way, and what the last look added."""

    share: float
    value: float
    error: float


def highest(height: Callable[[Floats], Floats], shares: Floats, heights: Floats, care: Care = CAREFUL) -> Top:
    """The highest place of a curve whose `heights` (k,) at increasing `shares` (k,) of the way are known.

    The places about the highest of them are looked at ever more closely, and beside an end that is higher
    than all others: where a walker stands on a slope, the way may go on rising from there. What rises and
    falls between two other shares can be missed. What is no number counts as infinitely high.
    """
    heights = np.where(np.isnan(heights), np.inf, heights)
    best = int(np.argmax(heights))
    share, value, error = float(shares[best]), float(heights[best]), 0.0
    last = len(heights) - 1
    places = peaks(heights)[: care.peaks]
    if best in (0, last):
        places = np.append(places, best)
    if not np.isfinite(value):
        return Top(share, value, error)
    low, high = shares[np.maximum(places - 1, 0)], shares[np.minimum(places + 1, last)]
    for _ in range(care.rounds):
        steps = np.arange(1, INSIDE + 1) / (INSIDE + 1.0)
        tried = low[:, None] + (high - low)[:, None] * steps
        found = height(tried.ravel()).reshape(tried.shape)
        found = np.where(np.isnan(found), np.inf, found)
        top = np.argmax(found, axis=1)
        row = int(np.argmax(found[np.arange(len(places)), top]))
        error = max(0.0, float(found[row, top[row]]) - value)
        if found[row, top[row]] > value:
            share, value = float(tried[row, top[row]]), float(found[row, top[row]])
        if not np.isfinite(value):
            break
        width = (high - low) / (INSIDE + 1.0)
        middle = tried[np.arange(len(places)), top]
        low, high = middle - width, middle + width
    return Top(share, value, error)


def peaks(heights: Floats) -> Integers:
    """The places of the highest points that are not below their neighbours, ends left out, highest first."""
    inside = heights[1:-1]
    found = np.flatnonzero((inside >= heights[:-2]) & (inside >= heights[2:])) + 1
    return found[np.argsort(-heights[found], kind="stable")]


@dataclass(frozen=True, eq=False)
class Line:
    """The losses (k,) at `shares` (k,) of the straight way between two points, `length` apart.

    `barrier` is the highest loss on the way less that of the higher end, 0 where that is rounding, and
    `above_chord` the most that the loss is above the straight line between the losses of the ends, at these
    shares. None where the loss is not finite. `spacing` is the distance between two shares, in length
    scales: what is narrower can be missed.
    """

    shares: Floats
    losses: Floats
    length: float
    spacing: float
    top: Top
    barrier: float | None
    above_chord: float | None


def between(problem: Problem, a: Floats, b: Floats) -> Callable[[Floats], Floats]:
    """The losses at shares (k,) of the way from a (d,) to b (d,), on a constraint along the surface.

    On a sphere this is the great arc; it has no middle where the ends are opposite, and the loss there is
    no number.
    """
    rows = rows_at_a_time(problem.size)

    def height(shares: Floats) -> Floats:
        found = np.empty(len(shares))
        for first in range(0, len(shares), rows):
            t = shares[first : first + rows, None]
            found[first : first + rows] = values(problem, onto_surface(problem, (1.0 - t) * a + t * b))
        return found

    return height


def straight(problem: Problem, a: Floats, b: Floats, evaluations: float) -> Line:
    """The line from a (d,) to b (d,), by about so many losses: as many as it takes, if they allow that."""
    length = float(np.linalg.norm(b - a))
    wanted = PER_LENGTH * length / problem.scales.length + 1.0
    care = CAREFUL if evaluations >= 2.0 * CAREFUL.evaluations else HASTY
    points = int(max(FEWEST, min(MOST, max(wanted, 65.0), evaluations - care.evaluations)))
    shares = np.linspace(0.0, 1.0, points)
    height = between(problem, a, b)
    losses = height(shares)
    spacing = length / (points - 1) / problem.scales.length
    ends = max(losses[0], losses[-1])
    top = highest(height, shares, losses, care)
    if not (np.isfinite(ends) and np.isfinite(top.value)):
        return Line(shares, losses, length, spacing, top, None, None)
    above = losses - ((1.0 - shares) * losses[0] + shares * losses[-1])
    return Line(
        shares,
        losses,
        length,
        spacing,
        top,
        rise(problem, top.value, float(ends)),
        float(max(0.0, above.max())),
    )
