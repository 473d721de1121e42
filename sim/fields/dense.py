"""Waves whose frequencies (M, d) are stored: independent normals, or those of a torus."""

from __future__ import annotations

import math

from sim.arrays import Floats, Keys, np
from sim.fields.waves import slopes_of_waves
from sim.kernel import inline
from sim.rng import fill_normal, fill_uniform

TILE = 256
"""Features at a time: their frequencies are read from memory once for both products."""

TAIL = 8.7
"""Standard deviations beyond which a frequency has less than 2⁻⁵³ of the probability."""


@inline
def dense_waves(
    x: Floats, phases: Floats, frequencies: Floats, height: float, value: Floats, gradient: Floats
) -> None:
    """Adds the waves at x (n, d) to value (n,) and gradient (n, d), by two matrix products."""
    n, d = x.shape
    features = len(phases)
    part = np.empty((n, d))
    for first in range(0, features, TILE):
        last = min(first + TILE, features)
        turns = np.dot(x, frequencies[first:last].T)
        for i in range(n):
            value[i] += slopes_of_waves(turns[i], phases[first:last], height)
        np.dot(turns, frequencies[first:last], part)
        for i in range(n):
            for j in range(d):
                gradient[i, j] += part[i, j]


def hessian_of_waves(frequencies: Floats, weights: Floats) -> Floats:
    """Wᵀ diag(weights) W for frequencies W (M, a), exactly symmetric, by a²M/2 multiplications."""
    matrix = np.zeros((frequencies.shape[1],) * 2)
    for first in range(0, len(weights), TILE):  # a tile at a time: nothing of the size of W is copied
        tile, weight = frequencies[first : first + TILE], weights[first : first + TILE, None]
        # NumPy takes AᵀA through a symmetric product, half the work of a general one. NaN goes on by `down`.
        rising = weight[:, 0] > 0.0
        up, down = tile[rising] * np.sqrt(weight[rising]), tile[~rising] * np.sqrt(-weight[~rising])
        matrix += up.T @ up
        matrix -= down.T @ down
    return matrix


def draw_normal(keys: Keys, length_scale: float, phases: Floats, frequencies: Floats) -> None:
    """Phases (M,) and frequencies (M, d), in turns: row m from keys[m], so that fields nest in d."""
    _draw_phases(keys, phases)
    fill_normal(keys, 1, frequencies)
    frequencies /= math.tau * length_scale


def draw_periodic(
    keys: Keys, length_scale: float, period: float, phases: Floats, frequencies: Floats
) -> None:
    """The same on a torus: whole numbers of turns k a period, with probability ∝ exp(−(2πkl/P)²/2)."""
    _draw_phases(keys, phases)
    fill_uniform(keys, 1, 0.0, 1.0, frequencies)
    width = period / (math.tau * length_scale)
    most = math.ceil(TAIL * width)
    whole = np.arange(-most, most + 1)
    below = np.cumsum(np.exp(-0.5 * (whole / width) ** 2))
    below /= below[-1]
    for row in frequencies:
        row[:] = whole[np.searchsorted(below, row, side="right")] / period


def _draw_phases(keys: Keys, phases: Floats) -> None:
    drawn = np.empty((len(keys), 1))
    fill_uniform(keys, 0, 0.0, 1.0, drawn)
    phases[:] = drawn[:, 0]
