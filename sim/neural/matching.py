"""The neurons of one network renamed to be as near as possible to those of another.

Hidden neurons may change places, and where φ(−z) = −φ(z) their sign: the network computes the same. Of all
these names those are looked for in which the weights x of one network lie nearest to the weights y of
another, which is where x·y is largest. For one layer, the others as they are, the best order is an assignment
problem, which is solved exactly (Kuhn 1955). Layer after layer, until none changes, leads to an order that no
single layer improves (Ainsworth, Hayase and Srinivasa 2023); with one hidden layer it is the best of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sim.arrays import Floats, Integers, np

ODD = ("tanh", "linear")
"""Activations with φ(−z) = −φ(z), whose neurons may change their sign."""

LARGEST = 1024
"""Neurons of a layer that are matched: each assignment takes 0.2 s then, and grows with their cube."""

MOST_ROUNDS = 100
"""Every change brings x nearer to y, so that the rounds end; nobody waits for more than these."""


def assigned(likeness: Floats, flips: bool) -> tuple[Integers, Floats]:
    """Who comes into each place (k,), and with which sign (k,), for the largest sum of likenesses.

    `likeness` (k, k) is that of the neuron of y in each row to that of x in each column. With `flips`, a
    neuron whose likeness is negative comes with the other sign. What is not finite is no likeness at all.
    """
    from scipy.optimize import linear_sum_assignment

    likeness = np.nan_to_num(likeness, nan=0.0, posinf=0.0, neginf=0.0)
    rows, who = linear_sum_assignment(np.abs(likeness) if flips else likeness, maximize=True)
    signs = np.where(flips & (likeness[rows, who] < 0.0), -1.0, 1.0)
    return who, signs


def layers_of(widths: Sequence[int], theta: Floats) -> list[Floats]:
    """Views (above, below + 1) of each layer's weights, or of a copy: its biases in the last column."""
    found, first = [], 0
    for below, above in pairwise(widths):
        weights = theta[first : first + above * below].reshape(above, below)
        biases = theta[first + above * below : first + above * (below + 1)]
        found.append(np.column_stack((weights, biases)))
        first += above * (below + 1)
    return found


def flattened(layers: Sequence[Floats]) -> Floats:
    """The weights (d,) of layers as `layers_of` gives them."""
    parts = [part for layer in layers for part in (layer[:, :-1].ravel(), layer[:, -1])]
    return np.concatenate(parts)


def matched(widths: Sequence[int], activation: str, x: Floats, y: Floats) -> Floats:
    """The weights (d,) of the network x (d,) with its hidden neurons renamed to be near to y (d,).

    `widths` are those of all layers, from the inputs to the outputs. The function stays what it is, but for
    the order in which its sums are rounded. The rounds begin once at the names that x has, and once where
    each layer was matched by what comes into it alone, from the inputs on; the nearer outcome counts.
    """
    theirs, flips = layers_of(widths, y), activation in ODD
    as_it_is, from_inputs = layers_of(widths, x), layers_of(widths, x)
    for layer in range(len(theirs) - 1):
        _rename(from_inputs, layer, theirs[layer] @ from_inputs[layer].T, flips)
    found = [flattened(_settled(ours, theirs, flips)) for ours in (as_it_is, from_inputs)]
    return min(found, key=lambda weights: float(np.linalg.norm(weights - y)))


def _settled(ours: list[Floats], theirs: list[Floats], flips: bool) -> list[Floats]:
    """Our layers, once no single layer has better names."""
    for _ in range(MOST_ROUNDS):
        changed = False
        for layer in range(len(ours) - 1):
            likeness = theirs[layer] @ ours[layer].T
            likeness += theirs[layer + 1][:, :-1].T @ ours[layer + 1][:, :-1]
            changed |= _rename(ours, layer, likeness, flips)
        if not changed:
            break
    return ours


def _rename(layers: list[Floats], layer: int, likeness: Floats, flips: bool) -> bool:
    """Give the neurons of a layer their best names, in place; whether that changed any."""
    who, signs = assigned(likeness, flips)
    if np.array_equal(who, np.arange(len(who))) and np.all(signs > 0.0):
        return False
    layers[layer] = signs[:, None] * layers[layer][who]
    layers[layer + 1][:, :-1] = signs * layers[layer + 1][:, :-1][:, who]
    return True
