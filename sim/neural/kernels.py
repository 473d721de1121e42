"""The kernels of a network: loss and gradient over a block of walkers, Hessian products, outputs.

Their parameters begin with a head: the objective, the activation, the size of a batch (0 for all examples),
the number of examples, the number of layers L, the widths (L + 1,) from the inputs to the outputs, and the
multipliers (L,). The inputs (examples, widths[0]) and the targets (examples, widths[L]) follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays import Floats, Integers, Keys, np
from sim.kernel import BLOCK, ROW, gradient_kernel, inline, kernel
from sim.neural.objectives import CROSS_ENTROPY, judge, judge_motion, softmax
from sim.neural.passes import back, collect, ends, forward, matrix, motion_back, motion_forward
from sim.rng import philox, unit

if TYPE_CHECKING:
    from sim.rng import Word

HEAD = 5
"""How many numbers of the head come before the widths."""

CACHE, SMALLEST_TILE, LARGEST_TILE = 1 << 19, 32, 256
"""A tile of examples is so large that what a pass writes, in bytes, stays near; within these limits."""


@inline
def head(parameters: Floats) -> tuple[int, int, int, int, Integers, Floats, Floats, Floats]:
    """Objective, activation, batch, examples, widths, multipliers, inputs and targets."""
    examples, layers = int(parameters[3]), int(parameters[4])
    widths = np.empty(layers + 1, np.int64)
    for layer in range(layers + 1):
        widths[layer] = int(parameters[HEAD + layer])
    first = HEAD + layers + 1
    multipliers = parameters[first : first + layers]
    first += layers
    inputs = matrix(parameters, first, examples, widths[0])
    targets = matrix(parameters, first + examples * widths[0], examples, widths[layers])
    batch = int(parameters[2])
    return int(parameters[0]), int(parameters[1]), batch, examples, widths, multipliers, inputs, targets


@inline
def tile_of(examples: int, neurons: int) -> int:
    """How many examples to take at a time: as many in each tile, but for rounding."""
    most = min(max(CACHE // (32 * neurons), SMALLEST_TILE), LARGEST_TILE)
    tiles = (examples + most - 1) // most
    return (examples + tiles - 1) // tiles


@inline
def load(rows: Floats, first: int, count: int, columns: Floats) -> None:
    """Examples from `first` on, out of their rows and into columns (width, count)."""
    for i in range(rows.shape[1]):
        for j in range(count):
            columns[i, j] = rows[first + j, i]


@inline
def load_drawn(
    inputs: Floats, targets: Floats, key: Word, step: int, first: int, h: Floats, y: Floats
) -> None:
    """The same of inputs and targets for examples drawn by a key at `step`, each among all of them."""
    for j in range(h.shape[1]):
        drawn, _ = philox(key, np.uint64(step), np.uint64(first + j))
        row = int(unit(drawn) * len(inputs))
        for i in range(h.shape[0]):
            h[i, j] = inputs[row, i]
        for i in range(y.shape[0]):
            y[i, j] = targets[row, i]


@inline
def wrong(x: Floats) -> float:
    """0, or NaN where a coordinate is not finite: a neuron that saturates would hide it."""
    total = 0.0
    for j in range(len(x)):
        total += 0.0 * x[j]
    return total


@gradient_kernel
def loss_and_gradient(
    x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats
) -> None:
    """Forward and back for each walker, a tile of examples at a time; a batch is each walker's own."""
    n, d = x.shape
    objective, activation, batch, examples, widths, multipliers, inputs, targets = head(parameters)
    used = batch if batch > 0 else examples
    tile = tile_of(used, widths.sum())
    size = widths.sum() * tile
    h, slope, bend, push = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    meant, part = np.empty(widths[-1] * tile), np.empty(d)
    for i in range(n):
        value[i] = wrong(x[i])
        for j in range(d):
            gradient[i, j] = 0.0
    for first in range(0, used, tile):
        count = min(tile, used - first)
        answers, _ = ends(widths, count)
        seen, y = matrix(h, 0, widths[0], count), matrix(meant, 0, widths[-1], count)
        if batch == 0:
            load(inputs, first, count, seen)
            load(targets, first, count, y)
        for i in range(n):
            if batch > 0:
                load_drawn(inputs, targets, keys[i], step, first, seen, y)
            forward(x[i], widths, multipliers, activation, count, h, slope, bend)
            outputs, pushes = matrix(h, answers, widths[-1], count), matrix(push, answers, widths[-1], count)
            value[i] += judge(objective, outputs, y, 1.0 / used, pushes)
            back(x[i], widths, multipliers, count, slope, bend, push)
            collect(widths, count, h, push, 1.0, part, gradient[i])


