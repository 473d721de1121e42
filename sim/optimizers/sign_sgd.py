"""Sign descent (signSGD: Bernstein et al. 2018).

    x ← x − lr sign(g)

Every coordinate moves by lr at every step, however steep it is; one that is at rest stays.
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer, Trait


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block."""
    lr = hyper[0]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = flushed(x[i, j] - lr * np.sign(gradient[i, j]))


OPTIMIZER = Optimizer(
    title="Sign descent",
    formula="x ← x − lr sign(g)",
    update=update,
    slots=0,
    suggest=lambda scales: 0.01 * scales.length,
    traits=frozenset({Trait.COORDINATEWISE}),
)
