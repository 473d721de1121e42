"""Readings for a screen: quick ones at once, slow ones in threads beside the engine, on copies."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.blas import one_blas_thread
from sim.measure import Measure
from sim.registry import MEASURES

if TYPE_CHECKING:
    from sim.simulation import Simulation

QUICK_SECONDS, QUICK_WORK = 0.010, 2e7
"""What took longer the last time, or will take more multiplications, is computed beside the engine."""

WORK = 1e10
"""About how many multiplications a reading may take, so that none keeps the others waiting for seconds."""

LOOK = 0.25
"""Seconds after which a reading that goes on later stops, however busy the machine is."""

REST = 2.0
"""After a slow reading its measure rests for so many times as long, so that the walkers keep their core."""

Mark = tuple[int, int, int, int]
"""When a reading is of: epoch, version, step, and the walker that was looked at closely."""

Wanted = tuple[object, str]
"""The identity of a cohort's walkers and the name of a measure: cohorts move up when one is removed."""


@dataclass(frozen=True, eq=False)
class _Job:
    wanted: Wanted
    measure: Measure[Any, Any]
    inputs: Any
    mark: Mark
    collecting: float


@dataclass(frozen=True, eq=False)
class _Done:
    """A reading, or in its place the exception that measuring raised."""

    wanted: Wanted
    reading: Any
    mark: Mark
    seconds: float


class Beside:
    """Keeps the newest reading of every wanted measure; at most one of a kind is in flight.

    One thread computes what is costly, one the rest, which need not wait for that. What is no longer wanted
    when its turn comes is left. Owned by the engine's thread. `failure` says what went wrong with the last
    measure that raised.
    """

    def __init__(self) -> None:
        self._readings: dict[Wanted, Any] = {}
        self._marks: dict[Wanted, Mark] = {}
        self._seconds: dict[str, float] = {}
        self._quick: set[str] = set()
        self._rest_until: dict[Wanted, float] = {}
        self._busy: set[Wanted] = set()
        self._wished: frozenset[Wanted] = frozenset()
        self._lanes: dict[bool, queue.SimpleQueue[_Job | None]] = {}  # by whether they are costly
        self._done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
        self._left: queue.SimpleQueue[Wanted] = queue.SimpleQueue()
        self._identities: list[object] = []
        self.failure = ""

    def read(
        self,
        simulation: Simulation,
        names: Collection[str],
        chosen: int = 0,
        walker: int = 0,
        *,
        moving: bool = True,
    ) -> list[dict[str, Any]]:
        """The readings of these measures that there are, cohort by cohort, as new as without waiting.

        No measure rests while no walkers are `moving` that could do with its core.
        """
        self._forget_others([walkers.identity for walkers in simulation.cohorts])
        self._busy.difference_update(_taken(self._left))
        for done in _taken(self._done):
            self._keep(simulation, done)
        wanted = [
            (identity, name)
            for name in names
            for place, identity in enumerate(self._identities)
            if place == chosen or not MEASURES[name].of_chosen
        ]
        self._wished = frozenset(wanted)
        # What was slow before goes last: a thread takes one after the other.
        for entry in sorted(wanted, key=lambda entry: (self._seconds.get(entry[1], 0.0), entry[1])):
            focus = min(walker, simulation.experiment.walkers - 1) if MEASURES[entry[1]].follows else 0
            mark = (simulation.epoch, simulation.version, simulation.step, focus)
            if moving and time.perf_counter() < self._rest_until.get(entry, 0.0):
                continue
            if (self._marks.get(entry) != mark or self._unfinished(entry)) and entry not in self._busy:
                self._measure(simulation, entry, mark)
        return [
            {name: self._readings[identity, name] for name in names if (identity, name) in self._readings}
            for identity in self._identities
        ]

    def _unfinished(self, wanted: Wanted) -> bool:
        """Whether the newest reading is one that goes on while the walkers stand still."""
        return wanted in self._readings and MEASURES[wanted[1]].unfinished(self._readings[wanted])

    def close(self) -> None:
        """Nobody will read any more: what is queued is left, and the threads end with what they are at."""
        self._forget_others([])
        self._wished = frozenset()
        for jobs in self._lanes.values():
            jobs.put(None)

    def _forget_others(self, identities: list[object]) -> None:
        """Keep what is known of these walkers alone; of walkers that all began anew, nothing is known."""
        if identities == self._identities:
            return
        if not set(identities) & set(self._identities):
            self._quick.clear()
        self._identities = identities
        self._busy = {entry for entry in self._busy if entry[0] in identities}
        for memory in (self._readings, self._marks, self._rest_until):
            for entry in [entry for entry in memory if entry[0] not in identities]:
                del memory[entry]

    def _measure(self, simulation: Simulation, wanted: Wanted, mark: Mark) -> None:
        identity, name = wanted
        measure, began = MEASURES[name], time.perf_counter()
        try:
            inputs = measure.collect(simulation.state(self._identities.index(identity), WORK, LOOK, mark[-1]))
        except Exception as error:  # noqa: BLE001 - shown to the person at the screen
            self._keep(simulation, _Done(wanted, error, mark, time.perf_counter() - began))
            return
        collecting = time.perf_counter() - began
        job, costly = _Job(wanted, measure, inputs, mark, collecting), measure.work(inputs) > QUICK_WORK
        if measure.recorded or (name in self._quick and not costly and not measure.sliced):
            self._keep(simulation, _measured(job))
        else:
            self._busy.add(wanted)
            self._lane(costly and not measure.sliced).put(job)

    def _keep(self, simulation: Simulation, done: _Done) -> None:
        self._busy.discard(done.wanted)
        identity, name = done.wanted
        if identity not in self._identities:
            return
        self._marks[done.wanted], self._seconds[name] = done.mark, done.seconds
        if done.seconds <= QUICK_SECONDS:
            self._quick.add(name)
        else:
            self._quick.discard(name)
            self._rest_until[done.wanted] = time.perf_counter() + REST * done.seconds
        try:
            if isinstance(done.reading, Exception):
                raise done.reading
            simulation.record(name, done.reading, self._identities.index(identity))
            self._readings[done.wanted] = done.reading
        except Exception as error:  # noqa: BLE001 - shown to the person at the screen
            self.failure = f"{name} could not be measured: {error!r}"

    def _lane(self, costly: bool) -> queue.SimpleQueue[_Job | None]:
        """What the thread for such readings takes its jobs from; it begins with the first."""
        if costly not in self._lanes:
            jobs = self._lanes[costly] = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(jobs,), name="measures", daemon=True).start()
        return self._lanes[costly]

    def _work(self, jobs: queue.SimpleQueue[_Job | None]) -> None:
        if sys.platform == "linux":
            # There a thread has a priority of its own, elsewhere its number may be another process's: the
            # screen and the walkers come first.
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)
        while (job := jobs.get()) is not None:
            if job.wanted in self._wished:
                self._done.put(_measured(job))
            else:  # another page is seen, or these walkers are gone
                self._left.put(job.wanted)


def _taken(found: queue.SimpleQueue[Any]) -> list[Any]:
    """All that is in a queue now."""
    return [found.get_nowait() for _ in range(found.qsize())]


def _measured(job: _Job) -> _Done:
    """The reading, and what it took in all; a measure that fails must not take the engine with it."""
    began = time.perf_counter()
    reading: Any
    try:
        with one_blas_thread:
            reading = job.measure.reading(job.inputs)
    except Exception as error:  # noqa: BLE001 - shown to the person at the screen
        reading = error
    return _Done(job.wanted, reading, job.mark, job.collecting + time.perf_counter() - began)
