"""An engine for the time of a test. Nothing sleeps for luck: a condition is waited for, up to a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sim import Experiment
from sim.engine import Engine
from sim.snapshot import Snapshot

DEADLINE = 60.0
"""Seconds after which a condition will not come true any more, on the slowest machine."""

Condition = Callable[[Snapshot], bool]


class Watched(Engine):
    """An engine that a test can wait for."""

    def wait_for(self, condition: Condition, *measures: str) -> Snapshot:
        """Ask for these measures, as a screen does, until a snapshot fulfils the condition."""
        deadline, last = time.monotonic() + DEADLINE, None
        while time.monotonic() < deadline:
            self.want(measures)
            snapshot = self.take()
            if snapshot is not None:
                last = snapshot
                if condition(snapshot):
                    return snapshot
            threading.Event().wait(0.002)
        raise AssertionError(f"the engine did not get there; last seen: {last}")


@contextmanager
def running(experiment: Experiment, pace: float | None = None) -> Iterator[Watched]:
    """A started engine, which ends with the block."""
    engine = Watched(experiment, pace)
    engine.start()
    try:
        yield engine
    finally:
        assert engine.stop(DEADLINE)
