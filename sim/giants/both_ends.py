"""A streamed count on two cores: each end has a thread, and publishes where it is after every slice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sim.giants.stream import Stream, back_advanced, compile_kernels, front_advanced

SLICE = 4096
"""Blocks between two looks at whether to stop: some 30 ms of a core."""

THREADS = 2


class BothEnds:
    """Goes on with a stream, from `start` until the ends have met or `stop` is called.

    `seconds` is what the rows before have taken. What is published of an end is a value, and one end needs
    nothing of the other, so that `stream` is right whenever it is asked for.
    """

    def __init__(self, stream: Stream, seconds: float = 0.0) -> None:
        self._matrix, self._front, self._back = stream.matrix, stream.front, stream.back
        self._before = seconds
        self._began: float | None = None
        self._ended: float | None = None
        self._stopping, self._done = threading.Event(), threading.Event()
        self._errors: list[BaseException] = []

    @property
    def stream(self) -> Stream:
        """The count as it is now."""
        return Stream(self._matrix, self._front, self._back)

    @property
    def seconds(self) -> float:
        """What all rows have taken, those before with them, compilation left out."""
        if self._began is None:
            return self._before
        return self._before + (self._ended or time.perf_counter()) - self._began

    def start(self) -> None:
        """Begin, in threads that do not keep the process from ending."""
        threading.Thread(target=self._work, name="rows", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within the time; raises what a thread raised."""
        ended = self._done.wait(seconds)
        if self._errors:
            raise self._errors[0]
        return ended

    def stop(self, patience: float) -> None:
        """End after the slices that are under way; not waited for longer than the patience, in seconds.

        A compilation, before the first row, is not waited for.
        """
        self._stopping.set()
        if self._began is not None:
            self._done.wait(patience)

    def _work(self) -> None:
        """The front end, in this thread, and the back end in another one."""
        other = threading.Thread(target=self._guarded, args=[self._from_back], name="rows", daemon=True)
        self._guarded(compile_kernels)
        self._began = time.perf_counter()
        other.start()
        self._guarded(self._from_front)
        other.join()
        self._ended = time.perf_counter()
        self._done.set()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            self._errors.append(error)
            self._stopping.set()

    def _from_front(self) -> None:
        rows = -1
        while rows < self._front.rows and not self._stopping.is_set():
            rows = self._front.rows
            self._front = front_advanced(self._matrix, self._front, SLICE)

    def _from_back(self) -> None:
        rows = -1
        while rows < self._back.rows and not self._stopping.is_set():
            rows = self._back.rows
            self._back = back_advanced(self._matrix, self._back, SLICE)