@kernel(f"void({ROW}, {ROW}, {BLOCK}, {BLOCK})")
def hessian_product(x: Floats, parameters: Floats, ways: Floats, product: Floats) -> None:
    """The Hessian of the loss of all examples at x (d,), times each row of `ways` (k, d), into `product`."""
    objective, activation, _, examples, widths, multipliers, inputs, targets = head(parameters)
    tile = tile_of(examples, 2 * widths.sum())
    size = widths.sum() * tile
    h, slope, bend, push = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    moving_z, moving_h, moving_push = np.empty(size), np.empty(size), np.empty(size)
    part, weights_part = np.empty(size), np.empty(len(x))
    meant, share, level = np.empty(widths[-1] * tile), np.empty(widths[-1] * tile), np.empty(tile)
    nothing = wrong(x)
    for i in range(len(ways)):
        for j in range(len(x)):
            product[i, j] = nothing
    for first in range(0, examples, tile):
        count = min(tile, examples - first)
        answers, _ = ends(widths, count)
        y, shares = matrix(meant, 0, widths[-1], count), matrix(share, 0, widths[-1], count)
        load(inputs, first, count, matrix(h, 0, widths[0], count))
        load(targets, first, count, y)
        forward(x, widths, multipliers, activation, count, h, slope, bend)
        outputs, pushes = matrix(h, answers, widths[-1], count), matrix(push, answers, widths[-1], count)
        judge(objective, outputs, y, 1.0 / examples, pushes)
        if objective == CROSS_ENTROPY:
            softmax(outputs, shares, level)
        back(x, widths, multipliers, count, slope, bend, push)
        for i in range(len(ways)):
            way = ways[i]
            motion_forward(x, way, widths, multipliers, count, h, slope, moving_z, moving_h, part)
            moving = matrix(moving_z, answers, widths[-1], count)
            pushes = matrix(moving_push, answers, widths[-1], count)
            judge_motion(objective, shares, moving, 1.0 / examples, pushes)
            motion_back(x, way, widths, multipliers, count, slope, bend, push, moving_z, moving_push, part)
            collect(widths, count, h, moving_push, 1.0, weights_part, product[i])
            collect(widths, count, moving_h, push, 0.0, weights_part, product[i])


@kernel(f"void({ROW}, {ROW}, {BLOCK})")
def outputs(x: Floats, parameters: Floats, answers: Floats) -> None:
    """What the network at x (d,) answers to each example, into `answers` (examples, outputs)."""
    _, activation, _, examples, widths, multipliers, inputs, _ = head(parameters)
    tile = tile_of(examples, widths.sum())
    size = widths.sum() * tile
    h, slope, bend = np.empty(size), np.empty(size), np.empty(size)
    for first in range(0, examples, tile):
        count = min(tile, examples - first)
        load(inputs, first, count, matrix(h, 0, widths[0], count))
        forward(x, widths, multipliers, activation, count, h, slope, bend)
        found = matrix(h, ends(widths, count)[0], widths[-1], count)
        for i in range(count):
            for j in range(widths[-1]):
                answers[first + i, j] = found[j, i]
