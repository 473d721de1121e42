"""Nesterov's accelerated gradient (Nesterov 1983; Sutskever et al. 2013), in the form of
torch.optim.SGD(momentum=..., nesterov=True).

    m ← momentum m + g        x ← x − lr (g + momentum m)

Heavy-ball momentum whose step already counts on the next one: the gradient corrects a step ahead.

Along a direction of curvature λ, with s = lr λ, the steps obey xₜ₊₁ = (1 − s) ((1 + momentum) xₜ − momentum
xₜ₋₁). Both roots of z² − (1 − s) (1 + momentum) z + (1 − s) momentum are inside the unit circle while
(s − 1) (1 + 2 momentum) < 1 (Jury 1964), so it is stable for lr λ < (2 + 2 momentum) / (1 + 2 momentum)
(Cohen et al. 2021).
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
            g = gradient[i, j]
            m = flushed(momentum * slots[0, i, j] + g)
            slots[0, i, j] = m
            x[i, j] = flushed(x[i, j] - lr * (g + momentum * m))


OPTIMIZER = Optimizer(
    title="Nesterov momentum",
    formula="m ← momentum m + g;  x ← x − lr (g + momentum m)",
    update=update,
    slots=1,
    suggest=lambda scales: 0.1 / scales.curvature,
    own_parameters=(
        Parameter(
            "momentum", 0.9, "share of the last step kept", low=0.0, high=1.0, open_high=True, decay=True
        ),
    ),
    stable_below=lambda settings: (2.0 + 2.0 * settings["momentum"]) / (1.0 + 2.0 * settings["momentum"]),
)
