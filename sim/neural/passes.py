"""The passes over a network: forward, back, and both once more along a direction (Pearlmutter 1994).

A layer answers  h′ = φ(c (W h + b))  to what is below it, with its multiplier c; the last one has no φ.
Its weights W (above, below), row after row, and then its biases b (above,) stand in the flat `theta` (d,),
one layer after another. Examples are the columns of h. What belongs to the neurons of all layers stands in
flat arrays too: layer after layer from the inputs on, each (width, count) for a tile of `count` examples.

A *push* is the derivative of the loss by W h + b. *Motion* is what changes when theta moves along `way` (d,).
"""

from __future__ import annotations

from sim.arrays import Floats, Integers, np
from sim.kernel import ROW, inline, kernel
from sim.neural.activations import activate

WIDTHS = "i8[::1]"


@inline
def matrix(flat: Floats, first: int, rows: int, columns: int) -> Floats:
    """The view (rows, columns) of the part of a flat array that begins at `first`."""
    return flat[first : first + rows * columns].reshape((rows, columns))


@inline
def ends(widths: Integers, count: int) -> tuple[int, int]:
    """Where the last layer begins among the neurons' arrays and where the last weights end in theta."""
    neurons, weights = 0, 0
    for layer in range(len(widths) - 1):
        neurons += widths[layer] * count
        weights += (widths[layer] + 1) * widths[layer + 1]
    return neurons, weights


@kernel(f"void({ROW}, {WIDTHS}, {ROW}, i8, i8, {ROW}, {ROW}, {ROW})")
def forward(
    theta: Floats,
    widths: Integers,
    multipliers: Floats,
    activation: int,
    count: int,
    h: Floats,
    slope: Floats,
    bend: Floats,
) -> None:
    """From the inputs in `h` to the outputs at its end; φ′ and φ″ into `slope` and `bend`."""
    here, weights = 0, 0
    for layer in range(len(multipliers)):
        below, above, c = widths[layer], widths[layer + 1], multipliers[layer]
        there = here + below * count
        end, biases = there + above * count, weights + below * above
        z = matrix(h, there, above, count)
        np.dot(matrix(theta, weights, above, below), matrix(h, here, below, count), z)
        for i in range(above):
            bias = theta[biases + i]
            for j in range(count):
                z[i, j] = c * (z[i, j] + bias)
        if layer + 1 < len(multipliers):
            activate(activation, h[there:end], slope[there:end], bend[there:end])
        here, weights = there, biases + above


@kernel(f"void({ROW}, {WIDTHS}, {ROW}, i8, {ROW}, {ROW}, {ROW})")
def back(
    theta: Floats,
    widths: Integers,
    multipliers: Floats,
    count: int,
    slope: Floats,
    bend: Floats,
    push: Floats,
) -> None:
    """From the loss's derivatives by the outputs, at the end of `push`, to the pushes of all layers.

    `bend` is multiplied by the derivatives of the loss by h, for `motion_back`.
    """
    layers = len(multipliers)
    there, weights = ends(widths, count)
    for k in range(widths[layers] * count):
        push[there + k] *= multipliers[layers - 1]
    for layer in range(layers - 1, 0, -1):
        below, above, c = widths[layer], widths[layer + 1], multipliers[layer - 1]
        here = there - below * count
        weights -= (below + 1) * above
        w, down = matrix(theta, weights, above, below), matrix(push, here, below, count)
        np.dot(w.T, matrix(push, there, above, count), down)
        for k in range(here, there):
            bend[k] *= push[k]
            push[k] *= c * slope[k]
        there = here


@kernel(f"void({WIDTHS}, i8, {ROW}, {ROW}, f8, {ROW}, {ROW})")
def collect(
    widths: Integers,
    count: int,
    h: Floats,
    push: Floats,
    constant: float,
    part: Floats,
    gradient: Floats,
) -> None:
    """Add to `gradient` (d,) what the pushes make of the inputs h of each layer: push hᵀ, and push 1 for b.

    `constant` is the 1 that a bias is the weight of, or its motion, 0. `part` (d,) is scratch.
    """
    here, weights = 0, 0
    for layer in range(len(widths) - 1):
        below, above = widths[layer], widths[layer + 1]
        there, size = here + below * count, below * above
        pushes = matrix(push, there, above, count)
        product = matrix(part, 0, above, below)
        np.dot(pushes, matrix(h, here, below, count).T, product)
        for k in range(size):
            gradient[weights + k] += part[k]
        for i in range(above):
            total = 0.0
            for j in range(count):
                total += pushes[i, j]
            gradient[weights + size + i] += constant * total
        here, weights = there, weights + size + above


@kernel(f"void({ROW}, {ROW}, {WIDTHS}, {ROW}, i8, {ROW}, {ROW}, {ROW}, {ROW}, {ROW})")
def motion_forward(
    theta: Floats,
    way: Floats,
    widths: Integers,
    multipliers: Floats,
    count: int,
    h: Floats,
    slope: Floats,
    moving_z: Floats,
    moving_h: Floats,
    part: Floats,
) -> None:
    """How the neurons move: `moving_z` of c (W h + b), and `moving_h` of φ of it, 0 at the inputs.

    The outputs' motion is at the end of both. `part` is scratch of the size of `h`.
    """
    here, weights = 0, 0
    for k in range(widths[0] * count):
        moving_h[k] = 0.0
    for layer in range(len(multipliers)):
        below, above, c = widths[layer], widths[layer + 1], multipliers[layer]
        there, biases = here + below * count, weights + below * above
        z, moved = matrix(moving_z, there, above, count), matrix(part, there, above, count)
        np.dot(matrix(way, weights, above, below), matrix(h, here, below, count), z)
        np.dot(matrix(theta, weights, above, below), matrix(moving_h, here, below, count), moved)
        last = layer + 1 == len(multipliers)
        for i in range(above):
            bias = way[biases + i]
            for j in range(count):
                z[i, j] = c * (z[i, j] + moved[i, j] + bias)
        for k in range(there, there + above * count):
            moving_h[k] = moving_z[k] if last else slope[k] * moving_z[k]
        here, weights = there, biases + above


@kernel(f"void({ROW}, {ROW}, {WIDTHS}, {ROW}, i8, {ROW}, {ROW}, {ROW}, {ROW}, {ROW}, {ROW})")
def motion_back(
    theta: Floats,
    way: Floats,
    widths: Integers,
    multipliers: Floats,
    count: int,
    slope: Floats,
    bend: Floats,
    push: Floats,
    moving_z: Floats,
    moving_push: Floats,
    part: Floats,
) -> None:
    """How the pushes move, from the motion of the loss's derivatives at the end of `moving_push`.

    `bend` and `push` are as `back` left them.
    """
    layers = len(multipliers)
    there, weights = ends(widths, count)
    for k in range(widths[layers] * count):
        moving_push[there + k] *= multipliers[layers - 1]
    for layer in range(layers - 1, 0, -1):
        below, above, c = widths[layer], widths[layer + 1], multipliers[layer - 1]
        here = there - below * count
        weights -= (below + 1) * above
        moved = matrix(part, here, below, count)
        np.dot(matrix(theta, weights, above, below).T, matrix(moving_push, there, above, count), moved)
        np.dot(
            matrix(way, weights, above, below).T,
            matrix(push, there, above, count),
            matrix(moving_push, here, below, count),
        )
        for k in range(here, there):
            down = moving_push[k] + part[k]
            moving_push[k] = c * (slope[k] * down + bend[k] * moving_z[k])
        there = here
