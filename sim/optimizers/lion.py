"""Lion (Chen et al. 2023): a rule found by a search over programs.

    x ← x − lr sign(beta1 m + (1 − beta1) g)        m ← beta2 m + (1 − beta2) g

Every coordinate moves by lr at every step, in the direction of an average in which the newest gradient counts
for more than it will in the memory. The paper adds AdamW's pull towards 0, which is left out here: on many
landscapes the minimum is at 0, and the pull alone would find it.
"""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer, Trait
from sim.parameters import Parameter


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block; slot 0 holds m."""
    lr, beta1, beta2 = hyper[0], hyper[1], hyper[2]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            g, m = gradient[i, j], slots[0, i, j]
            slots[0, i, j] = flushed(beta2 * m + (1.0 - beta2) * g)
            x[i, j] = flushed(x[i, j] - lr * np.sign(flushed(beta1 * m + (1.0 - beta1) * g)))


OPTIMIZER = Optimizer(
    title="Lion",
    formula="x ← x − lr sign(beta1 m + (1 − beta1) g);  m ← beta2 m + (1 − beta2) g",
    update=update,
    slots=1,
    suggest=lambda scales: 0.01 * scales.length,
    own_parameters=(
        Parameter("beta1", 0.9, "memory of g in the step", low=0.0, high=1.0, open_high=True, decay=True),
        Parameter("beta2", 0.99, "memory of g in m", low=0.0, high=1.0, open_high=True, decay=True),
    ),
    traits=frozenset({Trait.COORDINATEWISE}),
)
