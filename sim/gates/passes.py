"""Forward and back through gates: loss and gradient in a kernel, Hessian products in NumPy.

The gates stand in a row. Gate g has `fan` inputs and 2^fan neurons, and sees nodes fan·g to fan·g + fan − 1:
first come the factors, then the answers of the gates. So one gate that sees all factors is a flat network,
and gates for two are a tree: x₁x₂, x₃x₄, … and then their products. A gate's parameters are the weights of
its neurons, one neuron after the other, their biases, and their output weights.

The kernel's own parameters begin with a head: the place of the activation in `ACTIVATIONS`, the number of
factors, fan, gates, tiles, and points in a tile. For each tile follow the factors (n, points), the targets
and the weights of the points.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.arrays import Floats, Keys, np
from sim.kernel import gradient_kernel, inline
from sim.neural.activations import activate

HEAD = 6

SCRATCH = 1 << 16
"""Numbers that a Hessian product works on at a time, about."""

Gates = Sequence[tuple[Floats, Floats, Floats]]
"""Weights (..., neurons, fan), biases and output weights (..., neurons) of each gate."""


@inline
def forward(gate: Floats, seen: Floats, activation: int, h: Floats, slope: Floats, bend: Floats) -> None:
    """What a gate's neurons answer to inputs (fan, points): h, and the slopes there (neurons, points)."""
    neurons, points = h.shape
    fan = len(seen)
    for i in range(neurons):
        for p in range(points):
            h[i, p] = gate[neurons * fan + i]
        for c in range(fan):
            for p in range(points):
                h[i, p] += gate[i * fan + c] * seen[c, p]
    activate(activation, h.reshape(neurons * points), slope.reshape(neurons * points), bend)


@inline
def back(
    gate: Floats, seen: Floats, pull: Floats, h: Floats, slope: Floats, slopes: Floats, to_seen: Floats
) -> None:
    """Adds to the gradient `slopes` of a gate, and to the `to_seen` of its inputs (fan, points).

    `pull` (points,) is the loss's slope along the gate's answers; `slope` is overwritten.
    """
    neurons, points = h.shape
    fan = len(seen)
    for i in range(neurons):
        output, answered, pushed = gate[neurons * (fan + 1) + i], 0.0, 0.0
        for p in range(points):
            answered += h[i, p] * pull[p]
            slope[i, p] *= output * pull[p]
            pushed += slope[i, p]
        slopes[neurons * (fan + 1) + i] += answered
        slopes[neurons * fan + i] += pushed
        for c in range(fan):
            weighted = 0.0
            for p in range(points):
                weighted += slope[i, p] * seen[c, p]
                to_seen[c, p] += slope[i, p] * gate[i * fan + c]
            slopes[i * fan + c] += weighted


@gradient_kernel
def gradient(x: Floats, parameters: Floats, keys: Keys, step: int, value: Floats, gradient: Floats) -> None:
    """Forward and back through the gates, a tile of points at a time; nothing is wide enough for BLAS."""
    activation, factors, fan = int(parameters[0]), int(parameters[1]), int(parameters[2])
    gates, tiles, points = int(parameters[3]), int(parameters[4]), int(parameters[5])
    neurons = 1 << fan
    size = neurons * (fan + 2)
    last = factors + gates - 1
    nodes, pull = np.empty((last + 1, points)), np.empty((last + 1, points))
    h, slope = np.empty((gates, neurons, points)), np.empty((gates, neurons, points))
    bend = np.empty(neurons * points)
    for walker in range(x.shape[0]):
        value[walker] = 0.0
        for j in range(x.shape[1]):
            value[walker] += 0.0 * x[walker, j]  # a neuron that saturates would hide what is not finite
            gradient[walker, j] = 0.0
        for tile in range(tiles):
            first = HEAD + tile * (factors + 2) * points
            for node in range(last + 1):
                for p in range(points):
                    pull[node, p] = 0.0
                    nodes[node, p] = parameters[first + node * points + p] if node < factors else 0.0
            for g in range(gates):
                gate = x[walker, g * size : (g + 1) * size]
                forward(gate, nodes[fan * g : fan * (g + 1)], activation, h[g], slope[g], bend)
                for i in range(neurons):
                    for p in range(points):
                        nodes[factors + g, p] += gate[neurons * (fan + 1) + i] * h[g, i, p]
            meant, weights = first + factors * points, first + (factors + 1) * points
            for p in range(points):
                error, weight = nodes[last, p] - parameters[meant + p], parameters[weights + p]
                value[walker] += weight * error * error
                pull[last, p] = 2.0 * weight * error
            for g in range(gates - 1, -1, -1):
                gate, slopes = (
                    x[walker, g * size : (g + 1) * size],
                    gradient[walker, g * size : (g + 1) * size],
                )
                inputs = slice(fan * g, fan * (g + 1))
                back(gate, nodes[inputs], pull[factors + g], h[g], slope[g], slopes, pull[inputs])


