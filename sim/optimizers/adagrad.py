"""AdaGrad (Duchi, Hazan and Singer 2011), in the form of torch.optim.Adagrad.

    v ← v + g²        x ← x − lr g / (√v + eps)

Each coordinate's gradient is divided by all that it has been: steps shrink like 1/√t, least where
gradients are rare.
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
    lr, eps = hyper[0], hyper[1]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            g = gradient[i, j]
            v = flushed(slots[0, i, j] + g * g)
            slots[0, i, j] = v
            x[i, j] = flushed(x[i, j] - lr * g / (math.sqrt(v) + eps))


OPTIMIZER = Optimizer(
    title="AdaGrad",
    formula="v ← v + g²;  x ← x − lr g / (√v + eps)",
    update=update,
    slots=1,
    suggest=lambda scales: 0.1 * scales.length,
    own_parameters=(Parameter("eps", 1e-10, "keeps the division finite", low=0.0, open_low=True, high=1.0),),
    traits=frozenset({Trait.COORDINATEWISE}),
)
