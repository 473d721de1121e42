"""A random quadratic function of any size, along the directions that its walkers come to.

    f(x) = ½ xᵀ H x        H = s (G/√d + t)        x ~ N(0, 1) in each of d dimensions at the start

The landscape is that of `random-quadratic`, and d may be 175 billion, or 10¹⁵. Nothing is approximated: after
k steps of gradient descent n walkers have left the plane of their starts by n k directions at most, whatever
d is, and along these the joint law of H and the starts is known (`sim.giants.krylov`). So a walker stores
min(d, n (reach + 2)) coordinates, in a frame of its own in which all others are 0. All walkers are on one
and the same landscape, and their losses, gradients and distances are exactly those of the whole space.

What holds in the frame holds in space if turning the axes changes nothing: for rules that combine gradients,
such as momentum, but not for those that treat each coordinate by itself, and not for noise, which would take
the walkers to all the other directions. After `reach` steps the walkers are where the frame ends.

As d grows, the loss of each walker becomes certain: with the semicircle ρ of radius 2s about st,

    f after k steps = d/2 ∫ λ (1 − lr λ)^2k ρ(λ) dλ (1 + O(1/√d))

and the same curve describes every walker and every landscape of this law (Paquette, van Merriënboer, Paquette
and Pedregosa 2020). At t = 2, where the last falling direction disappears, curvatures reach down to 0 and
there is no rate: the loss falls as k^(−5/2), a power law; above, exponentially; below, it falls for ever
along the directions that curve down.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Integers, Keys, np
from sim.giants import krylov
from sim.kernel import gradient_kernel
from sim.landscape import Banded, Landscape, Problem, Scales, Settings, Subspace
from sim.optimizer import Trait
from sim.parameters import Parameter
from sim.theory import Semicircle

EDGE = 1.0 / 0.577
"""Half the width of the box: normal starts have 0.577 of it for their standard deviation, so 1."""

FASTEST = 10.0
"""The largest stable learning rate over 1 − momentum, at momentum 0.9 and curvatures up to 4 (s = 1)."""


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """½ xᵀHx; the parameters are the band of H (d, w + 1), entry [j, m] for coordinates j and j + m.

    Beyond the last coordinate that is not 0 there is nothing to do. Some rows of the band at a time are
    multiplied with all walkers while they are in the cache.
    """
    n, d = x.shape
    band = parameters.reshape((d, len(parameters) // d))
    width = band.shape[1] - 1
    ends = np.empty(n, np.int64)
    for i in range(n):
        end = d
        while end > 0 and x[i, end - 1] == 0.0:
            end -= 1
        ends[i] = end
        for j in range(d):
            gradient[i, j] = 0.0
    for first in range(0, d, 64):
        for i in range(n):
            for j in range(first, min(first + 64, ends[i])):
                here, slope, last = x[i, j], band[j, 0] * x[i, j], min(j + width, d - 1) + 1
                row, later, beside = band[j, 1:], x[i, j + 1 : last], gradient[i, j + 1 : last]
                for m in range(len(later)):  # views in one dimension are what vectorises
                    slope += row[m] * later[m]
                    beside[m] += row[m] * here
                gradient[i, j] += slope
    for i in range(n):
        total = 0.0
        for j in range(ends[i]):
            total += x[i, j] * gradient[i, j]
        value[i] = 0.5 * total


def size(dim: int, settings: Settings) -> int:
    """How many coordinates are stored."""
    return krylov.stored(dim, int(settings["block"]), int(settings["reach"]))


def width(problem: Problem, active: int) -> int:
    """How far from the diagonal the entries of the first rows go."""
    return krylov.band_width(active, int(problem.settings["block"]))


def unpacked(problem: Problem) -> Floats:
    """The band (m, w + 1)."""
    return problem.parameters.reshape(problem.size, -1)


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """The band of H."""
    found = krylov.band(seed, dim, int(settings["block"]), size(dim, settings))
    found *= settings["scale"] / math.sqrt(dim)
    found[:, 0] += settings["scale"] * settings["shift"]
    return found.reshape(-1)


def entries(problem: Problem, x: Floats, active: int) -> tuple[Floats, Integers, Integers, Floats]:
    """The diagonal (active,) and the entries beside it, one of each pair: rows, columns, values."""
    band = unpacked(problem)[:active]
    row, apart = np.nonzero(band[:, 1:])
    column = row + apart + 1
    inside = column < active
    row, column = row[inside], column[inside]
    return band[:, 0].copy(), row, column, band[row, column - row]


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """Of the first `active` coordinates (active, active)."""
    middle, row, column, value = entries(problem, x, active)
    matrix = np.diag(middle)
    matrix[row, column] = matrix[column, row] = value
    return matrix


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The gradient at the rows of v (k, d), which it is linear in."""
    return problem.value_and_gradient(v)[1]


