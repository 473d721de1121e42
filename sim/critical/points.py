"""Critical points, as they are collected: duplicates are merged, and how often each was found is counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.arrays import Flags, Floats, Integers, np

SAME = 1e-5
"""Points nearer than this share of the landscape's length in every coordinate are one."""

UNKNOWN = -1
"""The index of a point whose Hessian is too large to count its signs."""


GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)
"""Its multiples, modulo 1, are spread evenly and never repeat."""


@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """Points where the gradient vanishes, each once; k of them, in the order in which they were found.

    `positions` (k, d), `values` (k,) and `gradient_norms` (k,), what is left of the gradient. `indices` (k,)
    are the numbers of directions that curve down, -1 where they could not be counted, and `exact` says
    whether they are counted and not estimated. `first` (k,) is the number of the start that found each,
    `found` (k,) how many did. Not `isolated` (k,) are those with a flat direction: they may be part of a
    valley of critical points, are located less well, and are merged only where they coincide. Not `inside`
    (k,) are those out of the box where walkers start. Of `starts` starts, `failed` ended nowhere.
    """

    positions: Floats
    values: Floats
    gradient_norms: Floats
    indices: Integers
    first: Integers
    isolated: Flags
    found: Integers
    inside: Flags
    directions: int
    starts: int
    failed: int
    method: str
    exact: bool = True

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.values)

    @property
    def counts(self) -> Integers:
        """How many isolated points (directions + 1,) have each index."""
        return np.bincount(self.indices[self.counted], minlength=self.directions + 1)

    @property
    def counted(self) -> Flags:
        """Which points (k,) are isolated and of a known index."""
        known: Flags = self.isolated & (self.indices != UNKNOWN)
        return known


class Find(NamedTuple):
    """One point as it is found: its loss, |∇f|, index, and which start it was; see `CriticalPoints`."""

    value: float
    slope: float
    falling: int
    start: int
    isolated: bool = True


def columns(finds: Sequence[Find]) -> tuple[Floats, Floats, Integers, Integers, Flags]:
    """Values, gradient norms, indices, first starts, and which are isolated, (k,) each."""
    value, slope, falling, start, isolated = zip(*finds, strict=True) if finds else ((),) * 5
    return (
        np.array(value, dtype=np.float64),
        np.array(slope, dtype=np.float64),
        np.array(falling, dtype=np.int64),
        np.array(start, dtype=np.int64),
        np.array(isolated, dtype=bool),
    )


class Collection:
    """Points that are merged as they come: positions (n, k), modulo `period` where there is one (0: none).

    Each has a key, a sum over its coordinates that points cannot share without being near one another or an
    unlikely accident: only points of nearly the same key are compared.
    """

    def __init__(self, numbers: int, tolerance: float, period: float = 0.0) -> None:
        self.tolerance, self.period = tolerance, period
        self.positions = np.empty((0, numbers))
        self.found = np.empty(0, dtype=np.int64)
        self._weights = 0.5 + GOLDEN * np.arange(numbers) % 1.0
        steepest = math.tau / period if period else 1.0
        self._slack = 2.0 * tolerance * steepest * float(self._weights.sum())
        self._keys, self._order = np.empty(0), np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        """How many different points there are."""
        return len(self.positions)

    def add(self, x: Floats) -> Integers:
        """Count the points x (n, k) in, and say which of them (m,) are new, each where it came first."""
        keys = self._key(x)
        known = self._known(x, keys)
        np.add.at(self.found, known[known >= 0], 1)
        left = np.flatnonzero(known < 0)
        left = left[np.argsort(keys[left], kind="stable")]
        new: list[tuple[int, int]] = []
        for group in np.split(left, np.flatnonzero(np.diff(keys[left]) > self._slack) + 1):
            while len(group):
                same = self._same(x[group] - x[group[0]])
                new.append((int(group[same].min()), int(np.count_nonzero(same))))
                group = group[~same]
        rows, times = np.array(sorted(new), dtype=np.int64).reshape(-1, 2).T
        self.positions = np.concatenate((self.positions, x[rows]))
        self.found = np.concatenate((self.found, times))
        self._order = np.argsort(self._key(self.positions), kind="stable")
        self._keys = self._key(self.positions)[self._order]
        return rows

    def _key(self, x: Floats) -> Floats:
        """The keys (n,) of x (n, k)."""
        turned = np.cos(math.tau / self.period * x) if self.period else x
        keys: Floats = turned @ self._weights
        return keys

    def _known(self, x: Floats, keys: Floats) -> Integers:
        """Which of the points that there are each of x (n, k) is (n,), or -1."""
        first = np.searchsorted(self._keys, keys - self._slack)
        last = np.searchsorted(self._keys, keys + self._slack, side="right")
        known = np.full(len(x), -1)
        for ahead in range(int(np.max(last - first, initial=0))):
            rows = np.flatnonzero((known < 0) & (first + ahead < last))
            places = self._order[first[rows] + ahead]
            same = self._same(x[rows] - self.positions[places])
            known[rows[same]] = places[same]
        return known

    def _same(self, apart: Floats) -> Flags:
        """Which differences (n, k) are those of one point from itself."""
        if self.period:
            apart = apart - self.period * np.rint(apart / self.period)
        near: Flags = np.all(np.abs(apart) <= self.tolerance, axis=1)
        return near
