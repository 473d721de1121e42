"""What outputs are worth: the loss of a tile of examples, and its first two derivatives by the outputs.

Outputs and targets are (k, t): a row an output, a column an example. Each example counts with `weight`.
"""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.kernel import BLOCK, ROW, inline, kernel
from sim.numerics import exp_of_negative

OBJECTIVES = ("mse", "cross-entropy")
"""The names; a kernel is told the place of one in this tuple."""

MSE, CROSS_ENTROPY = range(len(OBJECTIVES))


@inline
def squared_error(outputs: Floats, targets: Floats, weight: float, push: Floats) -> float:
    """Weighted (output − target)², its mean over the k outputs; into `push` (k, t) its derivatives."""
    each: float = weight / outputs.shape[0]
    loss = 0.0
    for i in range(outputs.shape[0]):
        for j in range(outputs.shape[1]):
            rest = outputs[i, j] - targets[i, j]
            loss += rest * rest
            push[i, j] = 2.0 * each * rest
    return each * loss


@kernel(f"void({BLOCK}, {BLOCK}, {ROW})")
def softmax(outputs: Floats, shares: Floats, level: Floats) -> None:
    """Into `shares` (k, t) eᶻ / Σ eᶻ over the outputs z of an example; into `level` (t,) log Σ eᶻ."""
    classes, examples = outputs.shape
    total = np.zeros(examples)
    for j in range(examples):
        level[j] = outputs[0, j]
    for i in range(1, classes):
        for j in range(examples):
            level[j] = max(level[j], outputs[i, j])
    for i in range(classes):
        for j in range(examples):
            shares[i, j] = exp_of_negative(outputs[i, j] - level[j])
            total[j] += shares[i, j]
    for i in range(classes):
        for j in range(examples):
            shares[i, j] /= total[j]
    for j in range(examples):
        level[j] += np.log(total[j])


@inline
def cross_entropy(outputs: Floats, targets: Floats, weight: float, push: Floats) -> float:
    """−weight Σ target log(share), the shares being the softmax; into `push` (k, t) its derivatives.

    The targets of an example add up to 1.
    """
    classes, examples = outputs.shape
    level = np.empty(examples)
    softmax(outputs, push, level)
    loss = 0.0
    for i in range(classes):
        for j in range(examples):
            loss += targets[i, j] * (level[j] - outputs[i, j])
            push[i, j] = weight * (push[i, j] - targets[i, j])
    return weight * loss


@kernel(f"f8(i8, {BLOCK}, {BLOCK}, f8, {BLOCK})")
def judge(objective: int, outputs: Floats, targets: Floats, weight: float, push: Floats) -> float:
    """The loss of the tile, and into `push` (k, t) its derivatives by the outputs."""
    if objective == MSE:
        return squared_error(outputs, targets, weight, push)
    return cross_entropy(outputs, targets, weight, push)


@kernel(f"void(i8, {BLOCK}, {BLOCK}, f8, {BLOCK})")
def judge_motion(objective: int, shares: Floats, moving: Floats, weight: float, push: Floats) -> None:
    """How the derivatives change as the outputs move: the objective's Hessian times `moving` (k, t).

    `shares` (k, t) are the softmax of the outputs, read for the cross-entropy alone.
    """
    classes, examples = moving.shape
    if objective == MSE:
        for i in range(classes):
            for j in range(examples):
                push[i, j] = 2.0 * weight / classes * moving[i, j]
        return
    mean = np.zeros(examples)
    for i in range(classes):
        for j in range(examples):
            mean[j] += shares[i, j] * moving[i, j]
    for i in range(classes):
        for j in range(examples):
            push[i, j] = weight * shares[i, j] * (moving[i, j] - mean[j])
