"""A network of ReLUs that learns from another one, with all the data there is.

    f(w) = ½ E (Σᵢ [wᵢ·z]₊ − Σⱼ [vⱼ·z]₊)²        z ~ N(0, 1)ⁿ, i up to k, j up to m

A student of k neurons imitates a teacher of m, whose weights vⱼ are the first m unit vectors (any other
orthonormal ones are the same landscape, turned). The mean over all inputs has a closed form (Cho and Saul
2009), so there is no data noise, no test set and nothing to overfit. With θ the angle between w and v,

    E [w·z]₊[v·z]₊ = |w| |v| (sin θ + (π − θ) cos θ) / (2π)

    ∂ᵢf = ½ wᵢ + 1/(2π) Σ ± (|u| sin θ wᵢ/|wᵢ| + (π − θ) u)       over other neurons u, − for the teacher's

The teacher itself, its neurons in any order, is a global minimum, f = 0. From k = m = 6 on there are other
minima (Safran and Shamir 2018), the usual one a little above 1/(6k): all neurons but one have found one of
the teacher's each, and lean towards one that nobody has found, while the last neuron points away from that.
Gradient descent from normal starts ends in such minima the more often the wider both networks are; of 1000
walkers each,

    k = m              6       7       8       9      10      12
    stuck            0.2     6.2    12.6    21.8    35.3    59.0  %

One neuron more than the teacher has leaves 2 of 1000 stuck at most (up to m = 10), two more leave none.
Neurons can also be added to those that are stuck (`g`, "graft"): a new one of length 10⁻³ changes next to
nothing at first, but opens directions that lead down. Of 447 walkers that were stuck, at k = m = 7 to 10, one
neuron each freed 390, and two freed all.

The Hessian's blocks (in the form of Safran and Shamir's, but with the directions e of u − w and g of u + w,
u and w being of length 1, where nothing cancels for neurons that are nearly parallel):

    ∂ᵢ∂ⱼf = 1/(2π) ((π − θ) 1 + sin θ (g gᵀ − e eᵀ))
    ∂ᵢ²f = ½ 1 + 1/(2π) Σ ± |u| sin θ / |wᵢ| (1 − wwᵀ + nnᵀ)        n the part of u across w, of length 1

At wᵢ = 0 there is a cone: the slope of [·]₊ at 0 is taken to be ½, and the curvature is not finite.
A neuron has n weights, one neuron after the other. The loss is rounding, cut off at 0, below 10⁻¹⁴ at k = 10,
10⁻¹¹ at k = 100 and 5 · 10⁻¹¹ at k = 200, growing with k².
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel, inline
from sim.landscape import Dense, Graft, Landscape, Problem, Scales, Settings, Shape, all_products
from sim.neural.matching import assigned
from sim.parameters import Parameter

MOST = 200.0
"""Neurons of one network, at most: every pair of them is looked at, by 64 walkers in about a second then."""

SILENT = 1e-3
"""The length of a neuron that is grafted, about."""

SCRATCH, PASSING = 1 << 16, 8.0
"""Numbers that a Hessian product works on at a time, about, and how many times as many there are at once."""


@inline
def unit_rows(rows: Floats, units: Floats, lengths: Floats) -> None:
    """Directions (q, n) and lengths (q,) of rows (q, n); a row of length 0 has direction 0."""
    for i in range(rows.shape[0]):
        square = 0.0
        for c in range(rows.shape[1]):
            square += rows[i, c] * rows[i, c]
        lengths[i] = np.sqrt(square)
        for c in range(rows.shape[1]):
            units[i, c] = 0.0 if square == 0.0 else rows[i, c] / lengths[i]


@inline
def angle(u: Floats, v: Floats) -> tuple[float, float, float]:
    """The angle θ between directions (n,), sin θ and cos θ, without the cancellation of acos (Kahan).

    |u − v| = 2 sin θ/2 and |u + v| = 2 cos θ/2. Where one direction is 0, both are 1: θ = π/2.
    """
    apart, along = 0.0, 0.0
    for c in range(len(u)):
        apart += (u[c] - v[c]) ** 2
        along += (u[c] + v[c]) ** 2
    a, b = np.sqrt(apart), np.sqrt(along)
    return 2.0 * math.atan2(a, b), 0.5 * a * b, 0.25 * (along - apart)


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """Every pair of neurons once, the teacher's having the sign −; the parameters are n and m."""
    inputs, teachers = int(parameters[0]), int(parameters[1])
    neurons = x.shape[1] // inputs
    units, lengths = np.zeros((neurons + teachers, inputs)), np.ones(neurons + teachers)
    for j in range(teachers):
        units[neurons + j, j] = 1.0
    teachers_own = 0.25 * teachers + teachers * (teachers - 1) / (4.0 * math.pi)
    for walker in range(x.shape[0]):
        weights, slopes = x[walker].reshape((neurons, inputs)), gradient[walker].reshape((neurons, inputs))
        unit_rows(weights, units[:neurons], lengths[:neurons])
        total = teachers_own
        for i in range(neurons):
            total += 0.25 * lengths[i] * lengths[i]
            for c in range(inputs):
                slopes[i, c] = 0.5 * weights[i, c]
        for i in range(neurons):
            for j in range(i + 1, neurons + teachers):
                theta, sine, cosine = angle(units[i], units[j])
                weight = (1.0 if j < neurons else -1.0) / (2.0 * math.pi)
                straight, across = weight * (math.pi - theta), weight * sine
                total += lengths[i] * lengths[j] * (across + straight * cosine)
                for c in range(inputs):
                    slopes[i, c] += lengths[j] * (across * units[i, c] + straight * units[j, c])
                if j < neurons:
                    for c in range(inputs):
                        slopes[j, c] += lengths[i] * (across * units[j, c] + straight * units[i, c])
        value[walker] = max(total, 0.0)  # this way round, NaN stays NaN


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (p, d), by O(p k (k + m) n) multiplications, a few rows at a time.

    And a few neurons at a time, where there are many: their pairs are k (k + m) n numbers.
    """
    inputs, teachers = (int(count) for count in problem.parameters)
    student = x.reshape(-1, inputs)
    weights, vectors = np.concatenate((student, np.eye(teachers, inputs))), v.reshape(len(v), *student.shape)
    product = np.empty(vectors.shape)
    together = max(1, SCRATCH // weights.size)
    for start in range(0, len(student), together):
        part = slice(start, min(start + together, len(student)))
        pairs = Pairs(weights, len(student), part)
        rows = max(1, SCRATCH // pairs.sine.size)
        for first in range(0, len(v), rows):
            product[first : first + rows, part] = pairs.bent(vectors[first : first + rows])
    return product.reshape(v.shape)


class Pairs:
    """What the Hessian takes from every pair of some neurons of the student (k) and anybody (k + m)."""

    def __init__(self, weights: Floats, neurons: int, part: slice) -> None:
        lengths = np.linalg.norm(weights, axis=1)
        units = directions(weights, lengths)
        self.part, self.units = part, units[part]
        minus, plus = (self.units[:, None] + sign * units for sign in (-1.0, 1.0))
        a, b = np.linalg.norm(minus, axis=2), np.linalg.norm(plus, axis=2)
        self.straight, self.sine = np.pi - 2.0 * np.arctan2(a, b)[:, :neurons], 0.5 * a * b
        self.e, self.g = directions(minus, a)[:, :neurons], directions(plus, b)[:, :neurons]
        self.across = directions(units - (1.0 - 0.5 * a * a)[..., None] * self.units[:, None], self.sine)
        signed = np.where(np.arange(len(weights)) < neurons, lengths, -lengths)
        with np.errstate(divide="ignore", invalid="ignore"):  # the tip of a cone has no curvature
            self.bend = self.sine * signed / lengths[part, None]

    def bent(self, vectors: Floats) -> Floats:
        """The rows of the Hessian that belong to these neurons, times vectors (p, k, n)."""
        neurons, own = vectors.shape[1], vectors[:, self.part]
        product = np.einsum("ij,pjc->pic", self.straight, vectors)
        for direction, sign in ((self.g, 1.0), (self.e, -1.0)):
            along = np.einsum("ijc,pjc->pij", direction, vectors) * (sign * self.sine[:, :neurons])
            product += np.einsum("pij,ijc->pic", along, direction)
        radial = np.einsum("ic,pic->pi", self.units, own)
        along = np.einsum("ijc,pic->pij", self.across, own)
        with np.errstate(invalid="ignore"):
            sideways = own - radial[..., None] * self.units
            product += self.bend.sum(axis=1)[:, None] * sideways
            product += np.einsum("pij,ijc->pic", along * self.bend, self.across)
        bent: Floats = product / (2.0 * np.pi)
        return bent


def directions(vectors: Floats, lengths: Floats) -> Floats:
    """Vectors (..., n) over their lengths (...); 0 where the length is 0."""
    lengths = lengths[..., None]
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths != 0.0)


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The block of the first `active` directions, exactly symmetric."""
    block = hessian_product(problem, x, np.eye(active, problem.dim))[:, :active]
    return 0.5 * (block + block.T)


