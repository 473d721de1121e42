"""All critical points of a Gaussian field on a torus of up to four dimensions.

Starts at random all over the torus go down ½|∇f|² and on by Newton's method, round after round, until a round
finds nothing new. Two tests tell whether any is missing. On a torus the numbers N_k of critical points of
index k have Σ (−1)^k N_k = 0 and N_k ≥ C(d, k), whatever the function (Morse 1925): a failed test proves
that some are missing. And of points that are found by chance, the number f₁ of those found once only, and
f₂ of those found twice, estimate how many were never found, f₁(f₁ − 1) / 2(f₂ + 1) (Chao 1984).

That those found are there is certain but for rounding: by Kantorovich's theorem (1948), where |H⁻¹| times
Newton's step times the largest change of the Hessian a unit of distance is below ½, there is a critical
point, and no other near it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.critical.descent import HURRIED, descended, drained
from sim.critical.points import SAME, Collection, CriticalPoints, Find, columns
from sim.critical.waves import Waves, is_torus
from sim.errors import BadInput
from sim.landscape import Problem
from sim.rng import Stream, fill_uniform, stream_keys

MOST_DIRECTIONS = 4
"""The largest torus whose critical points are all looked for."""

STARTS = 16.0
"""How many starts a round has for each cube whose side is the length scale: about 60 for each point."""

FEWEST, MOST = 64, 16_384
"""And at least and at most."""

MOST_ROUNDS, MOST_WORK = 64, 1e11
"""After so many rounds, or about so many multiplications, a census ends, incomplete."""

TOGETHER, STEPS = 2048, 15.0
"""Starts that go down together, at most, and how many steps one takes, about."""

METHOD = "a census: starts all over the torus until nothing new was found"


@dataclass(frozen=True, eq=False)
class Census:
    """The critical points of a torus, and how sure it is that they are all.

    `morse_sum` is Σ (−1)^k N_k. `once` and `twice` are how many points one start and two starts found, and
    `singular` how many starts came to a flat place instead, about which nothing is certain. `volume` is that
    of the torus in length scales. It has `ended` when a round found nothing new and every test was passed, or
    when there was no hope of that.
    """

    points: CriticalPoints
    morse_sum: int
    once: int
    twice: int
    singular: int
    rounds: int
    volume: float
    ended: bool

    @property
    def missed(self) -> float:
        """About how many points no start has found (Chao 1984)."""
        return math.comb(self.once, 2) / (self.twice + 1)

    @property
    def tests_pass(self) -> bool:
        """Whether no test says that points are missing."""
        counts, d = self.points.counts, self.points.directions
        enough = all(counts[k] >= math.comb(d, k) for k in range(d + 1))
        return enough and self.morse_sum == 0 and not self.once and not self.singular

    @property
    def complete(self) -> bool:
        """Whether these are all, as far as tests can tell."""
        return self.ended and self.tests_pass


def census(problem: Problem, active: int | None = None, x: Floats | None = None) -> Census:
    """All critical points of a `gaussian-field` with a `period`, along its first `active` directions (all).

    Four directions at most; locked coordinates stand as at `x` (d,), in the middle if it is left out. It
    takes a second or two for a period of 5 length scales in four dimensions; where it ends incomplete, as
    with a period of very many, it says so.

        census(LANDSCAPES["gaussian-field"].build(3, period=5.0)).points.counts
    """
    taker = CensusTaker(problem, active, x)
    taker.advance()
    return taker.census


class CensusTaker:
    """A census that is taken a bit at a time."""

    def __init__(self, problem: Problem, active: int | None = None, x: Floats | None = None) -> None:
        directions = problem.directions(active)
        refuse(problem, directions)
        at = problem.resting() if x is None else x
        self._problem, self._waves, self._locked = problem, Waves(problem, directions, at), at[directions:]
        length = problem.scales.length
        self._collection = Collection(directions, SAME * length, self._waves.period)
        self._finds: list[Find] = []
        self._starts = self._failed = self._singular = self._rounds = 0
        self._left, self._news = np.empty((0, directions)), 0
        self.volume = (self._waves.period / length) ** directions
        self._work, self.ended = 0.0, False

    def advance(self, work: float = math.inf) -> None:
        """Go on for about so many multiplications, or until the census has ended."""
        with np.errstate(all="ignore"):
            while work > 0.0 and not self.ended:
                if not len(self._left):
                    self._next_round()
                work -= self._some(work)
                if not len(self._left):
                    self._end_or_go_on()

    @property
    def census(self) -> Census:
        """What is known so far."""
        found = self._collection.found
        return Census(
            self._critical_points(),
            sum((-1) ** find.falling for find in self._finds),
            int(np.count_nonzero(found == 1)),
            int(np.count_nonzero(found == 2)),
            self._singular,
            self._rounds,
            self.volume,
            self.ended,
        )

    def _next_round(self) -> None:
        count = int(min(max(STARTS * self.volume, FEWEST), MOST))
        self._left, half = np.empty((count, self._waves.dim)), 0.5 * self._waves.period
        keys = stream_keys(self._problem.seed, Stream.CRITICAL, count)
        fill_uniform(keys, self._rounds, -half, half, self._left)
        self._rounds += 1
        self._news = 0

    def _some(self, work: float) -> float:
        """Some of the round's starts, for about so much work; what it took."""
        count = int(min(max(1.0, work / (STEPS * self._waves.work)), TOGETHER))
        batch, self._left = self._left[:count], self._left[count:]
        scales = self._problem.scales
        ended, evaluations = drained(descended(self._waves, batch, scales.length, scales.curvature, HURRIED))
        least = np.abs(ended.eigenvalues).min(axis=1)
        certain = self._waves.bend * ended.newton < 0.5 * least
        rows = np.flatnonzero(ended.arrived & certain)
        self._failed += int(np.count_nonzero(~ended.arrived))
        self._singular += int(np.count_nonzero(ended.arrived & ~certain))
        for row in rows[self._collection.add(ended.x[rows])]:
            falling = int(np.count_nonzero(ended.eigenvalues[row] < 0.0))
            numbers = float(ended.value[row]), float(ended.slope[row])
            self._finds.append(Find(*numbers, falling, self._starts + int(row)))
            self._news += 1
        self._starts += len(batch)
        spent = evaluations * self._waves.work
        self._work += spent
        return spent

    def _end_or_go_on(self) -> None:
        """After a round: nothing new and no test failed, or no hope."""
        found = self.census
        settled = not self._news and found.tests_pass
        hopeless = self._singular > 0 or self._rounds >= MOST_ROUNDS or self._work >= MOST_WORK
        self.ended = settled or hopeless

    def _critical_points(self) -> CriticalPoints:
        count, period = len(self._finds), self._waves.period
        positions = np.empty((count, self._problem.dim))
        open_ones = self._collection.positions
        positions[:, : self._waves.dim] = open_ones - period * np.floor(open_ones / period + 0.5)
        positions[:, self._waves.dim :] = self._locked
        return CriticalPoints(
            positions,
            *columns(self._finds),
            self._collection.found.copy(),
            np.ones(count, dtype=bool),
            self._waves.dim,
            self._starts,
            self._failed,
            METHOD,
        )


def refuse(problem: Problem, directions: int) -> None:
    """Refuse what no census is taken of."""
    if not is_torus(problem):
        name = problem.landscape.title.lower()
        raise BadInput("census", f"{name} has no period here", "gaussian-field with a period, as period=5")
    if directions > MOST_DIRECTIONS:
        what = f"{directions} directions are too many for all critical points"
        raise BadInput("census", what, f"1 to {MOST_DIRECTIONS} directions")
