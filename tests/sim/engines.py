"""An engine for the time of a test. Nothing sleeps for luck: a condition is waited for, up to a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sim import Experiment
from sim.commands import Command
from sim.engine import Engine
from sim.snapshot import Snapshot
from sim.trail import Trail

DEADLINE = 60.0
"""Seconds after which a condition will not come true any more, on the slowest machine."""

Condition = Callable[[Snapshot], bool]


def shown(snapshot: Snapshot) -> str:
    """A snapshot without its series."""
    readings = {name: getattr(reading, "step", None) for name, reading in snapshot.readings.items()}
    return f"step {snapshot.step}, {snapshot.phase}, {snapshot.notice!r}, readings at steps {readings}"


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
                assert not snapshot.notice.startswith("the engine failed"), snapshot.notice
            threading.Event().wait(0.002)
        raise AssertionError(f"the engine did not get there; last seen: {last and shown(last)}")

    def wait_for_silence(self, *measures: str) -> None:
        """Ask for these measures until, 20 times in a row, there is nothing new to show."""
        deadline, quiet = time.monotonic() + DEADLINE, 0
        while quiet < 20:
            assert time.monotonic() < deadline, "the engine never falls silent"
            self.want(measures)
            threading.Event().wait(0.005)
            quiet = 0 if self.take() else quiet + 1


@contextmanager
def running(
    experiment: Experiment,
    pace: float | None = None,
    trail: Trail | None = None,
    first: Command | None = None,
) -> Iterator[Watched]:
    """A started engine, which ends with the block; where there is a `first` command, it begins with that."""
    engine = Watched(experiment, pace, trail)
    if first:
        engine.send(first)
    engine.start()
    try:
        yield engine
    finally:
        assert engine.stop(DEADLINE)