def hessian_multiplying(problem: Problem) -> float:
    """About how many multiplications a product takes, most of them for what it takes from the pairs."""
    neurons = problem.dim / inputs(problem.settings)
    return 200.0 * float((neurons + problem.settings["teacher"]) * problem.dim)


def hessian_bytes(active: int, dim: int, settings: Settings) -> float:
    """Products with unit vectors, and what is taken from the pairs of some neurons."""
    return all_products(active, dim, settings) + 8.0 * PASSING * SCRATCH


def inputs(settings: Settings) -> int:
    """How many inputs a neuron has: each neuron of the teacher needs one of its own."""
    return int(settings["teacher"] + settings["extra_inputs"])


def fitted(dim: int, settings: Settings) -> Settings:
    """So many neurons that they have about `dim` weights."""
    return {**settings, "neurons": min(max(1.0, float(round(dim / inputs(settings)))), MOST)}


def box(settings: Settings) -> tuple[float, float]:
    """Uniform weights of variance 2 / (n + k) (Glorot and Bengio 2010)."""
    edge = math.sqrt(6.0 / (inputs(settings) + settings["neurons"]))
    return -edge, edge


def scales(dim: int, settings: Settings) -> Scales:
    """k/2 bounds what the curvature is where the student is perfect; a cone is sharper the more it is blunt.

    What the other neurons add to the curvature across one of them has the sign of how much longer they are
    in all than the teacher's, and a length of about 1 to be divided by.
    """
    excess = max(0.0, settings["neurons"] - settings["teacher"])
    return Scales(curvature=0.5 * settings["neurons"] + 0.5 + excess, length=1.0)


