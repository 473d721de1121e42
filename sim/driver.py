"""The one loop that moves walkers: any optimizer on any landscape, a block of walkers at a time."""

from __future__ import annotations

from typing import Any

from sim.arrays import Floats, Keys, np
from sim.kernel import (
    BLOCK,
    GRADIENT,
    KEYS,
    RETRACT,
    ROW,
    SLOTS,
    TANGENT,
    UPDATE,
    WIDE,
    GradientKernel,
    RetractKernel,
    TangentKernel,
    UpdateKernel,
    kernel,
    pointer_type,
    retract_kernel,
    tangent_kernel,
)  # fmt: skip
from sim.landscape import Constraint


@retract_kernel
def anywhere(x: Floats) -> None:
    """The retraction of a landscape that has no constraint."""


@tangent_kernel
def any_way(x: Floats, gradient: Floats) -> None:
    """The tangent of a landscape that has no constraint."""


UNCONSTRAINED = Constraint(anywhere, any_way)


def _advance_signature() -> Any:
    """The numba signature of `advance`; its pointer types cannot be written in a string."""
    from numba.core import sigutils, types

    arrays, _ = sigutils.normalize_signature(
        f"void({BLOCK}, {BLOCK}, {ROW}, {ROW}, {ROW}, {ROW}, {KEYS}, {KEYS}, i8, i8, "
        f"{ROW}, {BLOCK}, {BLOCK}, {SLOTS}, {WIDE}, {WIDE}, {WIDE}, {WIDE})"
    )
    pointers = (pointer_type(signature) for signature in (GRADIENT, UPDATE, RETRACT, TANGENT))
    return types.void(*pointers, *arrays)


@kernel(_advance_signature)
def advance(
    gradient_at: GradientKernel,
    update: UpdateKernel,
    retract: RetractKernel,
    tangent: TangentKernel,
    x: Floats,
    whole: Floats,
    offset: Floats,
    parameters: Floats,
    hyper: Floats,
    rates: Floats,
    gradient_keys: Keys,
    update_keys: Keys,
    step: int,
    steps: int,
    value: Floats,
    gradient: Floats,
    whole_gradient: Floats,
    slots: Floats,
    followed: Floats,
    lengths: Floats,
    losses: Floats,
    norms: Floats,
) -> None:
    """Take `steps` steps from step number `step`, and record loss and gradient norm after each.

    The rule moves `x` (n, a). The landscape is evaluated at `whole` (n, d): the same memory as x, or a
    wider array whose other coordinates are locked and stay; likewise `gradient` and `whole_gradient`.
    `offset` (n,) is added to the loss. On entry and on return `value` (n,) and `gradient` are those of `x`.
    `rates` (steps,) are the learning rates, empty for a rule without one. `followed` (steps, n) are the step
    lengths that a following rule is told, and into `lengths` (steps, n) go those of this one; either may be
    empty. `losses` and `norms` (steps, n) receive one row a step. With steps = 0 the positions stay, and loss
    and gradient are computed for them, into row 0.
    """
    rule = hyper.copy()
    active = x.shape[1]
    some_are_locked = whole.shape[1] > active
    before = np.empty(x.shape if len(lengths) > 0 else (0, 0))
    for k in range(max(steps, 1)):
        if steps > 0:
            if len(rates) > 0:
                rule[0] = rates[k]
            if len(followed) > 0:
                slots[0, :, 0] = followed[k]
            if len(lengths) > 0:
                before[:] = x
            update(x, gradient, slots, rule, update_keys, step + k)
        retract(x)
        if steps > 0 and len(lengths) > 0:
            for i in range(x.shape[0]):
                square = 0.0
                for j in range(active):
                    square += (x[i, j] - before[i, j]) ** 2
                lengths[k, i] = np.sqrt(square)
        if some_are_locked:
            whole[:, :active] = x
        gradient_at(whole, parameters, gradient_keys, step + min(k + 1, steps), value, whole_gradient)
        tangent(whole, whole_gradient)
        if some_are_locked:
            gradient[:] = whole_gradient[:, :active]
        for i in range(x.shape[0]):
            value[i] += offset[i]
            square = 0.0
            for j in range(active):
                square += gradient[i, j] * gradient[i, j]
            losses[k, i] = value[i]
            norms[k, i] = np.sqrt(square)
