"""The one loop that moves walkers: any optimizer on any landscape, a block of walkers at a time."""

from __future__ import annotations

from typing import Any

from sim.arrays import Floats, Keys, np
from sim.kernel import (
    BLOCK,
    GRADIENT,
    KEYS,
    PROJECT,
    ROW,
    SLOTS,
    UPDATE,
    WIDE,
    GradientKernel,
    ProjectKernel,
    UpdateKernel,
    kernel,
    pointer_type,
    project_kernel,
)  # fmt: skip


@project_kernel
def unconstrained(x: Floats, gradient: Floats) -> None:
    """The projection of a landscape that has no constraint."""


def _advance_signature() -> Any:
    """The numba signature of `advance`; its pointer types cannot be written in a string."""
    from numba.core import sigutils, types

    arrays, _ = sigutils.normalize_signature(
        f"void({BLOCK}, {ROW}, {ROW}, {KEYS}, {KEYS}, i8, i8, {ROW}, {BLOCK}, {SLOTS}, {WIDE}, {WIDE})"
    )
    pointers = (pointer_type(GRADIENT), pointer_type(UPDATE), pointer_type(PROJECT))
    return types.void(*pointers, *arrays)


@kernel(_advance_signature)
def advance(
    gradient_at: GradientKernel,
    update: UpdateKernel,
    project: ProjectKernel,
    x: Floats,
    parameters: Floats,
    hyper: Floats,
    gradient_keys: Keys,
    update_keys: Keys,
    step: int,
    steps: int,
    value: Floats,
    gradient: Floats,
    slots: Floats,
    losses: Floats,
    norms: Floats,
) -> None:
    """Take `steps` steps from step number `step`, and record loss and gradient norm after each.

    On entry and on return `value` (n,) and `gradient` (n, d) are those of the positions `x` (n, d).
    `losses` and `norms` (steps, n) receive one row a step. With steps = 0 the positions stay, and loss and
    gradient are computed for them, into row 0.
    """
    for k in range(max(steps, 1)):
        if steps > 0:
            update(x, gradient, slots, hyper, update_keys, step + k)
        project(x, gradient)
        gradient_at(x, parameters, gradient_keys, step + min(k + 1, steps), value, gradient)
        project(x, gradient)
        for i in range(x.shape[0]):
            square = 0.0
            for j in range(x.shape[1]):
                square += gradient[i, j] * gradient[i, j]
            losses[k, i] = value[i]
            norms[k, i] = np.sqrt(square)
