"""What Lanczos' method knows about how many eigenvalues are below a number, and how well.

A vector v of length 1 gives each eigenvalue the square of v along its direction as a weight. `mass_below`
bounds the weight F of those below t, with no assumption about them: T with one more row, whose diagonal entry
is chosen so that t is an eigenvalue, is a Gauss–Radau rule, and for its nodes xᵢ and weights wᵢ (Chebyshev,
Markov and Stieltjes; Golub and Meurant 2010, chapters 6 and 7)

    Σ over xᵢ < t of wᵢ   ≤   F   ≤   Σ over xᵢ ≤ t of wᵢ

Where v is drawn uniformly from the sphere of D directions, of which K lead below t, F has the law
Beta(K/2, (D − K)/2). Of m normal vectors g, Σ|P gᵢ|²/Σ|gᵢ|² has Beta(mK/2, m(D − K)/2), exactly: a mean of
the Fᵢ in which each counts by |gᵢ|². So an observed F, or a pair of bounds of it, says which K are plausible
(Clopper and Pearson 1934).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.hessian.lanczos import A_PASS, Krylov, affordable_steps, eigen, lanczos
from sim.hessian.operator import Operator
from sim.landscape import Problem

CONFIDENCE = 0.95
"""How often an interval holds what is true."""

CERTAINTY = 0.999
"""How often the largest eigenvalue is within its error: a few steps more buy it."""

FARTHEST = 256.0
"""The entry that makes t a node is at most so many scales of T away from t."""

APART = 2.0**-38
"""A node within this share of the scale of t is at t: what rounding leaves of it."""

ROUNDING = 1e-12
"""What rounding may do to a weight."""


def mass_below(krylov: Krylov, t: float) -> tuple[float, float]:
    """Bounds of the weight of all λ < t, from below, and of all λ ≤ t, from above."""
    nodes, weights = _radau(krylov, t)
    apart = APART * krylov.scale
    below = int(np.searchsorted(nodes, t - apart))
    upto = int(np.searchsorted(nodes, t + apart, side="right"))
    if below == upto and krylov.residual > 0.0:
        # Where t nearly is an eigenvalue of T, it is none of the rule, which holds for the nodes beside it.
        below, upto = max(below - 1, 0), upto + 1
    low, high = float(weights[:below].sum()), 1.0 - float(weights[upto:].sum())
    return max(low - ROUNDING, 0.0), min(max(high, low) + ROUNDING, 1.0)


def _radau(krylov: Krylov, t: float) -> tuple[Floats, Floats]:
    """Nodes, ascending, and weights of the rule with a node at t; of T alone, if nothing is beyond it."""
    alpha, beta = krylov.alpha, krylov.beta
    if krylov.residual > 0.0:
        farthest = FARTHEST * max(krylov.scale, abs(t))
        entry = t + float(np.clip(krylov.residual**2 / _last_pivot(krylov, t), -farthest, farthest))
        alpha, beta = np.append(alpha, entry), np.append(beta, krylov.residual)
    nodes, vectors = eigen(alpha, beta)
    return nodes, vectors[0] ** 2


def _last_pivot(krylov: Krylov, t: float) -> float:
    """The last pivot of T − t."""
    pivot = math.inf
    for a, square in zip((krylov.alpha - t).tolist(), [0.0, *(krylov.beta**2).tolist()], strict=True):
        pivot = a - square / pivot
        pivot = pivot if abs(pivot) > sys.float_info.min else sys.float_info.min
    return pivot


def mass_beyond(krylov: Krylov, t: float) -> float:
    """A bound of the weight of all λ ≥ t, for t above all eigenvalues of T: 1/Σ pⱼ(t)² of its polynomials."""
    if krylov.residual == 0.0:
        return 0.0
    before, now, total, previous = 0.0, 1.0, 1.0, 0.0
    for a, b in zip(krylov.alpha.tolist(), [*krylov.beta.tolist(), krylov.residual], strict=True):
        before, now = now, ((t - a) * now - previous * before) / b
        previous = b
        total += now * now
        if total > 1e200:
            break
    return 1.0 / total


@dataclass(frozen=True, eq=False)
class Probes:
    """What Lanczos' method found from several probes, each counted by its share (m,), of `directions`."""

    krylovs: Sequence[Krylov]
    shares: Floats
    directions: int

    @property
    def finite(self) -> bool:
        """Whether the matrix was, as far as it was looked at."""
        return all(krylov.finite for krylov in self.krylovs)

    @property
    def steps(self) -> int:
        """How many steps the shortest took."""
        return min(len(krylov.alpha) for krylov in self.krylovs)

    @property
    def method(self) -> str:
        """How this was found, in a few words."""
        probes = len(self.krylovs)
        return f"Lanczos, {probes} probe{'s' if probes > 1 else ''} of {self.steps} steps"

    def least(self, t: float) -> int:
        """How many eigenvalues the matrix has below t, at least: as many as a T has (Cauchy)."""
        edges = [(krylov.ritz()[0], t - APART * krylov.scale) for krylov in self.krylovs]
        return max(int(np.count_nonzero(values < edge)) for values, edge in edges)

    def mass_below(self, t: float) -> tuple[float, float]:
        """The bounds of `mass_below`, averaged."""
        low, high = self.shares @ np.array([mass_below(krylov, t) for krylov in self.krylovs])
        return float(low), float(high)

    def nodes(self) -> tuple[Floats, Floats]:
        """Eigenvalues of all T, ascending, and how many directions each stands for."""
        found = [krylov.ritz() for krylov in self.krylovs]
        values = np.concatenate([values for values, _ in found])
        weights = [share * vectors[0] ** 2 for share, (_, vectors) in zip(self.shares, found, strict=True)]
        order = np.argsort(values)
        return values[order], self.directions * np.concatenate(weights)[order]

    def extreme(self, confidence: float = CERTAINTY) -> tuple[float, float]:
        """The largest eigenvalue of a T, which the matrix's is not below, and how far above that may be.

        A direction beyond t has a weight with the law Beta(1/2, (D − 1)/2), and that weight is bounded: t is
        where the bound has become as small as the weight of one given direction seldom is.
        """
        from scipy.special import betaincinv

        highest = max(float(krylov.ritz()[0][-1]) for krylov in self.krylovs)
        if self.directions == 1:
            return highest, 0.0
        scale, half = max(krylov.scale for krylov in self.krylovs), 0.5 * len(self.krylovs)
        least = float(betaincinv(half, half * (self.directions - 1), 1.0 - confidence))

        def excluded(excess: float) -> bool:
            masses = [mass_beyond(krylov, highest + excess) for krylov in self.krylovs]
            return bool(self.shares @ np.array(masses) <= least)

        return highest, _smallest(excluded, APART * scale)

    def negated(self) -> Probes:
        """The same of the matrix −A."""
        turned = [Krylov(-k.alpha, k.beta, k.residual, k.basis) for k in self.krylovs]
        return Probes(turned, self.shares, self.directions)


