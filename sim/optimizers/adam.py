"""Adam (Kingma and Ba 2015), in the form of torch.optim.Adam.

    m ← beta1 m + (1 − beta1) g        v ← beta2 v + (1 − beta2) g²
    x ← x − lr m̂ / (√v̂ + eps)         m̂ = m / (1 − beta1ᵗ),  v̂ = v / (1 − beta2ᵗ)

Momentum and RMSprop together; the hats undo that both averages begin at zero.
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
    """One step of every walker of the block; slot 0 holds m, slot 1 holds v, and t is step + 1."""
    lr, beta1, beta2, eps = hyper[0], hyper[1], hyper[2], hyper[3]
    rate = lr / (1.0 - beta1 ** (step + 1.0))
    root = 1.0 / math.sqrt(1.0 - beta2 ** (step + 1.0))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            g = gradient[i, j]
            m = flushed(beta1 * slots[0, i, j] + (1.0 - beta1) * g)
            v = flushed(beta2 * slots[1, i, j] + (1.0 - beta2) * g * g)
            slots[0, i, j] = m
            slots[1, i, j] = v
            x[i, j] = flushed(x[i, j] - rate * m / (math.sqrt(v) * root + eps))


OPTIMIZER = Optimizer(
    title="Adam",
    formula="m ← beta1 m + (1 − beta1) g;  v ← beta2 v + (1 − beta2) g²;  x ← x − lr m̂ / (√v̂ + eps)",
    update=update,
    slots=2,
    suggest=lambda scales: 0.01 * scales.length,
    own_parameters=(
        Parameter("beta1", 0.9, "memory of g", low=0.0, high=1.0, open_high=True, decay=True),
        Parameter("beta2", 0.999, "memory of g²", low=0.0, high=1.0, open_high=True, decay=True),
        Parameter("eps", 1e-8, "keeps the division finite", low=0.0, open_low=True, high=1.0),
    ),
    traits=frozenset({Trait.COORDINATEWISE}),
)
