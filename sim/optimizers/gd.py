"""Gradient descent (Cauchy 1847).

    x ← x − lr g

The steepest way down, as far as the learning rate says. Along a direction of curvature λ it converges
while lr < 2/λ, and without overshooting while lr < 1/λ.
"""

from __future__ import annotations

from sim.arrays import Floats, Keys
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block."""
    lr = hyper[0]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = flushed(x[i, j] - lr * gradient[i, j])


OPTIMIZER = Optimizer(
    title="Gradient descent",
    formula="x ← x − lr g",
    update=update,
    slots=0,
    suggest=lambda scales: 0.9 / scales.curvature,
    stable_below=lambda settings: 2.0,
    plain=True,
)
