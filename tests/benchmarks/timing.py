"""Times that can be compared: taken in turn in one process, and medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Action = Callable[[], Any]
Clock = Callable[[], float]


def nothing() -> None:
    """The preparation of what needs none."""


def medians(
    actions: Mapping[str, Action],
    repetitions: int,
    *,
    prepare: Mapping[str, Action] | None = None,
    clock: Clock = time.perf_counter,
) -> dict[str, float]:
    """Median seconds of each action, taken in turn (A B A B ...) after one round that does not count.

    `prepare` holds what is done before an action, outside its time. The clock `time.thread_time` counts
    what the action takes from one core, whatever else the machine does; it suits work in this thread alone.
    """
    times: dict[str, list[float]] = {name: [] for name in actions}
    for repetition in range(repetitions + 1):
        for name, action in actions.items():
            (prepare or {}).get(name, nothing)()
            began = clock()
            action()
            seconds = clock() - began
            if repetition:
                times[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def per(seconds: Mapping[str, float], count: float, unit: float, suffix: str) -> dict[str, float]:
    """The same times for one of `count` things, in units of `unit` seconds, the unit in the name."""
    return {f"{name}_{suffix}": value / count / unit for name, value in seconds.items()}
