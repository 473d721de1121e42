"""Matrices that are streamed a little at a time, for whoever looks on: how far each is, and how it went.

What was streamed is kept, so that a look goes on where the last one ended.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from sim.arrays import Floats, np
from sim.giants.laws import expected_in_back, negative_in_front
from sim.giants.stream import Matrix, Stream, advanced

CLOSER = 8
"""A point on the way is kept once there are an eighth more rows than at the last one, some 250 in all."""

KEPT = 8
"""So many matrices are kept, for those who come back to one, and as many that have come farthest."""

PART = 0.25
"""Rows are streamed for this share of the time that is left, before the clock is looked at again."""

TOLD = 1e-3
"""Seconds that rows must have taken before they say how long one takes."""

AWAY = 10.0
"""Who comes back after more than so many times what the last rows took was away, and not only resting."""


@dataclass(frozen=True, eq=False)
class Trail:
    """Points on the way through a matrix: after `rows` (k,), how many pivots of both ends together were
    negative, `counted` (k,), and how many were `expected` (k,). The pivots in front count eigenvalues of the
    leading blocks of `sizes` (k,): `counted_in_front` (k,), with the mean `expected_in_front` (k,) and the
    standard deviation `spreads` (k,) of such a count.
    """

    rows: Floats
    counted: Floats
    expected: Floats
    sizes: Floats
    counted_in_front: Floats
    expected_in_front: Floats
    spreads: Floats


class UnderWay:
    """One matrix, and how its rows went by; who lets it go on holds the `lock`.

    `nanoseconds` is what a row takes, and `pace` the seconds from one to the next with all that was waited
    for; None until that is known.
    """

    def __init__(self, matrix: Matrix) -> None:
        self.lock = threading.Lock()
        self.stream: Stream = Stream(matrix)
        self.nanoseconds: float | None = None
        self.pace: float | None = None
        self._points: list[tuple[float, ...]] = []
        self._blocks, self._block, self._ended = 0, 1, -math.inf
        self._seconds_a_block = 0.0

    @property
    def left(self) -> int:
        """How many rows are to come."""
        return self.stream.matrix.dim - self.stream.rows

    @property
    def counted(self) -> int:
        """How many pivots were negative so far, and of a whole matrix, how many eigenvalues are."""
        stream = self.stream
        return stream.counts()[0] if stream.finished else stream.front.below + stream.back.below

    @property
    def trail(self) -> Trail:
        """The points that were kept, and where the stream is now."""
        points = self._points if self._points[-1][0] == self.stream.rows else [*self._points, self._point()]
        return Trail(*np.array(points).T)

    def go_on(self, rows: float, seconds: float = math.inf) -> None:
        """For about so many rows and seconds, one block of each end at least, or to the end of the matrix.

        How many blocks have time is known from the last ones, whatever else kept the machine busy.
        """
        began = ended = time.perf_counter()
        first = self.stream.rows
        end = first + max(1, int(min(rows, self.left)))
        while not self.stream.finished and self.stream.rows < end:
            in_time, wanted = self._in(began + seconds - ended), (end - self.stream.rows) // self._block
            self._some(max(1, min(self._blocks // CLOSER + 1, wanted, in_time)))
            ended = time.perf_counter()
            if ended - began >= seconds:
                break
        if self.stream.rows == first or self.nanoseconds is None:
            return
        waited, took = ended - self._ended, ended - began
        self.pace = (waited if waited < AWAY * took else took) / (self.stream.rows - first)
        self._ended = ended

    def _in(self, seconds: float) -> int:
        """How many blocks of each end take a part of so many seconds."""
        if seconds == math.inf or not self._seconds_a_block:
            return self.left
        return int(PART * seconds / self._seconds_a_block)

    def _some(self, blocks: int) -> None:
        """So many blocks of each end."""
        began, before = time.perf_counter(), self.stream.rows
        self.stream = advanced(self.stream, blocks)
        took, rows = time.perf_counter() - began, self.stream.rows - before
        if self._blocks:  # the first ones wait for a compilation
            self._seconds_a_block = took / blocks
            if took > TOLD:
                self.nanoseconds = 1e9 * took / rows
        self._blocks, self._block = self._blocks + blocks, max(1, rows // blocks)
        if not self._points or CLOSER * self.stream.rows >= (CLOSER + 1) * self._points[-1][0]:
            self._points.append(self._point())

    def _point(self) -> tuple[float, ...]:
        """One of each of the arrays of a trail."""
        (dim, shift), front, back = self._of, self.stream.front, self.stream.back
        size, in_front = (dim, self.counted) if self.stream.finished else (front.rows, front.below)
        law = negative_in_front(dim, shift, size)
        behind = 0.0 if size == dim else expected_in_back(dim, shift, back.rows)
        expected = law.mean + behind
        return (
            self.stream.rows, self.counted, expected,
            size, in_front, law.mean, law.standard_deviation,
        )  # fmt: skip

    @property
    def _of(self) -> tuple[int, float]:
        return self.stream.matrix.dim, self.stream.matrix.shift


_streams: OrderedDict[Matrix, UnderWay] = OrderedDict()
_lock = threading.Lock()


def under_way(matrix: Matrix) -> UnderWay:
    """The same one for whoever asks for this matrix again."""
    with _lock:
        found = _streams.setdefault(matrix, UnderWay(matrix))
        _streams.move_to_end(matrix)
        while len(_streams) > 2 * KEPT:
            del _streams[min(list(_streams)[:-KEPT], key=lambda other: _streams[other].stream.rows)]
        return found


def rows_left(matrix: Matrix) -> int:
    """How many rows of a matrix are to come."""
    with _lock:
        return _streams[matrix].left if matrix in _streams else matrix.dim
