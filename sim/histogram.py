"""Histograms over limits that move rarely, of values that stand for themselves or for many."""

from __future__ import annotations

import math

from sim.arrays import Floats, np
from sim.parameters import neighbour

PARTS = 10
"""Limits are multiples of a step 1, 2, 5 × 10^k of which at most so many cover the values."""


def round_limits(low: float, high: float) -> tuple[float, float]:
    """Round numbers about all from `low` to `high`, which stay while the values move a little."""
    size = max(abs(low), abs(high))
    if high - low <= 1e-9 * size or size == 0.0:  # one value: room about it
        room = 0.5 * size or 1.0
        low, high = low - room, high + room
    step = neighbour((high - low) / PARTS * (1.0 - 2e-9), up=True)
    return step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)


def counted(values: Floats, edges: Floats) -> Floats:
    """How many of the values (k,) lie between the increasing edges (b + 1,): (b,), the last edge included."""
    return np.histogram(values, edges)[0].astype(np.float64)


def spread_out(values: Floats, weights: Floats, widest: float, edges: Floats) -> Floats:
    """Weights (k,) of ascending values (k,), each spread evenly about its value, between the edges: (b,).

    It reaches halfway to its neighbours, but no further than half of `widest`, and not beyond the first and
    the last value. So the nodes of a quadrature look like the density that they stand for.
    """
    halfway = np.minimum(0.5 * np.diff(values), 0.5 * widest)
    first, last = values - np.append(0.0, halfway), values + np.append(halfway, 0.0)
    width = last - first
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((edges[:, None] - first) / width, 0.0, 1.0)
    share = np.where(width > 0.0, share, edges[:, None] > values)
    share[-1] = 1.0
    found: Floats = np.diff(share @ weights)
    return found
