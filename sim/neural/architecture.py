"""How large a network is, and how large its weights are at the start."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from sim.arrays import Floats, np
from sim.neural.activations import ACTIVATIONS, MOMENTS
from sim.neural.kernels import HEAD
from sim.neural.objectives import OBJECTIVES

Widths = tuple[int, ...]
"""How many neurons a layer has, from the inputs to the outputs."""


def weight_count(widths: Sequence[int]) -> int:
    """All weights and biases."""
    return sum((below + 1) * above for below, above in pairwise(widths))


def fitted(dim: int, widths: Widths, most: int) -> Widths:
    """Widths with hidden layers in the same proportions, up to `most`, whose weights are nearest to `dim`."""
    first, *hidden, last = widths
    widest = max(hidden)

    def scaled(width: int) -> Widths:
        return (first, *(max(1, round(each * width / widest)) for each in hidden), last)

    if weight_count(widths) == dim:
        return widths
    above = bisect_right(range(1, most + 1), dim, key=lambda width: weight_count(scaled(width))) + 1
    near = (scaled(width) for width in (above - 1, above) if 1 <= width <= most)
    return min(near, key=lambda found: abs(weight_count(found) - dim))


def spreads(widths: Sequence[int], activation: str) -> tuple[float, ...]:
    """The standard deviation of the weights and biases of each layer (L,) at the start: 1/√fan-in.

    So each layer hands on signals of about the size that it is given (LeCun et al. 1998); of ReLUs half are
    silent, and what they feed starts √2 as large (He et al. 2015).
    """
    gains = [1.0] + [math.sqrt(2.0) if activation == "relu" else 1.0] * (len(widths) - 2)
    return tuple(gain / math.sqrt(below) for gain, below in zip(gains, widths, strict=False))


def largest_curvature(
    widths: Sequence[int], activation: str, multipliers: Sequence[float], largest: float
) -> float:
    """About the largest eigenvalue of E ∇a ∇aᵀ at the start, a being an answer, divided by their number.

    `largest` is that of the inputs' second moments. A layer's share of it is about that of what feeds the
    layer, times the square of what it does to the answers. What a layer feeds has a mean, the same for all
    examples, and a part that is linear in what it is fed; random weights multiply squares by their gain.
    """
    moments, signal = MOMENTS[activation], largest
    signals, gains = [], []
    for spread, (below, above) in zip(spreads(widths, activation), pairwise(widths), strict=True):
        signals.append(1.0 + signal)
        gains.append(spread * spread * (below + above))
        signal = above * moments.mean**2 + moments.slope**2 * gains[-1] * signals[-1]
    total, back = 0.0, 1.0 / widths[-1]
    for multiplier, fed, gain in zip(reversed(multipliers), reversed(signals), reversed(gains), strict=True):
        total += multiplier * multiplier * back * fed
        back *= moments.square_slope * gain
    return total


def for_each_weight(widths: Sequence[int], values: Sequence[float]) -> Floats:
    """The value of each layer (L,) for every weight and bias of it (d,)."""
    counts = [(below + 1) * above for below, above in pairwise(widths)]
    return np.repeat(np.asarray(values, dtype=np.float64), counts)


def packed(
    objective: str,
    activation: str,
    batch: int,
    widths: Sequence[int],
    multipliers: Sequence[float],
    inputs: Floats,
    targets: Floats,
) -> Floats:
    """The flat array that the kernels read: a head, inputs (m, widths[0]) and targets (m, widths[-1])."""
    head = (OBJECTIVES.index(objective), ACTIVATIONS.index(activation), batch, len(inputs), len(multipliers))
    return np.concatenate((head, widths, multipliers, inputs.ravel(), targets.ravel()), dtype=np.float64)


def packed_numbers(examples: int, widths: Sequence[int]) -> float:
    """How many numbers `packed` returns."""
    return HEAD + 2.0 * len(widths) - 1.0 + float(examples) * (widths[0] + widths[-1])
