"""Langevin dynamics (Rossky, Doll and Friedman 1978): gradient descent in a bath of the given temperature.

    x ← x − lr g + √(2 lr temperature) ξ        ξ ~ N(0, 1), anew for each coordinate and step

As lr → 0 the walkers come to be distributed as exp(−loss / temperature). In a bowl of curvature λ the chain
itself is at rest with the variance temperature / (λ (1 − lr λ / 2)), a little wider than that, as long as
lr λ < 2.
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
    """One step of every walker of the block; coordinate j of the noise is the j-th normal of (key, step)."""
    lr, temperature = hyper[0], hyper[1]
    size = math.sqrt(2.0 * lr * temperature)
    noise = np.empty(x.shape[1])
    for i in range(x.shape[0]):
        fill_row(keys[i], step, NOISE, noise)
        for j in range(x.shape[1]):
            x[i, j] = flushed(x[i, j] - lr * gradient[i, j] + size * noise[j])


OPTIMIZER = Optimizer(
    title="Langevin",
    formula="x ← x − lr g + √(2 lr temperature) ξ,  ξ ~ N(0, 1)",
    update=update,
    slots=0,
    suggest=lambda scales: 0.1 / scales.curvature,
    own_parameters=(Parameter("temperature", 0.1, "loss that the noise is worth", low=0.0),),
    traits=frozenset({Trait.NOISY}),
    stable_below=lambda settings: 2.0,
)
