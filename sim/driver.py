"""The one loop that moves walkers: any optimizer on any landscape, a block of walkers at a time."""

from __future__ import annotations

from sim.arrays import Floats, Keys, np
from sim.kernel import (
    ADDRESSES,
    BLOCK,
    GRADIENT,
    KEYS,
    RETRACT,
    ROW,
    SLOTS,
    TANGENT,
    UPDATE,
    WIDE,
    FunctionAt,
    inline,
    kernel,
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


@inline
def copy(source: Floats, target: Floats) -> None:
    """The columns that both have; a loop, since an assignment of slices takes numba a second to compile."""
    for i in range(source.shape[0]):
        for j in range(min(source.shape[1], target.shape[1])):
            target[i, j] = source[i, j]


gradient_function, update_function = FunctionAt(GRADIENT), FunctionAt(UPDATE)
retract_function, tangent_function = FunctionAt(RETRACT), FunctionAt(TANGENT)


@kernel(
    f"void({ADDRESSES}, {BLOCK}, {BLOCK}, {ROW}, {ROW}, {ROW}, {ROW}, {KEYS}, {KEYS}, i8, i8, "
    f"{ROW}, {BLOCK}, {BLOCK}, {SLOTS}, {WIDE}, {WIDE}, {WIDE}, {WIDE})"
)
def advance(
    addresses: Keys,
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

    `addresses` (4,) are those of the kernels: gradient, update, retract, tangent.

    The rule moves `x` (n, a). The landscape is evaluated at `whole` (n, d): the same memory as x, or a
    wider array whose other coordinates are locked and stay; likewise `gradient` and `whole_gradient`.
    `offset` (n,) is added to the loss. On entry and on return `value` (n,) and `gradient` are those of `x`.
    `rates` (steps,) are the learning rates, empty for a rule without one. `followed` (steps, n) are the step
    lengths that a following rule is told, and into `lengths` (steps, n) go those of this one; either may be
    empty. `losses` and `norms` (steps, n) receive one row a step. With steps = 0 the positions stay (but for
    the retraction), and loss and gradient are computed for them, into row 0.
    """
    gradient_at, update = gradient_function(addresses[0]), update_function(addresses[1])
    retract, tangent = retract_function(addresses[2]), tangent_function(addresses[3])
    rule = np.empty(len(hyper))
    for h in range(len(hyper)):
        rule[h] = hyper[h]
    active = x.shape[1]
    some_are_locked = whole.shape[1] > active
    before = np.empty(x.shape if len(lengths) > 0 else (0, 0))
    for k in range(max(steps, 1)):
        if steps > 0:
            if len(rates) > 0:
                rule[0] = rates[k]
            if len(followed) > 0:
                for i in range(x.shape[0]):
                    slots[0, i, 0] = followed[k, i]
            if len(lengths) > 0:
                copy(x, before)
            update(x, gradient, slots, rule, update_keys, step + k)
        retract(x)
        if steps > 0 and len(lengths) > 0:
            for i in range(x.shape[0]):
                square = 0.0
                for j in range(active):
                    square += (x[i, j] - before[i, j]) ** 2
                lengths[k, i] = np.sqrt(square)
        if some_are_locked:
            copy(x, whole)
        gradient_at(whole, parameters, gradient_keys, step + min(k + 1, steps), value, whole_gradient)
        tangent(whole, whole_gradient)
        if some_are_locked:
            copy(whole_gradient, gradient)
        for i in range(x.shape[0]):
            value[i] += offset[i]
            square = 0.0
            for j in range(active):
                square += gradient[i, j] * gradient[i, j]
            losses[k, i] = value[i]
            norms[k, i] = np.sqrt(square)
