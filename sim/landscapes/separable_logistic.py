"""Logistic regression on data that a plane separates: a loss with no optimum at all.

    f(w) = 1/m Σₖ log(1 + exp(−zₖ·w))        zₖ = label × sample, its first entry ≥ the margin

The m samples are standard normal, their labels are the sign of their first entry, and that entry is moved
away from 0 by the margin. So w = (1, 0, …, 0) puts every sample on its right side, in every dimension and
on every slice, and so does any multiple of it: the loss can be made as small as one likes by going far
enough, and is 0 nowhere. It is convex, and yet there is no minimum, no maximum and no saddle: the landscape
of a classifier that has learnt all its training data.

Gradient descent brings the loss down as 1/t while |w| grows as log t for ever, and the direction of w
turns, as slowly, towards the plane with the widest margin (Soudry et al. 2018). Nobody arrives, and where
they started matters less and less.

    ∇f = −1/m Σ σ(−zₖ·w) zₖ        ∇²f = 1/m Σ σ(zₖ·w) σ(−zₖ·w) zₖzₖᵀ        σ(s) = 1/(1 + exp(−s))

The Hessian is a sum of m squares: never negative, and of rank m at most, so that with more weights than
samples d − m directions are exactly flat. All its eigenvalues go to 0 with the loss.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel
from sim.landscape import Dense, Landscape, Problem, Scales, Settings
from sim.numerics import exp_of_negative, log1p_of_unit
from sim.parameters import Parameter
from sim.rng import Stream, fill_normal, stream_keys

TILE = 256  # samples at a time: they are read from memory once for both products


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """Two matrix products over the block; the parameters are m, offsets (m,) and z (m, d)."""
    n, d = x.shape
    samples = int(parameters[0])
    offsets = parameters[1 : 1 + samples]
    z = parameters[1 + samples :].reshape((samples, d))
    part = np.empty((n, d))
    for i in range(n):
        value[i] = 0.0
        for j in range(d):
            gradient[i, j] = 0.0
    for first in range(0, samples, TILE):
        last = min(first + TILE, samples)
        scores = np.dot(x, z[first:last].T)
        for i in range(n):
            total = 0.0
            for k in range(last - first):
                score = scores[i, k] + offsets[first + k]
                small = exp_of_negative(-abs(score))
                total += max(-score, 0.0) + log1p_of_unit(small)
                scores[i, k] = -(1.0 if score < 0.0 else small) / ((1.0 + small) * samples)
            value[i] += total / samples
        np.dot(scores, z[first:last], part)
        for i in range(n):
            for j in range(d):
                gradient[i, j] += part[i, j]


def unpacked(problem: Problem) -> Floats:
    """The samples times their labels, z (m, d)."""
    samples = int(problem.parameters[0])
    return problem.parameters[1 + samples :].reshape(samples, problem.dim)


def weights(z: Floats, x: Floats) -> Floats:
    """What each sample adds to the curvature along itself (m,): σ(s) σ(−s)/m."""
    small = np.exp(-np.abs(z @ x))
    found: Floats = small / (1.0 + small) ** 2 / len(z)
    return found


def hessian(problem: Problem, x: Floats, active: int) -> Floats:
    """The Hessian of the first `active` = a directions, exactly symmetric, by a²m/2 multiplications."""
    z = unpacked(problem)
    scaled = z[:, :active] * np.sqrt(weights(z, x))[:, None]
    matrix: Floats = scaled.T @ scaled
    return matrix


def hessian_product(problem: Problem, x: Floats, v: Floats) -> Floats:
    """The Hessian times the rows of v (k, d), without forming it."""
    z = unpacked(problem)
    product: Floats = ((v @ z.T) * weights(z, x)) @ z
    return product


def pack(dim: int, seed: int, settings: Settings) -> Floats:
    """Draws the samples, each from its own stream, so that they nest in d."""
    samples = int(settings["samples"])
    parameters = np.zeros(1 + samples + samples * dim)
    parameters[0] = samples
    z = parameters[1 + samples :].reshape(samples, dim)
    fill_normal(stream_keys(seed, Stream.LANDSCAPE, samples), 0, z)
    # A label times a sample: the first entry becomes positive, and the others keep their law.
    z[:, 0] = np.abs(z[:, 0]) + settings["margin"]
    return parameters


def restrict(problem: Problem, active: int, locked: Floats) -> Floats | None:
    """On a slice, the locked weights add the same number to a sample's score for all walkers."""
    if np.any(locked != locked[0]):
        return None
    z = unpacked(problem)
    return np.concatenate((problem.parameters[:1], z[:, active:] @ locked[0], z[:, :active].ravel()))


def scales(dim: int, settings: Settings) -> Scales:
    """A quarter of the samples' mean square along their longest direction, an upper estimate."""
    margin, samples = settings["margin"], settings["samples"]
    noise = (1.0 + (math.sqrt(dim) + 3.0) / math.sqrt(samples)) ** 2
    return Scales(curvature=0.25 * (noise + margin * margin + 1.6 * margin), length=1.0)


LANDSCAPE = Landscape(
    title="Separable logistic",
    formula="1/m Σ log(1 + exp(−z·w)), separable z",
    parameters=(
        Parameter("samples", 100.0, "number m of samples", low=1.0, high=1e9, whole=True),
        Parameter(
            "margin", 0.5, "distance of each class from the plane, at least", low=0.0, open_low=True, high=1e3
        ),
    ),
    gradient=gradient,
    hessian=Dense(
        hessian,
        hessian_product,
        multiplying=lambda problem: 40.0 * problem.settings["samples"] * problem.dim,  # read from memory
    ),
    pack=pack,
    packed_bytes=lambda dim, settings: 8.0 * (1.0 + settings["samples"] * (dim + 1.0)),
    box=lambda settings: (-1.0, 1.0),
    scales=scales,
    block_rows=lambda dim: 32,
    restrict=restrict,
)
