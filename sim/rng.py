"""Counter-based random numbers: Philox-4x32-10 (Salmon et al., SC 2011).

A draw is a function of (key, step, index), never of what was drawn before. So a walker's numbers do not
depend on threads, chunks or the other walkers, the first walkers of a larger population are the same
walkers, and a field in three dimensions has the same features in its first two as in two dimensions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sim.arrays import Floats, Keys, np
from sim.kernel import BLOCK, KEYS, inline, kernel
from sim.numerics import log_of_unit, sin_cos_turns

if TYPE_CHECKING:
    from typing import TypeAlias

    Word: TypeAlias = np.uint64

_MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15


class Stream(IntEnum):
    """What a random number is for; streams never share a key."""

    STARTS = 1
    GRADIENT = 2
    LANDSCAPE = 3
    UPDATE = 4
    GRAFT = 5
    PROBES = 6
    SAMPLES = 7
    WALLS = 8
    CRITICAL = 9
    GIANTS = 10
    DRAWN = 11
    MAPS = 12


def _mixed(z: int) -> int:
    """SplitMix64's finaliser, a bijection of 64-bit integers that spreads every bit (Steele et al. 2014)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def stream_keys(seed: int, stream: Stream, count: int) -> Keys:
    """The 64-bit keys (count,) of one stream: distinct within it, and a function of seed and row alone."""
    base = np.uint64(_mixed((_mixed(seed & _MASK) + int(stream) * _GOLDEN) & _MASK))
    z = base + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inline
def philox(key: Word, step: Word, index: Word) -> tuple[Word, Word]:
    """128 random bits, as two unsigned 64-bit integers, for a 64-bit key and a counter (step, index)."""
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    a, b = index & low, index >> half
    c, d = step & low, step >> half
    k0, k1 = key & low, key >> half
    for _ in range(10):
        p = np.uint64(0xD2511F53) * a
        q = np.uint64(0xCD9E8D57) * c
        a, b, c, d = (q >> half) ^ b ^ k0, q & low, (p >> half) ^ d ^ k1, p & low
        k0 = (k0 + np.uint64(0x9E3779B9)) & low
        k1 = (k1 + np.uint64(0xBB67AE85)) & low
    return a | (b << half), c | (d << half)


@inline
def unit(bits: Word) -> float:
    """A double in [0, 1) from the top 53 of 64 random bits."""
    return np.float64(bits >> np.uint64(11)) * 2.0**-53


@inline
def normal_pair(key: Word, step: Word, index: Word) -> tuple[float, float]:
    """Two independent standard normals (Box and Muller 1958), up to 8.57 standard deviations."""
    first, second = philox(key, step, index)
    radius = np.sqrt(-2.0 * log_of_unit(unit(first) + 2.0**-53))
    sine, cosine = sin_cos_turns(unit(second))
    return radius * cosine, radius * sine


NOISE, DIRECTIONS = 0, 1 << 62
"""Where the indices of a row begin, so that two uses of the same keys at the same step are independent."""


@inline
def fill_row(key: Word, step: int, first: int, row: Floats) -> None:
    """`row` (d,) gets the draws of one key at `step`, standard normal, from the index `first` on."""
    count = np.uint64(len(row))
    for k in range(count >> np.uint64(1)):
        j = np.uint64(2) * np.uint64(k)  # an index without a sign needs no test that it is not from the end
        row[j], row[j + np.uint64(1)] = normal_pair(key, np.uint64(step), np.uint64(first) + np.uint64(k))
    if count & np.uint64(1):
        last = count >> np.uint64(1)
        row[count - np.uint64(1)] = normal_pair(key, np.uint64(step), np.uint64(first) + last)[0]


@kernel(f"void({KEYS}, i8, f8, f8, {BLOCK})")
def fill_uniform(keys: Keys, step: int, low: float, high: float, out: Floats) -> None:
    """Row i of `out` (n, d) gets the draws of keys[i] at `step`, uniform in [low, high)."""
    for i in range(out.shape[0]):
        for j in range(0, out.shape[1], 2):
            first, second = philox(keys[i], np.uint64(step), np.uint64(j >> 1))
            out[i, j] = low + (high - low) * unit(first)
            if j + 1 < out.shape[1]:
                out[i, j + 1] = low + (high - low) * unit(second)


@kernel(f"void({KEYS}, i8, {BLOCK})")
def fill_normal(keys: Keys, step: int, out: Floats) -> None:
    """Row i of `out` (n, d) gets the draws of keys[i] at `step`, standard normal."""
    for i in range(out.shape[0]):
        fill_row(keys[i], step, NOISE, out[i])