def _smallest(holds: Callable[[float], bool], least: float) -> float:
    """About the smallest number from `least` on from which on something holds, within a hundredth."""
    low, high = 0.0, least
    while not holds(high):
        low, high = high, 4.0 * high
    while high - low > 0.01 * high and high > least:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


MOST = 2e11
"""Neither an exact count nor an estimate takes more multiplications than these, some ten seconds."""

STEPS, LEAST_STEPS, PROBES = 200, 16, 8
"""At most so many steps, which leave 1 % of the directions open, so many in any case, and so many probes."""


def probe_work(product: float, size: int, steps: int) -> float:
    """About how many multiplications so many steps take, each with a product and the vectors before it."""
    return steps * product + A_PASS * float(steps) ** 2 * size


def least_work(problem: Problem, active: int) -> float:
    """About how many multiplications an estimate takes in any case."""
    return probe_work(problem.product_work(), active, LEAST_STEPS)


def worked_steps(product: float, size: int, work: float) -> int:
    """How many steps, each with a product of so much, `work` is enough for: `probe_work` turned round."""
    passes = A_PASS * size
    return int((math.sqrt(product**2 + 4.0 * passes * work) - product) / (2.0 * passes))


def most_steps(problem: Problem, active: int, work: float) -> int:
    """How many steps a single probe takes by so much work, at most."""
    longest = min(STEPS, affordable_steps(active, problem.directions(active)))
    return min(longest, max(LEAST_STEPS, worked_steps(problem.product_work(), active, min(work, MOST))))


