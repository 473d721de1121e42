"""How many steps are due: as many as the machine gives, or so many a second."""

from __future__ import annotations

import time
from collections import deque

CHUNK_SECONDS = 0.015
"""How long the walkers move before the engine looks up again."""

LATE_SECONDS = 0.25
"""A paced run that falls further behind than this does not catch up."""

WINDOW_SECONDS = 1.0
"""The speed that is shown is the mean over about this long."""


class Clock:
    """Turns a pace (steps a second, None for no limit) into chunks of steps, and measures the speed."""

    def __init__(self, pace: float | None = None) -> None:
        self.pace = pace
        self._last = 0.0
        self.restart(0)

    def aim(self, pace: float | None, step: int) -> None:
        """Another pace from now on."""
        self.pace = pace
        self.restart(step)

    def restart(self, step: int) -> None:
        """Count from this step and this moment: after a pause, a rewind, another experiment.

        What a step costs is learnt anew: a chunk that was short for one landscape can be hours for another.
        """
        self._chunk = 1.0
        self._count_from(step)
        self._seen: deque[tuple[float, int]] = deque([(self._origin, step)])

    def due(self, step: int) -> int:
        """How many steps to take now: what is owed, and never more than a chunk."""
        chunk = max(1, int(self._chunk))
        if self.pace is None:
            return chunk
        if self.wait(step) > 0.0:
            return 0
        owed = self._owed(self.pace, step)
        if owed > 1.0 + LATE_SECONDS * self.pace:
            self._count_from(step)
            return 1
        return min(int(owed), chunk)

    def wait(self, step: int) -> float:
        """Seconds until steps are due.

        A fast pace collects some into a chunk: each chunk has to get the interpreter's lock from the
        thread that draws.
        """
        if self.pace is None:
            return 0.0
        owed = self._owed(self.pace, step)
        if owed >= self._chunk:
            return 0.0
        next_chunk = self._last + CHUNK_SECONDS - time.perf_counter()
        return max(0.0, next_chunk, (1.0 - owed) / self.pace)

    def took(self, steps: int, seconds: float, step: int) -> None:
        """Learn from a chunk that `steps` steps took `seconds`, and led to `step`."""
        if steps == 0:
            return
        fitting = steps * CHUNK_SECONDS / max(seconds, 1e-6)
        self._chunk = max(1.0, min(fitting, 2.0 * self._chunk))
        now = self._last = time.perf_counter()
        self._seen.append((now, step))
        while len(self._seen) > 2 and self._seen[1][0] < now - WINDOW_SECONDS:
            self._seen.popleft()

    def speed(self) -> float:
        """Steps a second over the last second or so; 0 before there is anything to measure."""
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended > began else 0.0

    def _count_from(self, step: int) -> None:
        self._origin, self._first = time.perf_counter(), step

    def _owed(self, pace: float, step: int) -> float:
        return (time.perf_counter() - self._origin) * pace - (step - self._first)
