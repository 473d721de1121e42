"""Heavy-ball momentum (Polyak 1964), in the form of torch.optim.SGD(momentum=...).

    m ← momentum m + g        x ← x − lr m

A heavy ball: gradients that agree add up, to 1 / (1 − momentum) times one of them; those that alternate
across a valley cancel.

Along a direction of curvature λ the steps obey xₜ₊₁ = (1 + momentum − lr λ) xₜ − momentum xₜ₋₁. Both roots of
z² − (1 + momentum − lr λ) z + momentum are inside the unit circle while |1 + momentum − lr λ| < 1 + momentum
(Jury 1964), so it is stable for lr λ < 2 (1 + momentum) (Polyak 1964).
"""

from __future__ import annotations

from sim.arrays import Floats, Keys
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer
from sim.parameters import Parameter


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block; slot 0 holds m."""
    lr, momentum = hyper[0], hyper[1]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m = flushed(momentum * slots[0, i, j] + gradient[i, j])
            slots[0, i, j] = m
            x[i, j] = flushed(x[i, j] - lr * m)


OPTIMIZER = Optimizer(
    title="Momentum",
    formula="m ← momentum m + g;  x ← x − lr m",
    update=update,
    slots=1,
    suggest=lambda scales: 0.1 / scales.curvature,
    own_parameters=(
        Parameter(
            "momentum", 0.9, "share of the last step kept", low=0.0, high=1.0, open_high=True, decay=True
        ),
    ),
    stable_below=lambda settings: 2.0 * (1.0 + settings["momentum"]),
)
