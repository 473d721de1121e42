"""RMSprop (Tieleman and Hinton 2012), in the form of torch.optim.RMSprop.

    v ← alpha v + (1 − alpha) g²        x ← x − lr g / (√v + eps)

Each coordinate's gradient is divided by its own recent size, so that every coordinate moves by about lr
a step, steep or flat.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer, Trait
from sim.parameters import Parameter


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block; slot 0 holds v."""
    lr, alpha, eps = hyper[0], hyper[1], hyper[2]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            g = gradient[i, j]
            v = flushed(alpha * slots[0, i, j] + (1.0 - alpha) * g * g)
            slots[0, i, j] = v
            x[i, j] = flushed(x[i, j] - lr * g / (math.sqrt(v) + eps))


OPTIMIZER = Optimizer(
    title="RMSprop",
    formula="v ← alpha v + (1 − alpha) g²;  x ← x − lr g / (√v + eps)",
    update=update,
    slots=1,
    suggest=lambda scales: 0.01 * scales.length,
    own_parameters=(
        Parameter("alpha", 0.99, "memory of g²", low=0.0, high=1.0, open_high=True, decay=True),
        Parameter("eps", 1e-8, "keeps the division finite", low=0.0, open_low=True, high=1.0),
    ),
    traits=frozenset({Trait.COORDINATEWISE}),
)
