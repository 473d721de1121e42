"""Perturbed gradient descent (Jin et al., ICML 2017, algorithm 2).

    where |g| ≤ g_thres and none came for t_thres steps:  x ← x + ξ,  ξ uniform in a ball of radius `kick`
    elsewhere:                                             x ← x − lr g

Gradient descent that lingers at a saddle is pushed off it, in all directions alike. The paper takes
g_thres = kick / lr up to a constant. It moves on from x + ξ at once; here that takes the gradient of the
next step, so a push is a step of its own. Nobody stops: the paper's test of the loss after t_thres steps
is left out. Between pushes it is stable as gradient descent is, for lr λ < 2.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer, Trait
from sim.parameters import Parameter
from sim.rng import NOISE, fill_row


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block; slots[0, i, 0] counts down to where it may be pushed again.

    The first a coordinates of a uniform point on the sphere in a + 2 dimensions are uniform in the ball
    (Harman and Lacko 2010).
    """
    lr, kick, g_thres, t_thres = hyper[0], hyper[1], hyper[2], hyper[3]
    active = x.shape[1]
    normals = np.empty(active + 2)
    for i in range(x.shape[0]):
        square = 0.0
        for j in range(active):
            square += gradient[i, j] * gradient[i, j]
        if slots[0, i, 0] == 0.0 and math.sqrt(square) <= g_thres:
            slots[0, i, 0] = t_thres + 1.0
            fill_row(keys[i], step, NOISE, normals)
            length = 0.0
            for j in range(active + 2):
                length += normals[j] * normals[j]
            size = kick / math.sqrt(length)
            for j in range(active):
                x[i, j] = flushed(x[i, j] + size * normals[j])
        else:
            slots[0, i, 0] = max(slots[0, i, 0] - 1.0, 0.0)
            for j in range(active):
                x[i, j] = flushed(x[i, j] - lr * gradient[i, j])


OPTIMIZER = Optimizer(
    title="Perturbed gradient descent",
    formula="x ← x − lr g, or where |g| ≤ g_thres, every t_thres steps, x ← x + ξ, uniform with |ξ| ≤ kick",
    update=update,
    slots=1,
    suggest=lambda scales: 0.9 / scales.curvature,
    own_parameters=(
        Parameter("kick", 0.01, "radius of the ball of the push", low=0.0),
        Parameter("g_thres", 0.01, "gradient norm of a walker that lingers", low=0.0),
        Parameter("t_thres", 50.0, "gradient steps from push to push", low=0.0, high=1e15, whole=True),
    ),
    traits=frozenset({Trait.NOISY}),
    stable_below=lambda settings: 2.0,
)