def scales(dim: int, settings: Settings) -> Scales:
    """The edge of the semicircle, and a few times the width by which the last eigenvalue varies about it."""
    edge = abs(settings["shift"]) + 2.0 + 3.0 * dim ** (-2.0 / 3.0)
    return Scales(curvature=settings["scale"] * edge, length=1.0)


def can_fall_below_zero(dim: int, settings: Settings) -> bool:
    """Whether a direction may curve down by so much that it is felt before the walkers are at the end.

    Along −λ a loss has grown e-fold after ½/(lr λ) steps; where all coordinates are stored, it has the time.
    """
    lowest = settings["shift"] - 2.0 - 5.0 * dim ** (-2.0 / 3.0)
    if size(dim, settings) == dim:
        return bool(lowest < 0.0)
    return bool(lowest * FASTEST * settings["reach"] < -1.0)


def semicircle(problem: Problem, x: Floats, value: float) -> Semicircle:
    """The same everywhere."""
    scale = problem.settings["scale"]
    return Semicircle(scale * problem.settings["shift"], 2.0 * scale)


def packed_bytes(dim: int, settings: Settings) -> float:
    """Of the band."""
    rows = size(dim, settings)
    return 8.0 * rows * (krylov.band_width(rows, int(settings["block"])) + 1.0)


LANDSCAPE = Landscape(
    title="Krylov quadratic",
    formula="½ xᵀHx,  H = s (GOE/√d + t), along the walkers' own directions",
    parameters=(
        Parameter("shift", 2.0, "curvature t added to all directions; above 2 all rise", low=-1e3, high=1e3),
        Parameter("scale", 1.0, "size s of all curvatures", low=1e-6, high=1e6),
        Parameter("block", 64.0, "walkers it is drawn for; at least all", low=1.0, high=1e7, whole=True),
        Parameter("reach", 200.0, "steps it is drawn for", low=1.0, high=1e6, whole=True),
    ),
    gradient=gradient,
    hessian=Banded(
        hessian,
        hessian_product,
        multiplying=lambda problem: 0.5 * packed_bytes(problem.dim, problem.settings),  # 4 for each entry
        entries=entries,
        order=lambda problem, active: np.arange(active),
        width=width,
        ordering=lambda active, dim, settings: 12.0 * packed_bytes(dim, settings),
    ),
    pack=pack,
    packed_bytes=packed_bytes,
    packing=2.0,
    box=lambda settings: (-EDGE, EDGE),
    scales=scales,
    block_rows=lambda dim: 32,
    subspace=Subspace(
        size,
        starts=lambda problem, seed, out: krylov.starts(seed, problem.dim, out),
        walkers="block",
        steps="reach",
    ),
    lighter=lambda settings: "a smaller reach",
    semicircle=semicircle,
    goe_shift=lambda settings: settings["shift"],
    refuses={
        Trait.COORDINATEWISE: "only the walkers' own directions are drawn, and no coordinate of space is one",
        Trait.NOISY: "only the walkers' own directions are drawn, and noise would leave them",
    },
    may_be_negative=can_fall_below_zero,
)
