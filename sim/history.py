"""Bounded series: they hold a whole run, and halve their resolution when they are full."""

from __future__ import annotations

from sim.arrays import Floats, np
from sim.measure import TraceView
from sim.population import COLUMNS, spread_rows

CAPACITY = 2048


class PopulationTrace:
    """Five numbers over the walkers for every `stride` steps, `stride` a power of two.

    A row carries the number of its last step. Median and quantiles are those of that step; minimum and
    maximum are over all the steps of the row, so that halving the resolution never hides a spike.
    What it holds depends on the values alone, not on the pieces in which they came.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.stride, self._length, self._next = 1, 0, 0
        self._rows = np.empty((capacity, len(COLUMNS)))
        self._low, self._high = np.inf, -np.inf

    def extend(self, values: Floats) -> None:
        """Append the values (k, n) of n walkers at the next k steps; the first ever is step 0."""
        lows = np.fmin.reduce(values, axis=1, initial=np.inf)
        highs = np.where(np.isnan(values), np.inf, values).max(axis=1)
        start = 0
        while start < len(values):
            # Step 0 is a row of its own; from then on, rows end at the multiples of the stride.
            to_end = (-self._next) % self.stride + 1
            left = len(values) - start
            if left < to_end:
                self._low = min(self._low, lows[start:].min())
                self._high = max(self._high, highs[start:].max())
                self._next += left
                return
            full = min((left - to_end) // self.stride + 1, len(self._rows) - self._length)
            stop = start + to_end + (full - 1) * self.stride
            ends = np.arange(start + to_end, stop + 1, self.stride) - 1
            rows = spread_rows(values[ends])
            begins = np.concatenate(([start], ends[:-1] + 1))
            rows[:, 0] = np.minimum.reduceat(lows[:stop], begins)
            rows[:, -1] = np.maximum.reduceat(highs[:stop], begins)
            rows[0, 0], rows[0, -1] = min(rows[0, 0], self._low), max(rows[0, -1], self._high)
            self._rows[self._length : self._length + full] = rows
            self._length += full
            self._next += stop - start
            self._low, self._high = np.inf, -np.inf
            start = stop
            if self._length == len(self._rows):
                self._halve()

    def _halve(self) -> None:
        """Rows 1 and 2, 3 and 4, ... become one; row 0, the start, stays. A last odd one is reopened."""
        kept = self._rows[: self._length]
        pairs = (self._length - 1) // 2
        first, second = kept[1 : 1 + 2 * pairs : 2], kept[2 : 2 + 2 * pairs : 2]
        merged = second.copy()
        merged[:, 0] = np.minimum(first[:, 0], second[:, 0])
        merged[:, -1] = np.maximum(first[:, -1], second[:, -1])
        if self._length % 2 == 0:
            self._low, self._high = kept[-1, 0], kept[-1, -1]
        self._rows[1 : 1 + pairs] = merged
        self._length = 1 + pairs
        self.stride *= 2

    def view(self) -> TraceView:
        """A copy of what is held; rows stand for the steps (…, 2·stride, 3·stride, …) that end them."""
        steps = np.arange(self._length, dtype=np.int64) * self.stride
        return TraceView(COLUMNS, steps, self._rows[: self._length].copy(), self.stride)


class SampledTrace:
    """Rows taken now and then, each with its step; every second one goes when the series is full."""

    def __init__(self, columns: tuple[str, ...], capacity: int = CAPACITY) -> None:
        self.columns, self._length = columns, 0
        self._steps = np.empty(capacity, dtype=np.int64)
        self._rows = np.empty((capacity, len(columns)))

    def append(self, step: int, row: tuple[float, ...]) -> None:
        """Add a row of the columns; one at the last step held replaces it, an earlier one is passed over."""
        if self._length and step <= self._steps[self._length - 1]:
            if step == self._steps[self._length - 1]:
                self._rows[self._length - 1] = row
            return
        if self._length == len(self._steps):
            kept = (self._length + 1) // 2
            self._steps[:kept], self._rows[:kept] = self._steps[::2].copy(), self._rows[::2].copy()
            self._length = kept
        self._steps[self._length], self._rows[self._length] = step, row
        self._length += 1

    def view(self) -> TraceView:
        """A copy of what is held."""
        return TraceView(self.columns, self._steps[: self._length].copy(), self._rows[: self._length].copy())
