"""A square of coordinates, each in a polynomial of its own and linked to four neighbours: φ⁴ in the plane.

    f(x) = Σ V(x) + J/2 Σ (x_neighbour − s x)²        V(x) = λ/4 (x² − 1)²   (order 4)

The sum of links is over the neighbour to the right and the one below, of `side` × `side` coordinates, row by
row. Each coordinate has two wells, at −1 and 1, and wants to be in the one where its neighbours are.

Descent from random starts makes patches of both signs with walls between them. On a chain a wall is a point,
and nothing moves two that are far apart. Here it is a line that costs about 0.94 √(λJ) for each unit of its
length, so it pays to be short: bends straighten, small patches shrink and vanish, and the pattern grows
coarser as √t (Lifshitz 1962, Allen and Cahn 1979): at J = λ, each doubling of the steps divides the length
of all walls by 1.3 to 1.4. It need not end in one colour: straight walls round a square with joined ends
have nothing to gain; at J = λ, 16 apart, they are a minimum. And the plane has a grain: a wall is √(2J/λ)
wide, and where that is less than the distance between neighbours it is pinned, bent or not: at J = λ/10 a
quarter of all links stay in a wall for good, and at J = λ/20 as many as there were.

At x = 0 with joined ends the curvatures are −λ + 4J (sin²(πk/side) + sin²(πl/side)). The checkerboard, where
neighbours differ, is a minimum for J < λ/12: half of the chain's λ/6, with twice the neighbours.

`couplings = random` tosses a coin for every link (±J): to agree with the neighbour, or to differ. An open
chain can content all of its links. Here an odd number of −1 round a square of four cannot all be contented,
and half of the squares are like that: it is a spin glass with soft spins (Edwards and Anderson 1975).

The Hessian has five entries a row, at most a row of the lattice from the diagonal, so that the signs of its
eigenvalues are counted without a dense matrix: a side of 128 takes a quarter of a second, and twice the side
16 times as long, or four times as long again with joined ends. With these, a side of 2 links each pair twice,
and a side of 1 the coordinate with itself, which adds 0 or, with s = −1, 2Jx² a link.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Integers, Keys, np
from sim.kernel import gradient_kernel, inline
from sim.landscape import Banded, Landscape, Problem, Scales, Settings, Shape, all_products
from sim.parameters import Parameter
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
from sim.rng import Stream, stream_keys

MOST = 1e7
"""The longest side, far beyond what any memory holds."""

HEAD = 4
"""Parameters: order, λ, J, whether the ends are joined; then, if they are random, for each row the signs of
the links to the right (side,) and of those below (side,), with 1 for a link that there is not."""


@inline
def beside(place: int, side: int, joined: bool) -> tuple[int, int]:
    """The places before and after one of `side`: round the end, or the place itself where there is none."""
    if joined:
        return (place - 1) % side, (place + 1) % side
    return max(place - 1, 0), min(place + 1, side - 1)


@inline
def row_of(array: Floats, row: int, side: int) -> Floats:
    """So many numbers of an array, or none of an empty one; views in one dimension are what vectorises."""
    return array[row * side : (row + 1) * side]


@inline
def site(
    order: float, lam: float, j: float, x: float, left: float, right: float, above: float, below: float
) -> tuple[float, float]:
    """What a coordinate adds to the value, with its links to the right and below, and its slope.

    A neighbour comes times the sign of the link; where there is none, the coordinate itself stands for it.
    """
    v, pull = local(order, lam, x)
    to_right, to_below = x - right, x - below
    links = (x - left) + to_right + (x - above) + to_below
    return v + 0.5 * j * (to_right * to_right + to_below * to_below), pull + j * links


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """One pass over the rows of the lattice; the first and the last column are done by themselves."""
    n, d = x.shape
    side = int(np.sqrt(d) + 0.5)
    order, lam, j, joined = parameters[0], parameters[1], parameters[2], parameters[3] > 0.0
    signs = parameters[HEAD:]
    uniform = len(signs) == 0
    for i in range(n):
        total = 0.0
        for r in range(side):
            before, after = beside(r, side, joined)
            up, row, down = row_of(x[i], before, side), row_of(x[i], r, side), row_of(x[i], after, side)
            slope = row_of(gradient[i], r, side)
            across, under = row_of(signs, 2 * r, side), row_of(signs, 2 * r + 1, side)
            over = row_of(signs, 2 * ((r - 1) % side) + 1, side)
            if uniform:
                for c in range(1, side - 1):
                    v, slope[c] = site(order, lam, j, row[c], row[c - 1], row[c + 1], up[c], down[c])
                    total += v
            else:
                for c in range(1, side - 1):
                    left, right = across[c - 1] * row[c - 1], across[c] * row[c + 1]
                    above, below = over[c] * up[c], under[c] * down[c]
                    v, slope[c] = site(order, lam, j, row[c], left, right, above, below)
                    total += v
            for c in range(0, side, max(side - 1, 1)):
                before, after = beside(c, side, joined)
                left, right, above, below = row[before], row[after], up[c], down[c]
                if not uniform:
                    left, right = across[(c - 1) % side] * left, across[c] * right
                    above, below = over[c] * above, under[c] * below
                v, slope[c] = site(order, lam, j, row[c], left, right, above, below)
                total += v
        value[i] = total


def linked(problem: Problem, v: Floats) -> Floats:
    """The Hessian of the links times the rows of v (k, d): their gradient, without the polynomials."""
    parameters, found = problem.parameters.copy(), np.empty_like(v)
    parameters[:2] = 2.0, 0.0
    keys = stream_keys(problem.seed, Stream.GRADIENT, len(v))
    gradient(v, parameters, keys, 0, np.empty(len(v)), found)
    return found


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The Hessian of the first `active` directions."""
    matrix = linked(problem, np.eye(active, problem.dim))[:, :active].copy()
    matrix[np.diag_indices(active)] += curvature(problem.settings, x, 0)[:active]
    return matrix


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (k, d), in O(kd)."""
    product = linked(problem, v)
    product += curvature(problem.settings, x, 0) * v
    return product


def entries(problem: Problem, x: Floats, active: int) -> tuple[Floats, Integers, Integers, Floats]:
    """The Hessian's diagonal (active,), and row, column and entry for each link of the open coordinates."""
    side, settings = int(problem.settings["side"]), problem.settings
    signs = problem.parameters[HEAD:].reshape(-1, 2, side)
    sites = np.arange(problem.dim).reshape(side, side)
    middle = curvature(settings, x, 0)
    found = []
    for axis, way in ((1, 0), (0, 1)):  # to the right, and below
        ahead = np.roll(sites, -1, axis=axis)
        sign = signs[:, way] if len(signs) else np.ones((side, side))
        there = np.ones((side, side), dtype=np.bool_)
        if settings["ends"] != PERIODIC:
            there[(slice(None), -1) if axis else -1] = False
        one, other, sign = sites[there], ahead[there], sign[there]
        np.add.at(middle, one, settings["J"] * np.where(one == other, 2.0 - 2.0 * sign, 1.0))
        np.add.at(middle, other, settings["J"] * (one != other))
        among = (one != other) & (np.maximum(one, other) < active)
        found.append((one[among], other[among], -settings["J"] * sign[among]))
    rows, columns, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return middle[:active], rows, columns, values


