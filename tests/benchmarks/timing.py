"""Times that can be compared: taken in turn in one run, and medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Action = Callable[[], Any]
Timer = Callable[[], float]
"""Does something and says how many seconds it took."""


def timed(
    action: Action, *, before: Action = lambda: None, clock: Callable[[], float] = time.perf_counter
) -> Timer:
    """A timer of an action; what is done `before` it does not count."""

    def timer() -> float:
        before()
        began = clock()
        action()
        return clock() - began

    return timer


def of_one_core(action: Action, *, before: Action = lambda: None) -> Timer:
    """A timer of what an action that stays in this thread takes from its core, whatever else goes on."""
    return timed(action, before=before, clock=time.thread_time)


def medians(timers: Mapping[str, Timer], repetitions: int) -> dict[str, float]:
    """Median seconds of each timer, taken in turn (A B A B ...) after one round that does not count."""
    rounds = [{name: timer() for name, timer in timers.items()} for _ in range(repetitions + 1)]
    return {name: statistics.median(one[name] for one in rounds[1:]) for name in timers}


def per(seconds: Mapping[str, float], count: float, unit: float, suffix: str) -> dict[str, float]:
    """The same times for one of `count` things, in units of `unit` seconds, the unit in the name."""
    return {f"{name}_{suffix}": value / count / unit for name, value in seconds.items()}
