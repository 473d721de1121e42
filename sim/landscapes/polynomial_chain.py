"""A chain of coordinates, each in a polynomial of its own and linked to its neighbours: φ⁴ on a line.

    f(x) = Σᵢ V(xᵢ) + J/2 Σᵢ (xᵢ₊₁ − sᵢxᵢ)²        V(x) = λ/4 (x² − 1)²   (order 4)

Each coordinate has two wells, at −1 and 1, and its neighbours would like it to be where they are. Without
links there are 3^d critical points, 2^d of them minima; C(d, k) 2^(d−k) have k falling directions. The
links take them away, one kind after the other: the minimum in which neighbours alternate goes at J = λ/6,
and from J = λ/(4 sin²(π/d)) on three points are left in a ring: all at −1, all at 0, all at 1 (Berglund,
Fernandez and Gentz 2007).

Short of that, descent from random starts seldom finds the best two. Each stretch of the chain picks a side,
and between two stretches stays a kink, a wall √(2J/λ) wide that costs about 0.94 √(λJ). Kinks attract each
other, but exponentially little with distance: those that were close meet and vanish at once, the others would
take longer than anybody waits. The larger J/λ, the fewer: a thousand steps from normal starts leave one on
17 % of the links at J = λ/4, on 5 % at λ, on 1.6 % at 16 λ. At J = 4 λ a kink is still held between two
coordinates, and is a minimum; at 16 λ its curvature along the chain counts as flat, and it slides. On a
lattice (`polynomial-lattice`) walls are bent, and the bend drives them.

At x = 0 all coordinates are on their barriers. The Hessian's eigenvalues there are −λ + 4J sin²(πk/d) in a
ring (k = 0 … d − 1) and −λ + 4J sin²(πk/2d) in an open chain: up to J = λ/4 all are negative, and beyond it a
share of (2/π) arcsin √(λ/4J): 1/3 at J = λ. The Hessian is tridiagonal, or cyclic in a ring:

    ∂ᵢ²f = V''(xᵢ) + 2J  (J at an open end)        ∂ᵢ∂ᵢ₊₁f = −J sᵢ        V'' = λ (3x² − 1)

so that the signs of its eigenvalues are counted exactly in any dimension.

`couplings = random` tosses a coin for every sᵢ (±J): a neighbour to agree with, or to differ from. In an open
chain that changes nothing but the names: turn xᵢ over wherever an odd number of the signs before it are −1,
and it is the uniform chain. In a ring what counts is the product of all signs: where it is −1, the ring is
frustrated, and no arrangement contents every link.

Order 2 makes it a bowl, whose curvatures are those of a row of springs. Order 3, V = λ (x²/2 − x³/3), has one
well, at 0, a barrier of λ/6 at 1 and nothing to stop at beyond it: walkers that start on the far side, and
are not held back by their neighbours, fall for ever.

In a ring of two, both links join the same pair; the one link of a ring of one joins the coordinate with
itself, and is 0 or, with s = −1, 2Jx². Sources: Krumhansl and Schrieffer 1975 (kinks), Carr and Pego 1989
(how slowly they move).
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Landscape, Problem, Scales, Settings, Tridiagonal
from sim.polynomial import (
    EDGE,
    PARAMETERS,
    PERIODIC,
    RANDOM,
    curvature,
    draw_signs,
    equal_minima,
    local,
    sharpest,
    unbounded,
)

HEAD = 8
"""Parameters: order, λ, J, whether it is a ring; J and s·x of what the first coordinate is linked to, and the
last one; then, if they are random, the signs of the links, d − 1 or, in a ring, d."""


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """One pass over the coordinates; each site counts the link to the next one."""
    n, d = x.shape
    order, lam, j, ring = parameters[0], parameters[1], parameters[2], parameters[3] > 0.0
    j_left, left, j_right, right = parameters[4], parameters[5], parameters[6], parameters[7]
    signs = parameters[HEAD:]
    uniform = len(signs) == 0
    for i in range(n):
        at, slope = x[i], gradient[i]
        first, last = at[0], at[d - 1]
        if ring:
            closing = 1.0 if uniform else signs[d - 1]
            left, right = closing * last, closing * first
        total, slope[0] = local(order, lam, first)
        if d > 1:
            ahead = first - (at[1] if uniform else signs[0] * at[1])
            behind = last - (at[d - 2] if uniform else signs[d - 2] * at[d - 2])
            v, pull = local(order, lam, last)
            total += v + 0.5 * j * ahead * ahead
            slope[0] += j * ahead
            slope[d - 1] = pull + j * behind
        slope[0] += j_left * (first - left)
        slope[d - 1] += j_right * (last - right)
        total += 0.5 * j_right * (last - right) ** 2
        if not ring:
            total += 0.5 * j_left * (first - left) ** 2
        if uniform:
            for k in range(1, d - 1):
                v, pull = local(order, lam, at[k])
                behind, ahead = at[k] - at[k - 1], at[k] - at[k + 1]
                total += v + 0.5 * j * ahead * ahead
                slope[k] = pull + j * (behind + ahead)
        else:
            for k in range(1, d - 1):
                v, pull = local(order, lam, at[k])
                behind, ahead = at[k] - signs[k - 1] * at[k - 1], at[k] - signs[k] * at[k + 1]
                total += v + 0.5 * j * ahead * ahead
                slope[k] = pull + j * (behind + ahead)
        value[i] = total


def signs_of(problem: Problem) -> Floats:
    """The signs of the links, d − 1 or, in a ring, d."""
    links = problem.dim if problem.settings["ends"] == PERIODIC else problem.dim - 1
    random = problem.settings["couplings"] == RANDOM
    return problem.parameters[HEAD:].copy() if random else np.ones(links)


def bands(problem: Problem, x: Floats) -> tuple[Floats, Floats]:
    """The diagonal (d,) of the Hessian at x (d,), and what is beside it: (d − 1,), or (d,) in a ring."""
    j = problem.settings["J"]
    diagonal = curvature(problem.settings, x, 2)
    if problem.settings["ends"] != PERIODIC:
        diagonal[0] -= j
        diagonal[-1] -= j
    beside = signs_of(problem)
    beside *= -j
    return diagonal, beside


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The numbers, and the signs."""
    ring, j = settings["ends"] == PERIODIC, settings["J"]
    links = dim if ring else dim - 1
    parameters = np.zeros(HEAD + (links if settings["couplings"] == RANDOM else 0))
    parameters[:4] = settings["order"], settings["lam"], j, float(ring)
    parameters[4], parameters[6] = (j, j) if ring else (0.0, 0.0)
    if len(parameters) > HEAD:
        draw_signs(seed, parameters[None, HEAD:])
    return parameters


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """A chain between the locked coordinates next to it, where all walkers have the same ones."""
    ring = problem.settings["ends"] == PERIODIC
    after, before = locked[0, 0], locked[0, -1]
    if not (np.all(locked[:, 0] == after) and (not ring or np.all(locked[:, -1] == before))):
        return None
    j, signs = problem.settings["J"], signs_of(problem)
    parameters = problem.parameters[: HEAD + active - 1].copy()
    parameters[3:HEAD] = 0.0, j * ring, signs[-1] * before, j, signs[active - 1] * after
    return parameters


def scales(dim: int, settings: Settings) -> Scales:
    """The curvature at the edge of the box, and the distance from barrier to well."""
    return Scales(curvature=sharpest(settings, 2), length=1.0)


LANDSCAPE = Landscape(
    title="Polynomial chain",
    formula="Σ V(xᵢ) + J/2 Σ (xᵢ₊₁ − sᵢxᵢ)²,  V = λ/4 (x² − 1)²",
    parameters=PARAMETERS,
    gradient=gradient,
    hessian=Tridiagonal(bands, ring=lambda settings: settings["ends"] == PERIODIC),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * (HEAD + dim * (settings["couplings"] == RANDOM)),
    box=lambda settings: (-EDGE, EDGE),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: equal_minima(settings),
    restrict=restrict,
    may_be_negative=unbounded,
)