def renamed(problem: Problem, x: Floats, y: Floats) -> Floats:
    """The student x (d,) with its neurons in the order that brings it nearest to y (d,)."""
    neurons, others = (weights.reshape(-1, inputs(problem.settings)) for weights in (x, y))
    order, _ = assigned(others @ neurons.T, flips=False)
    return neurons[order].ravel()


def added(problem: Problem, normals: Floats) -> Floats:
    """Weights for the neurons that are new, of length SILENT about."""
    return normals * (SILENT / math.sqrt(inputs(problem.settings)))


LANDSCAPE = Landscape(
    title="ReLU teacher",
    formula="½ E (Σ [w·z]₊ − Σ [v·z]₊)²,  z ~ N(0, 1)",
    parameters=(
        Parameter("neurons", 10.0, "neurons of the student", low=1.0, high=MOST, whole=True),
        Parameter("teacher", 10.0, "neurons of the teacher", low=1.0, high=MOST, whole=True),
        Parameter("extra_inputs", 0.0, "inputs that the teacher ignores", low=0.0, high=MOST, whole=True),
    ),
    gradient=gradient,
    hessian=Dense(hessian, hessian_product, multiplying=hessian_multiplying, scratch=hessian_bytes),
    pack=lambda dim, seed, settings: np.array([float(inputs(settings)), settings["teacher"]]),
    packed_bytes=lambda dim, settings: 16.0,
    box=box,
    scales=scales,
    block_rows=lambda dim: 8,
    shape=Shape(dim=lambda settings: int(settings["neurons"]) * inputs(settings), fitted=fitted),
    graft=Graft(
        widened=lambda settings, count: {**settings, "neurons": settings["neurons"] + count},
        added=added,
        part="neuron",
    ),
    matched=renamed,
)