def scratch_bytes(problem: Problem, active: int, work: float) -> float:
    """The memory that a probe of so much work takes: its vectors, and what a product does beside them."""
    vectors, beside = most_steps(problem, active, work), 8.0 * (4.0 * active + 2.0 * problem.dim)
    return 8.0 * active * vectors + beside + problem.product_bytes()


def plan(operator: Operator, work: float, most: int = PROBES) -> tuple[int, int]:
    """How many probes of how many steps, by about so many multiplications, leave the least uncertainty.

    A count's bounds are about 2/steps of all directions apart; and m probes of D directions scatter by about
    1.4/√(mD) on either side.
    """
    longest = min(STEPS, affordable_steps(operator.size, operator.directions))

    def steps(probes: int) -> int:
        """The most that there is work for."""
        return min(longest, worked_steps(operator.work, operator.size, min(work, MOST) / probes))

    def open_share(probes: int) -> float:
        return 2.0 / steps(probes) + 2.8 / math.sqrt(probes * operator.directions)

    choices = [probes for probes in range(2, most + 1) if steps(probes) >= min(LEAST_STEPS, longest)]
    if steps(1) > min(LEAST_STEPS, longest):
        probes = min([1, *choices], key=open_share)
        return probes, steps(probes)
    return 1, min(LEAST_STEPS, longest)


def probed(operator: Operator, probes: int, steps: int, key: int) -> Probes:
    """Lanczos' method from so many random vectors, one after the other."""
    found = [_probe(operator, steps, key + place) for place in range(probes)]
    squares = [square for _, square in found]
    return Probes([krylov for krylov, _ in found], np.array(squares) / sum(squares), operator.directions)


def _probe(operator: Operator, steps: int, key: int) -> tuple[Krylov, float]:
    """T of one, and |g|² of the vector that it began with; none of its vectors is kept, by no view."""
    start = operator.normals(1, key)[0]
    found = lanczos(operator, start, steps)
    alone = Krylov(found.alpha, found.beta, found.residual, np.empty((0, operator.size)))
    return alone, float(start @ start)


def plausible(
    low: float, high: float, probes: int, directions: int, confidence: float = CONFIDENCE
) -> tuple[int, int]:
    """The least and the most K that go with a weight between `low` and `high` at this confidence.

    An interval that holds the true K at least so often, whatever it is: each end is wrong half as often as
    the whole may be.
    """
    from scipy.special import betainc, betaincc

    seldom, half = 0.5 * (1.0 - confidence), 0.5 * probes

    def too_few(k: int) -> bool:
        """Whether so many directions hardly ever have so much weight."""
        if k == 0:
            return low > 0.0
        return k < directions and bool(betaincc(half * k, half * (directions - k), low) <= seldom)

    def too_many(k: int) -> bool:
        """Whether so many directions hardly ever have so little."""
        if k == directions:
            return high < 1.0
        return k > 0 and bool(betainc(half * k, half * (directions - k), high) <= seldom)

    least = _first(lambda k: not too_few(k), directions)
    most = directions - _first(lambda k: not too_many(directions - k), directions)
    return least, max(least, most)


def _first(holds: Callable[[int], bool], last: int) -> int:
    """The first number from 0 on for which something holds that goes on holding; `last` at the latest."""
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