def order(problem: Problem, active: int) -> Integers:
    """Row by row; with joined ends rows 1, s, 2, s − 1, ..., so that neighbours are at most two apart."""
    side = int(problem.settings["side"])
    if problem.settings["ends"] != PERIODIC:
        return np.arange(active)
    row, column = np.divmod(np.arange(active), side)
    folded = np.minimum(2 * row, 2 * (side - row) - 1) * side + column
    places: Integers = np.argsort(np.argsort(folded))
    return places


def width(problem: Problem, active: int) -> int:
    """A row, or two where the ends are joined."""
    side = int(problem.settings["side"])
    return min(2 * side if problem.settings["ends"] == PERIODIC else side, active - 1)


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The numbers, and the signs."""
    side, joined = int(settings["side"]), settings["ends"] == PERIODIC
    parameters = np.zeros(HEAD + (2 * dim if settings["couplings"] == RANDOM else 0))
    parameters[:HEAD] = settings["order"], settings["lam"], settings["J"], float(joined)
    if len(parameters) > HEAD:
        signs = parameters[HEAD:].reshape(2 * side, side)
        draw_signs(seed, signs)
        if not joined:
            signs[::2, -1] = signs[-1] = 1.0
    return parameters


def fitted(dim: int, settings: Settings) -> Settings:
    """The side of the square with about so many coordinates."""
    return {**settings, "side": min(max(1.0, float(round(math.sqrt(dim)))), MOST)}


def scales(dim: int, settings: Settings) -> Scales:
    """The curvature at the edge of the box, and the distance from barrier to well."""
    return Scales(curvature=sharpest(settings, 4), length=1.0)


LANDSCAPE = Landscape(
    title="Polynomial lattice",
    formula="Σ V(x) + J/2 Σ (x_neighbour − s x)²,  V = λ/4 (x² − 1)²",
    parameters=(
        Parameter("side", 16.0, "coordinates along a side of the square", low=1.0, high=MOST, whole=True),
        *PARAMETERS,
    ),
    gradient=gradient,
    hessian=Banded(hessian, hessian_product, scratch=all_products, entries=entries, order=order, width=width),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * (HEAD + 2.0 * dim * (settings["couplings"] == RANDOM)),
    box=lambda settings: (-EDGE, EDGE),
    scales=scales,
    block_rows=lambda dim: max(1, 16384 // dim),
    known_minima=lambda dim, settings: equal_minima(settings),
    shape=Shape(lambda settings: int(settings["side"]) ** 2, fitted),
    may_be_negative=unbounded,
)
