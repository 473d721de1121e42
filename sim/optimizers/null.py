"""The null control: a random walk with the step lengths of another cohort.

    x ← x + |Δx| u        u uniform on the sphere, |Δx| how far the paired walker went in this step

What it achieves needs no gradient. A rule that does no better on some measure has shown only that
walkers move.
"""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.kernel import update_kernel
from sim.numerics import flushed
from sim.optimizer import Optimizer, Trait
from sim.parameters import Parameter
from sim.rng import DIRECTIONS, fill_row


@update_kernel
def update(x: Floats, gradient: Floats, slots: Floats, hyper: Floats, keys: Keys, step: int) -> None:
    """One step of every walker of the block; slots[0, i, 0] is the paired walker's step length.

    The normals are apart from those of a rule with noise of its own, which has the same keys.
    """
    normals = np.empty(x.shape[1])
    for i in range(x.shape[0]):
        fill_row(keys[i], step, DIRECTIONS, normals)
        square = 0.0
        for j in range(x.shape[1]):
            square += normals[j] * normals[j]
        size = slots[0, i, 0] / math.sqrt(square)
        for j in range(x.shape[1]):
            x[i, j] = flushed(x[i, j] + size * normals[j])


OPTIMIZER = Optimizer(
    title="Null control",
    formula="x ← x + |Δx of the paired walker| u,  u uniform on the sphere",
    update=update,
    slots=1,
    suggest=None,
    own_parameters=(
        Parameter("of", 1.0, "cohort whose step lengths it takes", low=1.0, high=4.0, whole=True),
    ),
    traits=frozenset({Trait.NOISY, Trait.FOLLOWS}),
)