def head(parameters: Floats) -> tuple[int, int, int, int]:
    """The activation, the number of factors, the inputs of a gate, and how many gates there are."""
    activation, factors, fan, gates = (int(number) for number in parameters[: HEAD - 2])
    return activation, factors, fan, gates


def taken_apart(x: Floats, fan: int, gates: int) -> Gates:
    """The gates of the networks with parameters x (..., d)."""
    neurons = 1 << fan
    shape = (*x.shape[:-1], neurons, fan)
    pieces = (
        np.split(gate, [neurons * fan, neurons * (fan + 1)], axis=-1) for gate in np.split(x, gates, axis=-1)
    )
    return [(weights.reshape(shape), biases, outputs) for weights, biases, outputs in pieces]


def answered(activation: int, z: Floats) -> tuple[Floats, Floats, Floats]:
    """σ, σ′ and σ″ at z, of any shape."""
    value, slope, bend = z.flatten(), np.empty(z.size), np.empty(z.size)
    activate(activation, value, slope, bend)
    return value.reshape(z.shape), slope.reshape(z.shape), bend.reshape(z.shape)


def products(parameters: Floats, x: Floats, factors: Floats) -> Floats:
    """What the network with parameters x (d,) answers to factors (n, p): (p,)."""
    activation, _, fan, gates = head(parameters)
    nodes = list(factors)
    for g, (weights, biases, outputs) in enumerate(taken_apart(x, fan, gates)):
        z = weights @ np.array(nodes[fan * g : fan * (g + 1)]) + biases[:, None]
        nodes.append(outputs @ answered(activation, z)[0])
    answer: Floats = nodes[-1]
    return answer


def hessian_product(parameters: Floats, x: Floats, v: Floats) -> Floats:
    """The Hessian at x (d,) times the rows of v (k, d), a tile of points and a few rows at a time."""
    activation, factors, fan, gates = head(parameters)
    points = int(parameters[HEAD - 1])
    network, rows = taken_apart(x, fan, gates), max(1, SCRATCH // (points << fan))
    product = np.zeros_like(v)
    for tile in parameters[HEAD:].reshape(-1, factors + 2, points):
        for first in range(0, len(v), rows):
            some = slice(first, first + rows)
            product[some] += moved_gradient(activation, tile, network, taken_apart(v[some], fan, gates))
    return product


def moved_gradient(activation: int, tile: Floats, network: Gates, motion: Gates) -> Floats:
    """How a tile's part of the gradient changes (k, d) as the network moves in k ways.

    Both passes are differentiated: what is named with a d in front is the motion of what has the name without
    it, with a first axis of length k.
    """
    factors, targets, share = tile[:-2], tile[-2], tile[-1]
    ways, fan, count = len(motion[0][1]), network[0][0].shape[-1], len(share)
    nodes, dnodes = list(factors), [np.zeros((ways, count))] * len(factors)
    passed = []
    for g, ((w, b, a), (dw, db, da)) in enumerate(zip(network, motion, strict=True)):
        seen = np.array(nodes[fan * g : fan * (g + 1)])
        dseen = np.stack(dnodes[fan * g : fan * (g + 1)], axis=1)
        h, slope, bend = answered(activation, w @ seen + b[:, None])
        dz = dw @ seen + w @ dseen + db[..., None]
        nodes.append(a @ h)
        dnodes.append(da @ h + a @ (slope * dz))
        passed.append((seen, dseen, h, slope, bend, dz))

    pull, dpull = np.zeros((len(nodes), count)), np.zeros((ways, len(nodes), count))
    pull[-1], dpull[:, -1] = 2.0 * share * (nodes[-1] - targets), 2.0 * share * dnodes[-1]
    found: list[Floats] = []
    for g in reversed(range(len(network))):
        (w, _, a), (dw, _, da), inputs = network[g], motion[g], slice(fan * g, fan * (g + 1))
        seen, dseen, h, slope, bend, dz = passed[g]
        e, de = pull[len(factors) + g], dpull[:, len(factors) + g]
        push = a[:, None] * slope * e
        dpush = slope * (da[..., None] * e + a[:, None] * de[:, None]) + a[:, None] * bend * e * dz
        dweights = dpush @ seen.T + push @ dseen.transpose(0, 2, 1)
        found = [dweights.reshape(ways, -1), dpush.sum(axis=2), (slope * dz) @ e + de @ h.T, *found]
        pull[inputs] += w.T @ push
        dpull[:, inputs] += dw.transpose(0, 2, 1) @ push + w.T @ dpush
    return np.concatenate(found, axis=1)
